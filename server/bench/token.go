package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// tokenLife is how long the tokens of one measurement are good: longer than any
// takes, and not so long that one would be worth keeping.
const tokenLife = 2 * time.Hour

// Name is what client i is called, and its `sub`. It is the same in every run, so
// that many runs make no more people than the largest of them.
func Name(i int) string { return fmt.Sprintf("bench-%05d", i) }

// SecretTokens makes each client a token of its own, signed with HS256 (RFC 7515,
// section 3.1).
func SecretTokens(secret []byte) func(i int) (string, error) {
	head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))
	return func(i int) (string, error) {
		now := time.Now()
		claims, err := json.Marshal(map[string]any{
			"sub": Name(i), "name": Name(i), "iat": now.Unix(), "exp": now.Add(tokenLife).Unix(),
		})
		if err != nil {
			return "", err
		}
		signed := head + "." + base64.RawURLEncoding.EncodeToString(claims)
		mac := hmac.New(sha256.New, secret)
		_, _ = mac.Write([]byte(signed))
		return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
	}
}

// OneToken gives every client the same token.
func OneToken(token string) func(i int) (string, error) {
	token = strings.TrimSpace(token)
	return func(int) (string, error) { return token, nil }
}
