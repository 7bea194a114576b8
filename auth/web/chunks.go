package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// A text that does not fit into one cookie is cut: the cookie of its own name
// then says into how many pieces, and gives a digest, so that pieces of two
// writings are never taken for one text:
//
//	name    ~2.0d9f1c3a
//	name~0  eyJraWQiOiJ…
//	name~1  …
//
// Base64 has no tilde, and a text that begins with one is encoded.
const (
	chunkMark = "~"
	maxCookie = 3800 // bytes of name and value; browsers take 4,096 with the attributes
	maxChunks = 8
)

// chunkName is the decoded name of piece i of key; of key itself if i is -1.
func chunkName(key string, i int) string {
	if i < 0 {
		return key
	}
	return key + chunkMark + strconv.Itoa(i)
}

// split returns the cookies that hold text, by their encoded names. ok is false
// if it would take too many.
func split(key, text string) (cookies map[string]string, ok bool) {
	name, value := encodeName(key), encodeValue(text)
	if rest, found := strings.CutPrefix(value, chunkMark); found {
		value = "%7E" + rest
	}
	if len(name)+len(value) <= maxCookie {
		return map[string]string{name: value}, true
	}
	size := maxCookie - len(name) - 2
	if size < maxCookie/2 {
		return nil, false
	}
	count := (len(value) + size - 1) / size
	if count > maxChunks {
		return nil, false
	}
	cookies = map[string]string{name: fmt.Sprintf("%s%d.%s", chunkMark, count, digest(value))}
	for i := range count {
		cookies[name+chunkMark+strconv.Itoa(i)] = value[i*size : min((i+1)*size, len(value))]
	}
	return cookies, true
}

// join returns the text that came has of key. ok is false if there is none, or
// not all of it.
func join(key string, came map[string]string) (text string, ok bool) {
	value, ok := came[key]
	if !ok {
		return "", false
	}
	head, cut := strings.CutPrefix(value, chunkMark)
	if !cut {
		return decode(value), true
	}
	count, sum, _ := strings.Cut(head, ".")
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || n > maxChunks {
		return "", false
	}
	var b strings.Builder
	for i := range n {
		piece, ok := came[chunkName(key, i)]
		if !ok {
			return "", false
		}
		b.WriteString(piece)
	}
	if digest(b.String()) != sum {
		return "", false
	}
	return decode(b.String()), true
}

func digest(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:4])
}
