package gateway

import (
	"encoding/json"
	"strings"

	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

// tokenConflict is the reason for tokens that do not go together.
const tokenConflict auth.Reason = "token_conflict"

// errConflict: a handshake that shows two different tokens is refused, since
// whichever were taken, a proxy's log or a page's script could have meant the
// other one.
var errConflict = &auth.Error{Reason: tokenConflict, Message: "two different tokens were given"}

// errLarge: more was shown than any token has.
var errLarge = &auth.Error{Reason: auth.TokenTooLarge, Message: "jwt too large"}

// errNone: nobody knows who this is.
var errNone = &auth.Error{Reason: auth.CredentialsRequired, Message: "jwt must be provided"}

// Show is what the transport keeps of a handshake's request for the guard: of its
// query and of its header.
func Show() (query, header []string) { return []string{"token"}, []string{"Authorization"} }

// credentials finds the token of a handshake: in its query, in the CONNECT
// packet's auth.token, or in an Authorization header. Where there is none it
// fails with errNone.
func credentials(h *transport.Handshake) (string, error) {
	if h.Cut {
		return "", errLarge
	}
	var shown []string
	shown = append(shown, h.Query["token"]...)
	fromAuth, err := authToken(h.Auth)
	if err != nil {
		return "", err
	}
	shown = append(shown, fromAuth)
	for _, header := range h.Header.Values("Authorization") {
		if token, ok := bearer(header); ok {
			shown = append(shown, token)
		}
	}
	var found string
	for _, token := range shown {
		if bare, ok := bearer(token); ok {
			token = bare
		}
		// Clients write an undefined token as the word itself.
		if token == "" || token == "undefined" || token == "null" {
			continue
		}
		if found != "" && token != found {
			return "", errConflict
		}
		found = token
	}
	if found == "" {
		return "", errNone
	}
	return found, nil
}

// authToken reads auth.token of a CONNECT packet.
func authToken(raw json.RawMessage) (string, error) {
	if len(raw) == 0 {
		return "", nil
	}
	token, err := auth.Member(raw, "token")
	if err != nil {
		return "", &auth.Error{Reason: auth.TokenMalformed, Message: "jwt malformed"}
	}
	return tokenString(token)
}

// tokenString reads a token that a client put into JSON.
func tokenString(raw json.RawMessage) (string, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	var token string
	if err := json.Unmarshal(raw, &token); err != nil {
		return "", &auth.Error{Reason: auth.TokenMalformed, Message: "jwt must be a string"}
	}
	return token, nil
}

// bearer strips the scheme of RFC 6750 §2.1, whose name has no case (RFC 9110 §11.1).
func bearer(s string) (string, bool) {
	scheme, token, ok := strings.Cut(s, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}
