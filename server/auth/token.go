package auth

import (
	"encoding/base64"
	"strings"
)

// MaxToken is the longest token that is looked at, in bytes. Tokens with claims
// for people have one or two thousand; what is longer costs a stranger nothing
// to send and us the work of reading it.
const MaxToken = 8 << 10

// parsed is a token that was cut and decoded, and not yet verified.
type parsed struct {
	signed    string // what the signature is of: header and claims as they came
	alg, kid  string
	header    []byte // decoded JSON
	payload   []byte // decoded JSON of the claims
	claims    claims // parts of payload
	signature []byte
}

// strict refuses the unused bits at the end of a segment, which would give a
// token several spellings.
var strict = base64.RawURLEncoding.Strict()

// parse checks the format of a token: it cuts and decodes it, reads its header
// and cuts its claims. What the claims say is looked at only when the signature
// is verified.
func parse(token string) (parsed, *Error) {
	switch token {
	case "", "undefined", "null": // how JavaScript says that it has none
		return parsed{}, errMissing
	}
	if len(token) > MaxToken {
		return parsed{}, errTooLarge
	}
	first := strings.IndexByte(token, '.')
	last := strings.LastIndexByte(token, '.')
	if first <= 0 || first == last || strings.IndexByte(token[first+1:last], '.') >= 0 {
		return parsed{}, errMalformed
	}
	// The decoder skips line ends, which RFC 7515 does not allow.
	if strings.ContainsAny(token, "\r\n") {
		return parsed{}, errMalformed
	}
	p := parsed{signed: token[:last]}
	buf := make([]byte, 0, strict.DecodedLen(len(token)))
	var ok bool
	if p.header, buf, ok = segment(buf, token[:first]); !ok {
		return parsed{}, errInvalid
	}
	if p.payload, buf, ok = segment(buf, token[first+1:last]); !ok {
		return parsed{}, errInvalid
	}
	if p.signature, _, ok = segment(buf, token[last+1:]); !ok {
		return parsed{}, errInvalid
	}
	if err := p.readHeader(); err != nil {
		return parsed{}, err
	}
	if p.claims, ok = readClaims(p.payload); !ok {
		return parsed{}, errInvalid
	}
	return p, nil
}

// segment decodes one part of a token behind buf, and returns it and buf with it.
func segment(buf []byte, s string) (part, all []byte, ok bool) {
	all, err := strict.AppendDecode(buf, []byte(s))
	if err != nil {
		return nil, buf, false
	}
	return all[len(buf):len(all):len(all)], all, true
}

// readHeader reads what of the header is heeded (RFC 7515, section 4.1). Headers
// that carry or point to keys (jku, jwk, x5u, x5c) are not: whoever made the
// token would choose the key that verifies it.
func (p *parsed) readHeader() *Error {
	var seen fields
	var bad *Error
	err := members(p.header, func(name, value []byte) error {
		switch string(name) {
		case "alg":
			p.alg, _ = text(value) // anything but a string is no algorithm we have
			return seen.once(fieldAlg)
		case "kid":
			var ok bool
			if p.kid, ok = text(value); !ok {
				bad = errInvalid
			}
			return seen.once(fieldKid)
		case "crit", "b64":
			// Sections 4.1.11 and RFC 7797: what is critical must be
			// understood, and nothing that can be named there is.
			bad = errCritical
		}
		return nil
	})
	if err != nil {
		return errInvalid
	}
	return bad
}

// fields is a set of the members that were seen.
type fields uint16

const (
	fieldAlg fields = 1 << iota
	fieldKid
	fieldExp
	fieldNbf
	fieldIat
	fieldIss
	fieldAud
	fieldSub
	fieldJti
	fieldName
	fieldPreferred
	fieldRole
	fieldScope
	fieldSid
	fieldAuthTime
)

// once adds f, and fails if it was there.
func (s *fields) once(f fields) error {
	if *s&f != 0 {
		return errJSON
	}
	*s |= f
	return nil
}
