package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// now is when the tests take place.
var now = time.Unix(1_800_000_000, 0)

var secret = []byte(strings.Repeat("s", MinSecret))

// good are the claims of a token that is accepted.
const good = `{"iss":"https://id.example","sub":"ada","name":"Ada","exp":1800000600}`

var testKeys = sync.OnceValue(func() map[string]any {
	rsaKey, err1 := rsa.GenerateKey(rand.Reader, 2048)
	p256, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p384, err3 := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	p521, err4 := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	_, ed, err5 := ed25519.GenerateKey(rand.Reader)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		panic(err)
	}
	return map[string]any{
		"HS256": secret, "HS384": secret, "HS512": secret,
		"RS256": rsaKey, "RS384": rsaKey, "RS512": rsaKey,
		"PS256": rsaKey, "PS384": rsaKey, "PS512": rsaKey,
		"ES256": p256, "ES384": p384, "ES512": p521, "EdDSA": ed,
	}
})

// publicPEM returns the public half of a private key.
func publicPEM(tb testing.TB, private any) []byte {
	tb.Helper()
	signer, ok := private.(crypto.Signer)
	if !ok {
		tb.Fatalf("%T has no public half", private)
	}
	der, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		tb.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// keyFor returns the key that verifies what testKeys signs with alg.
func keyFor(tb testing.TB, alg string) Key {
	tb.Helper()
	var k Key
	var err error
	if strings.HasPrefix(alg, "HS") {
		k, err = SecretKey(alg, secret)
	} else {
		k, err = PublicKeyPEM(alg, publicPEM(tb, testKeys()[alg]))
	}
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// signRaw signs header and claims as they are, however wrong.
func signRaw(tb testing.TB, alg string, key any, header, claims string) string {
	tb.Helper()
	signed := b64(header) + "." + b64(claims)
	signature, err := jwt.GetSigningMethod(alg).Sign(signed, key)
	if err != nil {
		tb.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// hs256 signs claims with the shared secret.
func hs256(tb testing.TB, claims string) string {
	tb.Helper()
	return signRaw(tb, "HS256", secret, `{"alg":"HS256","typ":"JWT"}`, claims)
}

// verifier makes a verifier at the time of the tests.
func verifier(tb testing.TB, cfg VerifierConfig) *Verifier {
	tb.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return now }
	}
	v, err := NewVerifier(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// wantRefused checks why a token was refused.
func wantRefused(t *testing.T, err error, reason Reason, message string) {
	t.Helper()
	var e *Error
	switch {
	case !errors.As(err, &e):
		t.Errorf("got error %v, want reason %s", err, reason)
	case e.Reason != reason || message != "" && e.Message != message:
		t.Errorf("got reason %s (%q), want %s (%q)", e.Reason, e.Message, reason, message)
	}
}
