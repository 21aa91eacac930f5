package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// MaxSubject is the longest sub, and the longest jti, in bytes: OpenID
	// Connect allows 255 characters of ASCII, and a sub becomes part of every
	// message.
	MaxSubject = 256

	// MaxIssuer is the longest iss, in bytes: the URLs of tenants are long,
	// and this one too becomes part of every message.
	MaxIssuer = 512

	// MaxScope is the longest scope, in bytes: a few words, and some rooms by ID.
	MaxScope = 1024
)

// Identity is who a verified token says somebody is, and for how long.
//
// User.ID tells people apart: for a token the server issued itself it is the
// sub, which never has a "|"; for all others it is iss + "|" + sub, so that
// equal subs of two issuers are two people and none of them is an account of
// this server. A foreign token without a sub is a person of its own, which ends
// with the token: iss + "|token:" and the start of the token's hash. A sub that would
// look like that, or like its own escape, has "sub:" before it.
type Identity struct {
	User    chat.User
	TokenID string    // jti, or for a token without one the start of its hash, in hex
	Issuer  string    // iss, "" when there is none
	Expires time.Time // exp
	Ends    time.Time // exp and the leeway: from then on the token is refused
	Own     bool      // this server issued it

	// SignIn is the sign-in that the token is of: a token of the server's own and its
	// successors are one (sid), any other is one of its own, of the name TokenID. Began
	// is when that was (auth_time, else iat), zero where the token does not say.
	SignIn string
	Began  time.Time

	// Life is how long the token was made for, from its iat to its exp; zero where
	// it does not say when it was issued.
	Life time.Duration
}

// Seen is the identity's sign-in as it is remembered: there from one time to another, and
// from an address with or without a port.
func (i *Identity) Seen(address string, since, last time.Time) chat.SessionSeen {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	one := chat.SessionSeen{
		User: i.User.ID, Until: chat.ToMillis(i.Ends),
		Session: chat.Session{ID: i.SignIn, Address: address, Since: chat.ToMillis(since), Seen: chat.ToMillis(last)},
	}
	if !i.Began.IsZero() {
		one.Began = chat.ToMillis(i.Began)
	}
	return one
}

// identify reads who the claims are about. Which key signed decides what they
// may say.
func (v *Verifier) identify(c *claims, signed string, own bool) (Identity, *Error) {
	id := Identity{Own: own}
	var sub string
	var ok bool
	if c.iss != nil {
		if id.Issuer, ok = text(c.iss); !ok || !plausibleIssuer(id.Issuer) {
			return id, errForeignIss
		}
	}
	if v.issuer != nil && own != (id.Issuer == v.issuer.name) {
		if own {
			return id, refuse(InvalidIssuer, "jwt issuer invalid. expected: "+v.issuer.name)
		}
		return id, errForeignIss
	}
	if !absent(c.sub) {
		if sub, ok = identifier(c.sub); !ok {
			return id, refuse(InvalidClaims, "invalid sub value")
		}
	}
	if !absent(c.jti) {
		if id.TokenID, ok = identifier(c.jti); !ok {
			return id, refuse(InvalidClaims, "invalid jti value")
		}
	}
	if own && !validOwnSubject(sub) {
		return id, refuse(InvalidClaims, "invalid sub value")
	}
	if id.TokenID == "" {
		id.TokenID = fingerprint(signed, 16)
	}
	switch {
	case own:
		id.User.ID = sub
	case sub == "":
		id.User.ID = id.Issuer + noSubject + fingerprint(signed, 8)
	default:
		id.User.ID = id.Issuer + "|" + escapeSubject(sub)
	}
	id.User.Name = displayName(c, sub, id.User.ID)
	id.User.Role = role(c.role)
	id.SignIn = id.TokenID
	if own && !absent(c.sid) {
		if id.SignIn, ok = identifier(c.sid); !ok {
			return id, refuse(InvalidClaims, "invalid sid value")
		}
	}
	if own && !absent(c.scope) {
		// RFC 8693, section 4.2: words with spaces between them. What they allow is not
		// for this package to say; what it cannot read must not count as everything.
		// Others' scopes are words of other systems.
		if id.User.Scope, ok = text(c.scope); !ok || len(id.User.Scope) > MaxScope {
			return id, refuse(InvalidClaims, "invalid scope value")
		}
	}
	return id, nil
}

// noSubject is between the issuer and the rest of an identity that comes of no sub.
const noSubject = "|token:"

// escapeSubject makes sure that nobody's sub is another's identity without one.
func escapeSubject(sub string) string {
	if strings.HasPrefix("|"+sub, noSubject) || strings.HasPrefix(sub, "sub:") {
		return "sub:" + sub
	}
	return sub
}

// absent tells whether a claim says nothing. null and "" are how programs send
// a field they have no value for; two people without one are not the same.
func absent(value []byte) bool {
	switch string(value) {
	case "", "null", `""`:
		return true
	}
	return false
}

// plausibleIssuer refuses issuers that could not stand in front of a "|" and
// be told from what follows.
func plausibleIssuer(iss string) bool {
	return len(iss) <= MaxIssuer && !strings.ContainsFunc(iss, func(r rune) bool {
		return r == '|' || r == utf8.RuneError || unicode.IsControl(r)
	})
}

// validOwnSubject tells whether sub can be the identity of an account of this
// server.
func validOwnSubject(sub string) bool {
	return sub != "" && !strings.Contains(sub, "|") && !strings.HasPrefix(sub, chat.ReservedID)
}

// displayName returns the name to show: name, preferred_username, sub, or one
// made up.
func displayName(c *claims, sub, id string) string {
	for _, claim := range [][]byte{c.name, c.preferred} {
		if s, ok := text(claim); ok {
			if s = shown(s); s != "" {
				return s
			}
		}
	}
	if s := shown(sub); s != "" {
		return s
	}
	return "guest-" + fingerprint(id, 2)
}

// shown makes a name safe to draw and cuts it to chat.MaxName characters. It
// returns "" for a name of which nothing can be seen.
func shown(s string) string {
	// Trimming may bare a mark of the space it stood on.
	s = chat.SanitizeLine(strings.TrimFunc(chat.SanitizeLine(s), blank))
	if utf8.RuneCountInString(s) <= chat.MaxName {
		return s
	}
	n := 0
	for i := range s {
		if n == chat.MaxName {
			s = s[:i]
			break
		}
		n++
	}
	// The cut may have left a joiner that joins nothing.
	return strings.TrimRightFunc(chat.SanitizeLine(s), blank)
}

// blank tells whether r is drawn as nothing at all.
func blank(r rune) bool {
	const brailleBlank = '\u2800'
	switch r {
	case ' ', '\u00a0', '\u1680', '\u202f', '\u205f', '\u3000', brailleBlank:
		return true
	}
	return r >= '\u2000' && r <= '\u200a'
}

// role reads a role. Whoever has none is a member; one that we do not know may
// be meant to be less than that, and is a guest.
func role(value []byte) chat.Role {
	if value == nil {
		return chat.RoleMember
	}
	if s, ok := text(value); ok {
		if r, ok := chat.ParseRole(s); ok {
			return r
		}
	}
	return chat.RoleGuest
}

// fingerprint returns the first n bytes of the SHA-256 of s, in hex.
func fingerprint(s string, n int) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:n])
}
