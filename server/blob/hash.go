package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// Hash is the SHA-256 of a content (FIPS 180-4).
type Hash [sha256.Size]byte

// errHash is text or bytes that are no hash.
var errHash = errors.New("not a SHA-256")

// String writes the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// FromBytes makes a Hash of the bytes of one.
func FromBytes(b []byte) (h Hash, err error) {
	if len(b) != len(h) {
		return h, errHash
	}
	copy(h[:], b)
	return h, nil
}

// parseHash reads what String wrote, in no other spelling.
func parseHash(s string) (h Hash, err error) {
	b, err := hex.DecodeString(s)
	if err != nil {
		return h, errHash
	}
	if h, err = FromBytes(b); err == nil && h.String() != s {
		err = errHash
	}
	return h, err
}
