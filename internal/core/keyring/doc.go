// Package keyring owns the keys under which secrets lie in the database, and
// page tokens in the hands of clients. It knows store, seal and the error kinds.
//
//	master key (file or environment) → data keys (rows, wrapped) → a key a purpose
//
// The master key is never in the database, so the database alone opens
// nothing. New secrets are sealed under the newest data key; a blob names the
// one it needs. MACs are always under data key 1, which never changes: what is
// made from it, such as the salt of a user that does not exist, has to be the
// same for ever.
package keyring
