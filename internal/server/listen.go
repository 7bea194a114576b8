package server

import (
	"errors"
	"fmt"
	"net"
)

// Listen opens the port that c names. It refuses an address that other
// machines reach when the mode of c does not allow it.
func Listen(c Config) (net.Listener, error) {
	if c.Listen == "" {
		return nil, errors.New("the address to listen on is not given")
	}
	addr, err := net.ResolveTCPAddr("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	// The address itself is judged and used: a name may mean another next time.
	if !addr.IP.IsLoopback() {
		if err := c.mode().expose(c); err != nil {
			return nil, fmt.Errorf("listen on %s: %w", c.Listen, err)
		}
	}
	ln, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return nil, err // names the address
	}
	return ln, nil
}

// URL returns where a server that listens on addr is reached on this machine.
func URL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
