// Package esdk writes messages in the format of the AWS Encryption SDK, so that
// any of its libraries reads them with a raw AES keyring.
//
//	version 2 | suite 0478 | message id 32 | context | wrapped data key | framed, 4096 | commitment 32 | tag 16
//	last frame: ffffffff | number 1 | nonce 12 | length 4 | ciphertext | tag 16
//
// Suite 0478 is AES-256-GCM with a key of HKDF-SHA-512 that the message is
// committed to, and no signature. Source: AWS Encryption SDK message format
// reference, body AAD reference, raw AES keyrings.
//
// It only writes, and one frame at most. It imports the standard library only.
package esdk
