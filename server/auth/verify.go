package auth

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"
)

// DefaultLeeway is how far the clock of whoever made a token may be off: the
// drift of machines without NTP, and little for a stolen token.
const DefaultLeeway = 30 * time.Second

// VerifierConfig says which tokens are good. It needs at least one key or an
// Issuer.
type VerifierConfig struct {
	Keys     []Key            // for tokens made elsewhere
	Issuer   *Issuer          // for the server's own tokens; nil to refuse them
	Audience []string         // if any: tokens made elsewhere must be for one of these
	Leeway   time.Duration    // 0 is DefaultLeeway, less than 0 is none
	Now      func() time.Time // nil is time.Now
}

// Verifier verifies tokens.
type Verifier struct {
	keys     []candidate
	issuer   *Issuer
	audience []string
	leeway   time.Duration
	now      func() time.Time
}

// candidate is a key, and whether it is the server's own.
type candidate struct {
	Key
	own bool
}

// NewVerifier makes a verifier. It keeps no reference to the slices of cfg.
func NewVerifier(cfg VerifierConfig) (*Verifier, error) {
	v := &Verifier{
		issuer:   cfg.Issuer,
		audience: slices.Clone(cfg.Audience),
		leeway:   cfg.Leeway,
		now:      cfg.Now,
	}
	switch {
	case v.leeway == 0:
		v.leeway = DefaultLeeway
	case v.leeway < 0:
		v.leeway = 0
	}
	if v.now == nil {
		v.now = time.Now
	}
	if v.issuer != nil {
		v.keys = append(v.keys, candidate{Key: v.issuer.verificationKey(), own: true})
	}
	for i, k := range cfg.Keys {
		if k.method == nil {
			return nil, fmt.Errorf("key %d is empty", i+1)
		}
		if public, ok := k.material.(ed25519.PublicKey); ok && v.issuer != nil && public.Equal(v.issuer.public) {
			return nil, errors.New("the server's own key must not be given as a key of somebody else")
		}
		v.keys = append(v.keys, candidate{Key: k})
	}
	if len(v.keys) == 0 {
		return nil, errors.New("no key to verify tokens with")
	}
	return v, nil
}

// Verify tells whose token this is. The error is always an *Error. The token is
// taken as it is: a "Bearer " in front of it is the business of the caller.
func (v *Verifier) Verify(token string) (Identity, error) {
	id, err := v.verify(token)
	if err != nil {
		return Identity{}, err
	}
	return id, nil
}

// verify does the checks in the order of the package's doc.
func (v *Verifier) verify(token string) (Identity, *Error) {
	p, err := parse(token)
	if err != nil {
		return Identity{}, err
	}
	own, err := v.checkSignature(&p)
	if err != nil {
		return Identity{}, err
	}
	now := v.now()
	expires, err := p.claims.checkTimes(now, v.leeway)
	if err != nil {
		return Identity{}, err
	}
	switch {
	case own:
		err = p.claims.checkAudience([]string{v.issuer.name})
	case len(v.audience) > 0:
		err = p.claims.checkAudience(v.audience)
	}
	if err != nil {
		return Identity{}, err
	}
	id, err := v.identify(&p.claims, p.signed, own)
	if err != nil {
		return Identity{}, err
	}
	issued, err := p.claims.checkIssued(now, v.leeway)
	if err != nil {
		return Identity{}, err
	}
	id.Expires, id.Ends, id.Began = expires, expires.Add(v.leeway), issued
	if !issued.IsZero() {
		id.Life = max(0, expires.Sub(issued))
	}
	if began, ok := date(p.claims.began); own && ok {
		id.Began = began
	}
	return id, nil
}

// checkSignature finds the key that signed, and tells whether it is our own.
func (v *Verifier) checkSignature(p *parsed) (own bool, err *Error) {
	known := false
	for i := range v.keys {
		k := &v.keys[i]
		if k.Algorithm() != p.alg {
			continue
		}
		known = true
		if len(p.signature) == 0 {
			return false, errUnsigned
		}
		if k.isFor(p.kid) && k.verifies(p.signed, p.signature) {
			return k.own, nil
		}
	}
	if !known {
		return false, errAlgorithm
	}
	return false, errSignature
}
