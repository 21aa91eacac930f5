package auth

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Issuer makes the server's own tokens with the server's own Ed25519 key.
type Issuer struct {
	name    string // iss and aud of what it issues
	kid     string // thumbprint of the key
	private ed25519.PrivateKey
	public  ed25519.PublicKey
	jwks    []byte
}

// OpenIssuer reads the key in dir, or makes dir (0700) and a key (0600) when
// there is none; servers that start at the same time agree on one key. A key
// file that others can read is refused with ErrInsecure, and a damaged one is
// an error: nothing here ever overwrites a key, because every token of the team
// hangs on it.
//
// The issuer is named after the key's thumbprint. The name has to be the same
// for as long as the tokens live, and no other team may have it by accident; a
// name kept in a second file could be lost, edited or restored apart from the
// key, and a host name changes. Accounts do not depend on it: the identity in an
// own token is the sub alone.
func OpenIssuer(dir string) (*Issuer, error) {
	key, err := openKey(dir)
	if err != nil {
		return nil, fmt.Errorf("open the server's key: %w", err)
	}
	return newIssuer(key)
}

func newIssuer(key ed25519.PrivateKey) (*Issuer, error) {
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("not an Ed25519 key")
	}
	i := &Issuer{private: key, public: public, kid: thumbprint(public)}
	i.name = "hobnob:" + i.kid
	var err error
	i.jwks, err = json.Marshal(map[string][]jwk{"keys": {{
		Kty: "OKP", Crv: "Ed25519", X: base64.RawURLEncoding.EncodeToString(public),
		Use: "sig", Alg: "EdDSA", Kid: i.kid,
	}}})
	if err != nil {
		return nil, fmt.Errorf("encode key set: %w", err)
	}
	return i, nil
}

// jwk is a public Ed25519 key as in RFC 7517 and RFC 8037, section 2.
type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Use string `json:"use"`
	Alg string `json:"alg"`
	Kid string `json:"kid"`
}

// thumbprint returns the key's name in its own image (RFC 7638; RFC 8037,
// section 2, says which members count, and in which order).
func thumbprint(public ed25519.PublicKey) string {
	x := base64.RawURLEncoding.EncodeToString(public)
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + x + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Name returns what the issuer calls itself in iss and aud.
func (i *Issuer) Name() string { return i.name }

// JWKS returns the key set to publish, as JSON. The caller owns the bytes.
func (i *Issuer) JWKS() []byte { return bytes.Clone(i.jwks) }

func (i *Issuer) verificationKey() Key {
	return Key{id: i.kid, method: jwt.SigningMethodEdDSA, material: i.public}
}

// ownClaims are the claims of the server's own tokens.
type ownClaims struct {
	jwt.RegisteredClaims
	Name  string    `json:"name"`
	Role  chat.Role `json:"role"`
	Scope string    `json:"scope,omitempty"`

	// The sign-in that the token is of, as OpenID Connect calls it: its name, and when
	// it was, to the millisecond. A successor has them from the token before it.
	SignIn string  `json:"sid,omitempty"`
	Began  float64 `json:"auth_time,omitempty"`
}

// Renew makes a successor to the own token that who was verified from. It lives
// as long as that was made for, and most at the most: who was given a token for
// an hour does not make one for a quarter of a year of it. One that says nothing
// of its life, or nothing possible, is not renewed.
func (i *Issuer) Renew(who Identity, most time.Duration) (token string, expires time.Time, err error) {
	if !who.Own {
		return "", time.Time{}, errors.New("renew token: another issuer's")
	}
	return i.issue(who.User, min(who.Life, most), who.SignIn, who.Began)
}

// Issue makes the first token of a sign-in, for u, that lives for life, in whole seconds and at least
// one, and returns it with the time it expires. u needs an ID without "|" of at
// most MaxSubject bytes, a role, and a name that is as chat.CleanName returns it.
func (i *Issuer) Issue(u chat.User, life time.Duration) (token string, expires time.Time, err error) {
	return i.issue(u, life, rand.Text(), time.Now())
}

// IssueOf is Issue for a sign-in that has tokens already, or whose name somebody keeps:
// signIn, of 1 to 128 letters, digits and dashes. An end of all sign-ins up to a time ends
// those of its tokens that were made before.
func (i *Issuer) IssueOf(signIn string, u chat.User, life time.Duration) (token string, expires time.Time, err error) {
	return i.issue(u, life, signIn, time.Now())
}

func (i *Issuer) issue(u chat.User, life time.Duration, signIn string, began time.Time) (token string, expires time.Time, err error) {
	quoted, err := json.Marshal(u.ID)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("issue token: %w", err)
	}
	if id, ok := identifier(quoted); !ok || id != u.ID || !validOwnSubject(id) {
		return "", time.Time{}, errors.New("issue token: not a user ID of this server")
	}
	if name, err := chat.CleanName(u.Name); err != nil || name != u.Name {
		return "", time.Time{}, errors.New("issue token: not a clean name")
	}
	if _, ok := chat.ParseRole(string(u.Role)); !ok {
		return "", time.Time{}, errors.New("issue token: not a role")
	}
	if len(u.Scope) > MaxScope {
		return "", time.Time{}, errors.New("issue token: too long a scope")
	}
	if life < time.Second {
		return "", time.Time{}, errors.New("issue token: it would expire at once")
	}
	now := time.Now()
	expires = now.Add(life).Truncate(time.Second)
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, ownClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    i.name,
			Subject:   u.ID,
			Audience:  jwt.ClaimStrings{i.name},
			ExpiresAt: jwt.NewNumericDate(expires),
			IssuedAt:  jwt.NewNumericDate(now),
			ID:        rand.Text(),
		},
		Name:   u.Name,
		Role:   u.Role,
		Scope:  u.Scope,
		SignIn: signIn,
		Began:  float64(began.UnixMilli()) / 1000,
	})
	t.Header["kid"] = i.kid
	if token, err = t.SignedString(i.private); err != nil {
		return "", time.Time{}, fmt.Errorf("issue token: %w", err)
	}
	return token, expires, nil
}
