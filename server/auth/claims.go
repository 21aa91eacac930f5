package auth

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// claims are the claims that are heeded, each as undecoded JSON and nil when it
// is absent.
type claims struct {
	exp, nbf, iat, iss, aud, sub, jti, name, preferred, role, scope, sid, began []byte
}

// readClaims cuts the claims out of a token's JSON.
func readClaims(data []byte) (c claims, ok bool) {
	var seen fields
	err := members(data, func(name, value []byte) error {
		switch string(name) {
		case "exp":
			c.exp = value
			return seen.once(fieldExp)
		case "nbf":
			c.nbf = value
			return seen.once(fieldNbf)
		case "iat":
			c.iat = value
			return seen.once(fieldIat)
		case "iss":
			c.iss = value
			return seen.once(fieldIss)
		case "aud":
			c.aud = value
			return seen.once(fieldAud)
		case "sub":
			c.sub = value
			return seen.once(fieldSub)
		case "jti":
			c.jti = value
			return seen.once(fieldJti)
		case "name":
			c.name = value
			return seen.once(fieldName)
		case "preferred_username":
			c.preferred = value
			return seen.once(fieldPreferred)
		case "role":
			c.role = value
			return seen.once(fieldRole)
		case "scope":
			c.scope = value
			return seen.once(fieldScope)
		case "sid":
			c.sid = value
			return seen.once(fieldSid)
		case "auth_time":
			c.began = value
			return seen.once(fieldAuthTime)
		}
		return nil
	})
	return c, err == nil
}

// endOfTime is the last second that every format of time we use can say. A
// token whose exp lies beyond it, often one in milliseconds, ends there.
const endOfTime = 253402300799 // 9999-12-31T23:59:59Z

// date decodes a NumericDate (RFC 7519, section 2): seconds since 1970, maybe
// with a fraction.
func date(value []byte) (time.Time, bool) {
	if len(value) == 0 || value[0] != '-' && (value[0] < '0' || value[0] > '9') {
		return time.Time{}, false
	}
	f, err := strconv.ParseFloat(string(value), 64)
	if err != nil {
		return time.Time{}, false // 1e999
	}
	f = min(max(f, -endOfTime), endOfTime)
	whole, fraction := math.Modf(f)
	return time.Unix(int64(whole), int64(fraction*1e9)), true
}

// checkTimes checks nbf and exp, and returns exp.
func (c *claims) checkTimes(now time.Time, leeway time.Duration) (time.Time, *Error) {
	if c.nbf != nil {
		nbf, ok := date(c.nbf)
		if !ok {
			return time.Time{}, refuse(InvalidClaims, "invalid nbf value")
		}
		if nbf.After(now.Add(leeway)) {
			return time.Time{}, errNotActive
		}
	}
	if c.exp == nil {
		return time.Time{}, errNoExp
	}
	exp, ok := date(c.exp)
	if !ok {
		return time.Time{}, refuse(InvalidClaims, "invalid exp value")
	}
	if !now.Before(exp.Add(leeway)) {
		return time.Time{}, errExpired
	}
	return exp, nil
}

// checkIssued refuses a token from the future: the clock of whoever made it
// cannot be trusted with exp either.
//
// It returns when the token was issued, zero if it does not say.
func (c *claims) checkIssued(now time.Time, leeway time.Duration) (time.Time, *Error) {
	if c.iat == nil {
		return time.Time{}, nil
	}
	iat, ok := date(c.iat)
	if !ok {
		return time.Time{}, refuse(InvalidClaims, "invalid iat value")
	}
	if iat.After(now.Add(leeway)) {
		return time.Time{}, errFuture
	}
	return iat, nil
}

// checkAudience wants one of the wanted in aud, which is a string or an array
// of strings (RFC 7519, section 4.1.3).
func (c *claims) checkAudience(wanted []string) *Error {
	var given []string
	if s, ok := text(c.aud); ok {
		given = []string{s}
	} else if bytes.HasPrefix(c.aud, []byte("[")) && json.Unmarshal(c.aud, &given) != nil {
		given = nil // not all of them strings
	}
	for _, w := range wanted {
		if slices.Contains(given, w) {
			return nil
		}
	}
	return refuse(InvalidAudience, "jwt audience invalid. expected: "+strings.Join(wanted, " or "))
}
