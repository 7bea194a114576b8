package e2e

import "testing"

// node is a server that stands with others behind one public URL, and is called
// at its own address. Started again with its flags, it is at the same place.
type node struct {
	*server
	dir, public string
	flags       []string
}

func startNode(t *testing.T, dir, public string, flags ...string) *node {
	t.Helper()
	address := "http://" + freeAddress(t)
	if public == "" {
		public = address
	}
	n := &node{dir: dir, public: public, flags: append(flags, "--listen", address[len("http://"):], "--public-url", public)}
	n.start(t, address)
	return n
}

func (n *node) start(t *testing.T, address string) {
	t.Helper()
	n.server = start(t, n.dir, n.flags...)
	n.endpoint = address // what it printed is the public URL
	n.awaitReady(t)
}

// again starts a node that was killed.
func (n *node) again(t *testing.T) {
	t.Helper()
	n.start(t, n.endpoint)
}

// twoNodes starts two nodes on one empty PostgreSQL database. Every code is
// fixedCode.
func twoNodes(t *testing.T) (a, b *node) {
	t.Helper()
	flags := []string{"--database", newDatabase(t), "--fixed-code", fixedCode}
	dir := t.TempDir() // with one master key
	a = startNode(t, dir, "", flags...)
	b = startNode(t, dir, a.public, flags...)
	if a.poolID != b.poolID || a.clientID != b.clientID {
		t.Fatalf("the nodes have pools %s and %s, clients %s and %s; want the same", a.poolID, b.poolID, a.clientID, b.clientID)
	}
	return a, b
}
