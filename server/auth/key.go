package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha512" // HS384 and HS512 look it up by number
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// MinSecret is the shortest secret for HS256, HS384 and HS512, in bytes.
	// A shorter one can be guessed offline by anybody who holds one token
	// (RFC 7518, section 3.2, asks for the size of the hash; 32 bytes are
	// beyond guessing for all three).
	MinSecret = 32

	// minRSA is the smallest RSA modulus, in bits (RFC 7518, section 3.3).
	minRSA = 2048
)

// Key is a key that tokens are verified with, and the one algorithm it is for.
// Make it with SecretKey or PublicKeyPEM; the zero Key is refused by NewVerifier.
type Key struct {
	id       string // kid, or "" to be tried for every kid
	method   jwt.SigningMethod
	material any // as method wants it: []byte, *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
}

// Algorithm returns the algorithm the key is pinned to, as in RFC 7518.
func (k Key) Algorithm() string { return k.method.Alg() }

// ID returns the kid the key is for, or "".
func (k Key) ID() string { return k.id }

// WithID returns the key for tokens with this kid. Tokens without one are still
// tried with it.
func (k Key) WithID(kid string) Key {
	k.id = kid
	return k
}

// SecretKey makes a key of a secret shared with whoever makes the tokens; alg is
// HS256, HS384 or HS512. The secret is taken as it is, byte for byte, and copied.
func SecretKey(alg string, secret []byte) (Key, error) {
	method, ok := jwt.GetSigningMethod(alg).(*jwt.SigningMethodHMAC)
	if !ok {
		return Key{}, fmt.Errorf("a secret is for HS256, HS384 or HS512, not for %q", alg)
	}
	if len(secret) < MinSecret {
		return Key{}, fmt.Errorf("the secret has %d bytes, %s needs at least %d", len(secret), alg, MinSecret)
	}
	return Key{method: method, material: bytes.Clone(secret)}, nil
}

// PublicKeyPEM makes a key of one PEM block, "PUBLIC KEY" or "RSA PUBLIC KEY".
// With an empty alg the key decides: RS256 for RSA, ES256, ES384 or ES512 for the
// curves P-256, P-384 and P-521, EdDSA for Ed25519.
func PublicKeyPEM(alg string, data []byte) (Key, error) {
	block, rest := pem.Decode(data)
	switch {
	case block == nil:
		return Key{}, errors.New("no PEM block found: a public key begins with -----BEGIN PUBLIC KEY-----")
	case len(bytes.TrimSpace(rest)) > 0:
		return Key{}, errors.New("more than one PEM block: give each key a file of its own")
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return Key{}, errors.New("this is a private key: give the server its public half only (openssl pkey -pubout)")
	}
	var public any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		public, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		public, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return Key{}, fmt.Errorf("a PEM block of type %q is no public key", block.Type)
	}
	if err != nil {
		return Key{}, fmt.Errorf("read public key: %w", err)
	}
	return publicKey(alg, public)
}

// publicKey pins public to alg, or to the algorithm that goes with it.
func publicKey(alg string, public any) (Key, error) {
	var kind string
	var algs []string // what the key can be used for, the usual one first
	switch k := public.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < minRSA {
			return Key{}, fmt.Errorf("the RSA key has %d bits, at least %d are needed", k.N.BitLen(), minRSA)
		}
		kind, algs = "an RSA key", []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	case *ecdsa.PublicKey:
		kind, algs = "a key on "+k.Curve.Params().Name, curveAlgorithms(k.Curve)
	case ed25519.PublicKey:
		kind, algs = "an Ed25519 key", []string{"EdDSA"}
	default:
		return Key{}, fmt.Errorf("tokens are not signed with keys of type %T", public)
	}
	if len(algs) == 0 {
		return Key{}, fmt.Errorf("tokens are not signed with %s", kind)
	}
	if alg == "" {
		alg = algs[0]
	}
	if !slices.Contains(algs, alg) {
		return Key{}, fmt.Errorf("%s is for %s, not for %q", kind, strings.Join(algs, ", "), alg)
	}
	return Key{method: jwt.GetSigningMethod(alg), material: public}, nil
}

// curveAlgorithms returns the one algorithm of a curve (RFC 7518, section 3.4).
func curveAlgorithms(c elliptic.Curve) []string {
	switch c {
	case elliptic.P256():
		return []string{"ES256"}
	case elliptic.P384():
		return []string{"ES384"}
	case elliptic.P521():
		return []string{"ES512"}
	}
	return nil
}

// verifies tells whether k made the signature.
func (k Key) verifies(signed string, signature []byte) bool {
	return k.method.Verify(signed, signature, k.material) == nil
}

// isFor tells whether k is to be tried for a token with this kid.
func (k Key) isFor(kid string) bool { return k.id == "" || kid == "" || k.id == kid }
