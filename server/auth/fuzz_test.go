package auth

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// fuzzVerifier has the same keys in every process, as the fuzzer's workers need.
func fuzzVerifier(f *testing.F) (v *Verifier, tokens []string) {
	f.Helper()
	issuer, err := newIssuer(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		f.Fatal(err)
	}
	other := ed25519.NewKeyFromSeed([]byte(strings.Repeat("1", ed25519.SeedSize)))
	key, err := PublicKeyPEM("", publicPEM(f, other))
	if err != nil {
		f.Fatal(err)
	}
	v = verifier(f, VerifierConfig{Keys: []Key{keyFor(f, "HS256"), key}, Issuer: issuer})
	return v, []string{
		hs256(f, good),
		signRaw(f, "EdDSA", other, `{"alg":"EdDSA","kid":"x"}`, good),
		signRaw(f, "EdDSA", issuer.private, `{"alg":"EdDSA","kid":"`+issuer.kid+`"}`,
			`{"iss":"`+issuer.name+`","aud":["`+issuer.name+`"],"sub":"ada","exp":1800000600,"role":"owner"}`),
	}
}

// FuzzVerify holds that nothing but the tokens that were made is accepted.
func FuzzVerify(f *testing.F) {
	v, tokens := fuzzVerifier(f)
	for _, token := range tokens {
		f.Add(token)
		f.Add(token[1:])
	}
	for _, s := range []string{"", "undefined", "a.b.c", b64(`{"alg":"none"}`) + "." + b64(good) + "."} {
		f.Add(s)
	}
	made := map[string]bool{}
	for _, token := range tokens {
		made[token] = true
	}
	f.Fuzz(func(t *testing.T, token string) {
		_, err := v.Verify(token)
		if (err == nil) != made[token] {
			t.Errorf("%q: %v", token, err)
		}
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Reason == "" || e.Message == "") {
			t.Errorf("%q: %#v", token, err)
		}
	})
}

// FuzzClaims signs whatever claims there are, as a careless issuer would, and
// holds what is promised of an identity.
func FuzzClaims(f *testing.F) {
	v, _ := fuzzVerifier(f)
	for _, s := range []string{
		good, `{"exp":1e99,"sub":42}`, `{"exp":1800000600,"name":"\u001b[0m\ud83d"}`, `{"exp":1.8e9,"aud":["a"]}`, `{ "exp" : 1800000600 , "x" : [ { } ] }`,
		`{"exp":1800000600,"sub":"\u0000"}`, `{"\u0065xp":1800000600,"a":"}\\\""}`, `[]`, `{`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, claims string) {
		id, err := v.Verify(hs256(t, claims))
		if err != nil {
			return
		}
		u := id.User
		if n := utf8.RuneCountInString(u.Name); n < 1 || n > chat.MaxName || chat.SanitizeLine(u.Name) != u.Name {
			t.Errorf("%s: name %+q", claims, u.Name)
		}
		if !strings.Contains(u.ID, "|") || id.Own || id.TokenID == "" || !utf8.ValidString(u.ID) || len(u.ID) > MaxIssuer+MaxSubject+1 {
			t.Errorf("%s: %+v", claims, id)
		}
		if _, ok := chat.ParseRole(string(u.Role)); !ok {
			t.Errorf("%s: role %q", claims, u.Role)
		}
		if !id.Ends.After(now) || id.Expires.Year() > 9999 {
			t.Errorf("%s: ends %v", claims, id.Ends)
		}
	})
}

func FuzzInspect(f *testing.F) {
	_, tokens := fuzzVerifier(f)
	for _, token := range tokens {
		f.Add(token)
	}
	f.Add(b64(`{"alg":1,"kid":"k"}`) + "." + b64(`{"exp":"x","sub":[]}`) + ".")
	f.Fuzz(func(t *testing.T, token string) {
		in, err := Inspect(token)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%q: %v", token, err)
		}
		if err == nil && (!json.Valid(in.Header) || !json.Valid(in.Claims)) {
			t.Errorf("%q: not JSON: %q, %q", token, in.Header, in.Claims)
		}
	})
}

// FuzzMembers compares the cutting of objects with encoding/json.
func FuzzMembers(f *testing.F) {
	for _, s := range []string{`{}`, ` { "a" : 1 , "b":[{},"}"],"c":{"d":"\\\""},"e":-1.5e3 ,"\u0066":null} `, `{"a":{"a":[]}}`, `[1]`, `{"a":1`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := map[string]json.RawMessage{}
		err := members(data, func(name, value []byte) error {
			got[string(name)] = value
			return nil
		})
		var want map[string]json.RawMessage
		wantErr := json.Unmarshal(data, &want)
		if (err == nil) != (wantErr == nil && want != nil && utf8.Valid(data)) {
			t.Fatalf("%q: %v, encoding/json says %v", data, err, wantErr)
		}
		if err != nil {
			return
		}
		if len(got) != len(want) {
			t.Errorf("%q: %v, want %v", data, got, want)
		}
		for name, value := range want {
			if string(got[name]) != string(value) {
				t.Errorf("%q: %q is %q, want %q", data, name, got[name], value)
			}
		}
	})
}
