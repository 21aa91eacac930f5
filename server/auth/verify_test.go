package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestVerifyEveryAlgorithm(t *testing.T) {
	for alg, private := range testKeys() {
		t.Run(alg, func(t *testing.T) {
			v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, alg)}})
			token := signRaw(t, alg, private, `{"alg":"`+alg+`"}`, good)
			id, err := v.Verify(token)
			if err != nil {
				t.Fatal(err)
			}
			want := Identity{
				User:    chat.User{ID: "https://id.example|ada", Name: "Ada", Role: chat.RoleMember},
				TokenID: id.TokenID, Issuer: "https://id.example",
				Expires: now.Add(10 * time.Minute), Ends: now.Add(10*time.Minute + DefaultLeeway),
				SignIn: id.TokenID,
			}
			if id != want {
				t.Errorf("got %+v\nwant %+v", id, want)
			}
			if len(id.TokenID) != 32 {
				t.Errorf("token ID %q", id.TokenID)
			}
		})
	}
}

// TestAlgorithmIsPinned presents tokens of every algorithm to a key of each.
func TestAlgorithmIsPinned(t *testing.T) {
	for alg := range testKeys() {
		v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, alg)}})
		for other, private := range testKeys() {
			if other == alg {
				continue
			}
			_, err := v.Verify(signRaw(t, other, private, `{"alg":"`+other+`"}`, good))
			wantRefused(t, err, InvalidAlgorithm, "invalid algorithm")
			// The same signature under the name of the pinned algorithm.
			_, err = v.Verify(signRaw(t, other, private, `{"alg":"`+alg+`"}`, good))
			wantRefused(t, err, InvalidSignature, "invalid signature")
		}
	}
	// The classic: the public key used as an HMAC secret.
	public := publicPEM(t, testKeys()["RS256"])
	v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "RS256")}})
	_, err := v.Verify(signRaw(t, "HS256", public, `{"alg":"HS256"}`, good))
	wantRefused(t, err, InvalidAlgorithm, "")
}

func TestVerifyRefuses(t *testing.T) {
	token := hs256(t, good)
	head, rest, _ := strings.Cut(token, ".")
	body, signature, _ := strings.Cut(rest, ".")
	header := func(h string) string { return signRaw(t, "HS256", secret, h, good) }
	tests := []struct {
		name, token string
		reason      Reason
		message     string
	}{
		{"nothing", "", CredentialsRequired, "jwt must be provided"},
		{"undefined", "undefined", CredentialsRequired, "jwt must be provided"},
		{"null", "null", CredentialsRequired, "jwt must be provided"},
		{"too large", strings.Repeat(".", MaxToken+1), TokenTooLarge, ""},
		{"megabyte of dots", strings.Repeat(".", 1<<20), TokenTooLarge, ""},
		{"8 KiB of dots", strings.Repeat(".", MaxToken), TokenMalformed, "jwt malformed"},
		{"one part", "abc", TokenMalformed, "jwt malformed"},
		{"two parts", head + "." + body, TokenMalformed, "jwt malformed"},
		{"four parts", token + ".x", TokenMalformed, "jwt malformed"},
		{"five parts", "a.b.c.d.e", TokenMalformed, "jwt malformed"},
		{"no header", "." + body + "." + signature, TokenMalformed, "jwt malformed"},
		{"no claims", head + ".." + signature, TokenMalformed, "invalid token"},
		{"bearer", "Bearer " + token, TokenMalformed, ""},
		{"space in front", " " + token, TokenMalformed, ""},
		{"space behind", token + " ", TokenMalformed, ""},
		{"line end behind", token + "\n", TokenMalformed, ""},
		{"line end within", head + "." + body[:8] + "\r\n" + body[8:] + "." + signature, TokenMalformed, ""},
		{"nul within", head + "." + body[:8] + "\x00" + body[8:] + "." + signature, TokenMalformed, ""},
		{"nul behind", token + "\x00", TokenMalformed, ""},
		{"padding", token + "=", TokenMalformed, "invalid token"},
		{"base64 of the other alphabet", head + "." + body[:8] + "+/" + body[8:] + "." + signature, TokenMalformed, ""},

		{"header is no JSON", header(`alg:HS256`), TokenMalformed, "invalid token"},
		{"header is an array", header(`["HS256"]`), TokenMalformed, ""},
		{"header is followed by more", header(`{"alg":"HS256"}{}`), TokenMalformed, ""},
		{"header with two algs", header(`{"alg":"none","alg":"HS256"}`), TokenMalformed, ""},
		{"header with an escaped second alg", header(`{"alg":"none","\u0061lg":"HS256"}`), TokenMalformed, ""},
		{"kid is a number", header(`{"alg":"HS256","kid":1}`), TokenMalformed, ""},
		{"crit", header(`{"alg":"HS256","crit":["exp"],"exp":1}`), TokenMalformed, ""},
		{"crit empty", header(`{"alg":"HS256","crit":[]}`), TokenMalformed, ""},
		{"b64", header(`{"alg":"HS256","b64":false}`), TokenMalformed, ""},

		{"no alg", header(`{}`), InvalidAlgorithm, "invalid algorithm"},
		{"alg of another case", header(`{"ALG":"HS256"}`), InvalidAlgorithm, ""},
		{"alg is a list", header(`{"alg":["HS256"]}`), InvalidAlgorithm, ""},
		{"alg in lower case", header(`{"alg":"hs256"}`), InvalidAlgorithm, ""},
		{"alg none", b64(`{"alg":"none"}`) + "." + body + ".", InvalidAlgorithm, "invalid algorithm"},
		{"alg None", b64(`{"alg":"None"}`) + "." + body + ".", InvalidAlgorithm, ""},
		{"alg NONE", b64(`{"alg":"NONE"}`) + "." + body + "." + signature, InvalidAlgorithm, ""},
		{"alg nOnE", b64(`{"alg":"nOnE"}`) + "." + body + ".", InvalidAlgorithm, ""},
		{"alg empty", b64(`{"alg":""}`) + "." + body + ".", InvalidAlgorithm, ""},
		{"alg null", b64(`{"alg":null}`) + "." + body + ".", InvalidAlgorithm, ""},

		{"no signature", head + "." + body + ".", InvalidSignature, "jwt signature is required"},
		{"short signature", head + "." + body + "." + signature[:12], InvalidSignature, "invalid signature"},
		{"other claims", head + "." + b64(`{"sub":"eve","exp":1800000600}`) + "." + signature, InvalidSignature, "invalid signature"},
		{"signature before claims", head + "." + b64(`{"exp":1}`) + "." + signature, InvalidSignature, "invalid signature"},
		{"other secret", signRaw(t, "HS256", []byte(strings.Repeat("x", 32)), `{"alg":"HS256"}`, good), InvalidSignature, ""},

		{"claims are no JSON, signature is wrong", head + "." + b64(`nope`) + "." + signature, TokenMalformed, "invalid token"},
		{"claims are no JSON", hs256(t, `nope`), TokenMalformed, "invalid token"},
		{"claims are a string", hs256(t, `"ada"`), TokenMalformed, "invalid token"},
		{"claims are null", hs256(t, `null`), TokenMalformed, ""},
		{"claims with NaN", hs256(t, `{"exp":NaN}`), TokenMalformed, ""},
		{"claims in broken UTF-8", hs256(t, "{\"sub\":\"\xff\",\"exp\":1800000600}"), TokenMalformed, ""},
		{"exp twice", hs256(t, `{"exp":1800000600,"exp":1900000000}`), TokenMalformed, ""},
		{"sub twice, once escaped", hs256(t, `{"sub":"eve","s\u0075b":"ada","exp":1800000600}`), TokenMalformed, ""},
		{"nested too deep", hs256(t, `{"exp":1800000600,"x":`+strings.Repeat("[", 2000)+`}`), TokenMalformed, ""},
	}
	v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, err := v.Verify(tt.token)
			wantRefused(t, err, tt.reason, tt.message)
			if id != (Identity{}) {
				t.Errorf("a refused token says %+v", id)
			}
		})
	}
}

func TestVerifyTimes(t *testing.T) {
	tests := []struct {
		name, claims string
		leeway       time.Duration
		reason       Reason // "" if accepted
		message      string
	}{
		{"no exp", `{"sub":"ada"}`, 0, ExpRequired, ""},
		{"EXP is not exp", `{"EXP":1800000600}`, 0, ExpRequired, ""},
		{"exp null", `{"exp":null}`, 0, InvalidClaims, "invalid exp value"},
		{"exp a string", `{"exp":"1800000600"}`, 0, InvalidClaims, "invalid exp value"},
		{"exp a list", `{"exp":[1800000600]}`, 0, InvalidClaims, "invalid exp value"},
		{"exp true", `{"exp":true}`, 0, InvalidClaims, "invalid exp value"},
		{"exp beyond numbers", `{"exp":1e999}`, 0, InvalidClaims, "invalid exp value"},
		{"exp huge", `{"exp":1e300}`, 0, "", ""},
		{"exp in milliseconds", `{"exp":1800000600000}`, 0, "", ""},
		{"exp hugely negative", `{"exp":-1e300}`, 0, TokenExpired, "jwt expired"},
		{"exp 0", `{"exp":0}`, 0, TokenExpired, "jwt expired"},
		{"within the leeway", `{"exp":1799999971}`, 0, "", ""},
		{"at the end of the leeway", `{"exp":1799999970}`, 0, TokenExpired, "jwt expired"},
		{"a fraction before", `{"exp":1799999970.5}`, 0, "", ""},
		{"now, no leeway", `{"exp":1800000000}`, -1, TokenExpired, "jwt expired"},
		{"a second left, no leeway", `{"exp":1800000001}`, -1, "", ""},
		{"more leeway", `{"exp":1799999901}`, 100 * time.Second, "", ""},
		{"nbf within the leeway", `{"exp":1800000600,"nbf":1800000030}`, 0, "", ""},
		{"nbf ahead", `{"exp":1800000600,"nbf":1800000031}`, 0, TokenNotActive, "jwt not active"},
		{"nbf a string", `{"exp":1800000600,"nbf":"1"}`, 0, InvalidClaims, "invalid nbf value"},
		{"nbf is asked before exp", `{"exp":1,"nbf":1800000031}`, 0, TokenNotActive, "jwt not active"},
		{"iat within the leeway", `{"exp":1800000600,"iat":1800000030}`, 0, "", ""},
		{"iat ahead", `{"exp":1800000600,"iat":1800000031}`, 0, TokenNotActive, ""},
		{"iat a string", `{"exp":1800000600,"iat":"now"}`, 0, InvalidClaims, "invalid iat value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}, Leeway: tt.leeway})
			id, err := v.Verify(hs256(t, tt.claims))
			if tt.reason != "" {
				wantRefused(t, err, tt.reason, tt.message)
			} else if err != nil {
				t.Error(err)
			} else if id.Expires.Year() > 9999 || !id.Ends.After(now) {
				t.Errorf("expires %v, ends %v", id.Expires, id.Ends)
			}
		})
	}
}

func TestVerifyAudience(t *testing.T) {
	v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}, Audience: []string{"chat", "hobnob"}})
	for claims, ok := range map[string]bool{
		`{"exp":1800000600,"aud":"chat"}`:              true,
		`{"exp":1800000600,"aud":"ch\u0061t"}`:         true,
		`{"exp":1800000600,"aud":["x","hobnob"]}`:      true,
		`{"exp":1800000600,"aud":"chatter"}`:           false,
		`{"exp":1800000600,"aud":"CHAT"}`:              false,
		`{"exp":1800000600,"aud":[]}`:                  false,
		`{"exp":1800000600,"aud":["chat",1]}`:          false,
		`{"exp":1800000600,"aud":[["chat"]]}`:          false,
		`{"exp":1800000600,"aud":{"chat":"chat"}}`:     false,
		`{"exp":1800000600,"aud":null}`:                false,
		`{"exp":1800000600}`:                           false,
		`{"exp":1800000600,"azp":"chat","AUD":"chat"}`: false,
	} {
		_, err := v.Verify(hs256(t, claims))
		if ok && err != nil {
			t.Errorf("%s: %v", claims, err)
		}
		if !ok {
			wantRefused(t, err, InvalidAudience, "jwt audience invalid. expected: chat or hobnob")
		}
	}
	// Without an audience of our own, everybody's is as good.
	v = verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}})
	if _, err := v.Verify(hs256(t, `{"exp":1800000600,"aud":"x"}`)); err != nil {
		t.Error(err)
	}
}

func TestVerifyChoosesKeys(t *testing.T) {
	old, err := SecretKey("HS256", []byte(strings.Repeat("o", 32)))
	if err != nil {
		t.Fatal(err)
	}
	current := keyFor(t, "HS256").WithID("b")
	v := verifier(t, VerifierConfig{Keys: []Key{old.WithID("a"), keyFor(t, "ES256"), current}})
	for header, ok := range map[string]bool{
		`{"alg":"HS256"}`:           true,
		`{"alg":"HS256","kid":""}`:  true,
		`{"alg":"HS256","kid":"b"}`: true,
		`{"alg":"HS256","kid":"a"}`: false,
		`{"alg":"HS256","kid":"c"}`: false,
		`{"alg":"HS256","jku":"http://127.0.0.1:1/","x5u":"http://127.0.0.1:1/","jwk":{"kty":"oct","k":"AA"},"x5c":["AA"]}`: true,
	} {
		_, err := v.Verify(signRaw(t, "HS256", secret, header, good))
		if ok && err != nil {
			t.Errorf("%s: %v", header, err)
		}
		if !ok {
			wantRefused(t, err, InvalidSignature, "invalid signature")
		}
	}
	// A key that comes with the token verifies nothing.
	eve := ed25519.NewKeyFromSeed([]byte(strings.Repeat("e", 32)))
	x := base64.RawURLEncoding.EncodeToString(eve.Public().(ed25519.PublicKey))
	v = verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "EdDSA")}})
	_, err = v.Verify(signRaw(t, "EdDSA", eve, `{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"`+x+`"}}`, good))
	wantRefused(t, err, InvalidSignature, "")
}

// TestEveryByteCounts changes each byte of a token to each byte that a token
// can have.
func TestEveryByteCounts(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=\n"
	token := hs256(t, `{"exp":1800000600}`)
	v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}})
	for i := range token {
		for _, c := range alphabet {
			if changed := token[:i] + string(c) + token[i+1:]; changed != token {
				if _, err := v.Verify(changed); err == nil {
					t.Errorf("byte %d may be %q", i, c)
				}
			}
			if _, err := v.Verify(token[:i] + string(c) + token[i:]); err == nil {
				t.Errorf("%q may be put before byte %d", c, i)
			}
		}
		if _, err := v.Verify(token[:i]); err == nil {
			t.Errorf("all from byte %d may be missing", i)
		}
	}
}

func TestErrorsHoldNothingOfTheToken(t *testing.T) {
	v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}, Audience: []string{"chat"}})
	for _, claims := range []string{
		`{"exp":1,"sub":"SENTINEL"}`, `{"exp":"SENTINEL"}`, `{"exp":1800000600,"aud":"SENTINEL"}`,
		`{"exp":1800000600,"aud":"chat","iss":"SENTINEL|"}`, `{"exp":1800000600,"aud":"chat","sub":{"SENTINEL":1}}`, `SENTINEL`,
	} {
		token := hs256(t, claims)
		for _, token := range []string{token, token + "x", strings.ToUpper(token), token[:len(token)-8]} {
			_, err := v.Verify(token)
			if err == nil || strings.Contains(err.Error(), "SENTINEL") || strings.Contains(err.Error(), token[:12]) {
				t.Errorf("%s: %v", claims, err)
			}
		}
	}
}

func TestErrorCodes(t *testing.T) {
	if c := errMissing.Code(); c != "credentials_required" {
		t.Error(c)
	}
	if c := errExpired.Code(); c != "invalid_token" {
		t.Error(c)
	}
	if !errors.Is(errExpired, &Error{Reason: TokenExpired}) || errors.Is(errExpired, &Error{Reason: InvalidClaims}) {
		t.Error("errors.Is does not match by reason")
	}
}

func TestNewVerifierRefuses(t *testing.T) {
	if _, err := NewVerifier(VerifierConfig{}); err == nil {
		t.Error("a verifier without keys")
	}
	if _, err := NewVerifier(VerifierConfig{Keys: []Key{{}}}); err == nil {
		t.Error("a verifier with an empty key")
	}
	issuer := testIssuer(t)
	own := Key{method: issuer.verificationKey().method, material: issuer.public}
	if _, err := NewVerifier(VerifierConfig{Keys: []Key{own}, Issuer: issuer}); err == nil {
		t.Error("the own key as a foreign one")
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, alg := range []string{"HS256", "ES256", "RS256", "EdDSA"} {
		b.Run(alg, func(b *testing.B) {
			v := verifier(b, VerifierConfig{Keys: []Key{keyFor(b, alg)}})
			token := signRaw(b, alg, testKeys()[alg], `{"alg":"`+alg+`","typ":"JWT"}`, good)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(token); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
