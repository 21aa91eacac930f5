package auth

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
)

func TestSecretKey(t *testing.T) {
	for _, alg := range []string{"HS256", "HS384", "HS512"} {
		if k, err := SecretKey(alg, secret); err != nil || k.Algorithm() != alg {
			t.Errorf("%s: %v", alg, err)
		}
		if _, err := SecretKey(alg, secret[:MinSecret-1]); err == nil {
			t.Errorf("%s takes a short secret", alg)
		} else if strings.Contains(err.Error(), "ss") {
			t.Errorf("the error quotes the secret: %v", err)
		}
	}
	for _, alg := range []string{"", "none", "RS256", "hs256"} {
		if _, err := SecretKey(alg, secret); err == nil {
			t.Errorf("a secret for %q", alg)
		}
	}
	mine := []byte(strings.Repeat("m", 32))
	k, err := SecretKey("HS256", mine)
	if err != nil {
		t.Fatal(err)
	}
	clear(mine)
	if got := k.material.([]byte); got[0] != 'm' {
		t.Error("the key shares its bytes with the caller")
	}
}

func TestPublicKeyPEM(t *testing.T) {
	for alg, derived := range map[string]string{
		"RS256": "RS256", "RS512": "RS256", "PS384": "RS256", "ES256": "ES256", "ES384": "ES384", "ES512": "ES512", "EdDSA": "EdDSA",
	} {
		data := publicPEM(t, testKeys()[alg])
		if k, err := PublicKeyPEM(alg, data); err != nil || k.Algorithm() != alg {
			t.Errorf("%s: %v", alg, err)
		}
		if k, err := PublicKeyPEM("", append(data, " \n\n"...)); err != nil || k.Algorithm() != derived {
			t.Errorf("%s: derived %v, %v", alg, k, err)
		}
		for _, other := range []string{"HS256", "none", "EdDSA", "ES256", "ES384", "RS256"} {
			if other[:2] == alg[:2] && (other == alg || other[:2] == "RS") || alg[:2] == "PS" && other == "RS256" {
				continue
			}
			if _, err := PublicKeyPEM(other, data); err == nil {
				t.Errorf("a key for %s is taken for %s", alg, other)
			}
		}
	}
	pkcs1 := pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&testKeys()["RS256"].(*rsa.PrivateKey).PublicKey)})
	if k, err := PublicKeyPEM("", pkcs1); err != nil || k.Algorithm() != "RS256" {
		t.Errorf("PKCS #1: %v", err)
	}
}

func TestPublicKeyPEMRefuses(t *testing.T) {
	block := func(kind string, der []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	public := func(key any) []byte {
		der, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return block("PUBLIC KEY", der)
	}
	private, err := x509.MarshalPKCS8PrivateKey(testKeys()["EdDSA"])
	if err != nil {
		t.Fatal(err)
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	small := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), minRSA-2, 1), E: 65537}
	good := publicPEM(t, testKeys()["EdDSA"])
	for name, tt := range map[string]struct {
		data []byte
		want string // in the error
	}{
		"nothing":      {nil, "no PEM"},
		"garbage":      {[]byte("ssh-ed25519 AAAA"), "no PEM"},
		"private key":  {block("PRIVATE KEY", private), "private key"},
		"certificate":  {block("CERTIFICATE", []byte{1}), "CERTIFICATE"},
		"broken":       {block("PUBLIC KEY", []byte{1, 2, 3}), "read public key"},
		"two keys":     {append(append([]byte{}, good...), good...), "more than one"},
		"small RSA":    {public(small), "2047 bits"},
		"odd curve":    {public(&p224.PublicKey), "P-224"},
		"key exchange": {public(x25519.Public()), "not signed"},
	} {
		if _, err := PublicKeyPEM("", tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzPublicKeyPEM(f *testing.F) {
	f.Add("", []byte("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n"))
	for alg, key := range testKeys() {
		if alg[:2] != "HS" {
			f.Add(alg, publicPEM(f, key))
		}
	}
	f.Fuzz(func(t *testing.T, alg string, data []byte) {
		k, err := PublicKeyPEM(alg, data)
		if err == nil && (alg != "" && k.Algorithm() != alg || strings.HasPrefix(k.Algorithm(), "HS")) {
			t.Errorf("asked for %q, got %q", alg, k.Algorithm())
		}
	})
}
