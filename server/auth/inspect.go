package auth

import (
	"encoding/json"
	"time"
)

// Inspection is what a token says of itself. Nothing of it is verified, and any
// text in it may have been written by a stranger: draw it only through
// chat.Sanitize. Fields that the token lacks, or has in a form that would not be
// accepted, are zero; the JSON has everything.
type Inspection struct {
	Header    json.RawMessage // as the token's author wrote it
	Claims    json.RawMessage // likewise
	Algorithm string
	KeyID     string
	Issuer    string
	Subject   string
	TokenID   string
	NotBefore time.Time
	IssuedAt  time.Time
	Expires   time.Time
}

// Inspect decodes a token without verifying it, for people who wonder what they
// hold. It says nothing about whether the token is good; that a token is
// inspected without error does not even mean that it is signed. The error is
// always an *Error.
func Inspect(token string) (Inspection, error) {
	p, refused := parse(token)
	if refused != nil {
		return Inspection{}, refused
	}
	c := p.claims
	i := Inspection{Header: p.header, Claims: p.payload, Algorithm: p.alg, KeyID: p.kid}
	i.Issuer, _ = text(c.iss)
	i.Subject, _ = identifier(c.sub)
	i.TokenID, _ = identifier(c.jti)
	i.NotBefore, _ = date(c.nbf)
	i.IssuedAt, _ = date(c.iat)
	i.Expires, _ = date(c.exp)
	return i, nil
}
