// Package sigv4 verifies AWS Signature Version 4, and makes it for our own
// clients. Of the scheme it knows the header form with the whole body hashed:
// no presigned URLs, no streaming, no unsigned payload.
//
//	Parse   the Authorization header: whose key, which region, well-formed
//	Verify  the rest, once the caller has found the key's secret
//
// It holds no keys and no clock, and names no exceptions: an *Error has a Kind
// and the words the service uses for it. Standard library only.
package sigv4
