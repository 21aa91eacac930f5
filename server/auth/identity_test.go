package auth

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestIdentity(t *testing.T) {
	long := strings.Repeat("x", MaxSubject)
	tests := []struct {
		name, claims string
		want         chat.User
	}{
		{"all", `"iss":"https://i","sub":"ada","name":"Ada","role":"admin"`, chat.User{ID: "https://i|ada", Name: "Ada", Role: "admin"}},
		{"no issuer", `"sub":"ada"`, chat.User{ID: "|ada", Name: "ada", Role: "member"}},
		{"sub with a bar", `"iss":"https://i","sub":"auth0|1"`, chat.User{ID: "https://i|auth0|1", Name: "auth0|1", Role: "member"}},
		{"preferred name", `"sub":"1","preferred_username":"ada","nickname":"x"`, chat.User{ID: "|1", Name: "ada", Role: "member"}},
		{"name before preferred name", `"sub":"1","preferred_username":"ada","name":"Ada"`, chat.User{ID: "|1", Name: "Ada", Role: "member"}},
		{"name of a wrong type", `"sub":"1","name":{"first":"Ada"},"preferred_username":"ada"`, chat.User{ID: "|1", Name: "ada", Role: "member"}},
		{"name of nothing", `"sub":"1","name":" \u200b\u2800 ","preferred_username":"\u00a0"`, chat.User{ID: "|1", Name: "1", Role: "member"}},
		{"number", `"sub":42`, chat.User{ID: "|42", Name: "42", Role: "member"}},
		{"digits", `"sub":"42"`, chat.User{ID: "|42", Name: "42", Role: "member"}},
		{"large number", `"sub":123456789012345678901234567890`, chat.User{ID: "|123456789012345678901234567890", Name: "123456789012345678901234567890", Role: "member"}},
		{"hostile name", `"sub":"1","name":"\u001b[2JA\u202eda\nx"`, chat.User{ID: "|1", Name: "␛[2JA⟨RLO⟩da x", Role: "member"}},
		{"unknown role", `"sub":"1","role":"root"`, chat.User{ID: "|1", Name: "1", Role: "guest"}},
		{"role of another case", `"sub":"1","role":"Owner"`, chat.User{ID: "|1", Name: "1", Role: "guest"}},
		{"role of a wrong type", `"sub":"1","role":["owner"]`, chat.User{ID: "|1", Name: "1", Role: "guest"}},
		{"role null", `"sub":"1","role":null`, chat.User{ID: "|1", Name: "1", Role: "guest"}},
		{"longest sub", `"sub":"` + long + `"`, chat.User{ID: "|" + long, Name: long[:chat.MaxName], Role: "member"}},
	}
	v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, err := v.Verify(hs256(t, `{"exp":1800000600,`+tt.claims+`}`))
			if err != nil || id.User != tt.want {
				t.Errorf("got %+v, %v\nwant %+v", id.User, err, tt.want)
			}
			if id.Own {
				t.Error("a foreign token passes for our own")
			}
		})
	}
}

func TestIdentityRefuses(t *testing.T) {
	for claims, reason := range map[string]Reason{
		`"sub":true`:       InvalidClaims,
		`"sub":{}`:         InvalidClaims,
		`"sub":1.5`:        InvalidClaims,
		`"sub":1e3`:        InvalidClaims,
		`"sub":-0`:         InvalidClaims,
		`"sub":"a\u0000b"`: InvalidClaims,
		`"sub":"a\nb"`:     InvalidClaims,
		`"sub":"\ud800"`:   InvalidClaims,
		`"sub":"` + strings.Repeat("x", MaxSubject+1) + `"`:           InvalidClaims,
		`"sub":` + strings.Repeat("1", MaxSubject+1):                  InvalidClaims,
		`"sub":"1","jti":[]`:                                          InvalidClaims,
		`"sub":"1","jti":"` + strings.Repeat("x", MaxSubject+1) + `"`: InvalidClaims,
		`"iss":1`:             InvalidIssuer,
		`"iss":null`:          InvalidIssuer,
		`"iss":["https://i"]`: InvalidIssuer,
		`"iss":"a|b"`:         InvalidIssuer, // "a|b" + "c" would be "a" + "b|c"
		`"iss":"a\u0000"`:     InvalidIssuer,
		`"iss":"\udfff"`:      InvalidIssuer,
		`"iss":"` + strings.Repeat("x", MaxIssuer+1) + `"`: InvalidIssuer,
	} {
		v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}})
		_, err := v.Verify(hs256(t, `{"exp":1800000600,`+claims+`}`))
		if err == nil {
			t.Errorf("%.40s is accepted", claims)
			continue
		}
		wantRefused(t, err, reason, "")
	}
}

// TestNobodyInParticular: tokens without a sub are people of their own, each.
func TestNobodyInParticular(t *testing.T) {
	v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}})
	seen := map[string]bool{}
	for _, claims := range []string{
		`{"exp":1800000600,"iss":"https://i"}`,
		`{"exp":1800000601,"iss":"https://i","sub":""}`,
		`{"exp":1800000602,"iss":"https://i","sub":null}`,
	} {
		token := hs256(t, claims)
		id, err := v.Verify(token)
		if err != nil {
			t.Fatal(err)
		}
		again, err := v.Verify(token)
		if err != nil || again != id {
			t.Errorf("the same token is %+v and then %+v, %v", id, again, err)
		}
		prefix, hash, ok := strings.Cut(id.User.ID, "|token:")
		if !ok || prefix != "https://i" || len(hash) != 16 || seen[hash] {
			t.Errorf("ID %q", id.User.ID)
		}
		if name, ok := strings.CutPrefix(id.User.Name, "guest-"); !ok || len(name) != 4 {
			t.Errorf("name %q", id.User.Name)
		}
		seen[hash] = true
	}
}

func TestShown(t *testing.T) {
	family := "👨\u200d👩\u200d👧"
	for in, want := range map[string]string{
		"":                               "",
		" \u3000\u2800":                  "",
		" Ada ":                          "Ada",
		" \u0301a":                       "◌\u0301a",
		strings.Repeat("é", 40):          strings.Repeat("é", chat.MaxName),
		strings.Repeat("a ", 40):         strings.TrimSpace(strings.Repeat("a ", 16)),
		strings.Repeat("x", 30) + family: strings.Repeat("x", 30) + "👨", // no joiner is left hanging
	} {
		got := shown(in)
		if got != want || utf8.RuneCountInString(got) > chat.MaxName || chat.SanitizeLine(got) != got {
			t.Errorf("shown(%+q) = %+q, want %+q", in, got, want)
		}
	}
}

// TestNobodyIsAnother: no sub makes somebody the person that a token without one is.
func TestNobodyIsAnother(t *testing.T) {
	v := verifier(t, VerifierConfig{Keys: []Key{keyFor(t, "HS256")}})
	who := func(claims string) string {
		t.Helper()
		id, err := v.Verify(hs256(t, claims))
		if err != nil {
			t.Fatal(err)
		}
		return id.User.ID
	}
	nobody := who(`{"iss":"idp","exp":4102444800}`)
	_, sub, _ := strings.Cut(nobody, "|")
	seen := map[string]string{nobody: "nobody"}
	for _, sub := range []string{sub, "sub:" + sub, "sub:sub:" + sub, "token:", "sub:", "sub", "a|token:b", "ada"} {
		id := who(`{"iss":"idp","sub":"` + sub + `","exp":4102444800}`)
		if other, taken := seen[id]; taken {
			t.Errorf("%q is %q, as %q is", sub, id, other)
		}
		seen[id] = sub
	}
	if seen["idp|ada"] != "ada" || seen["idp|a|token:b"] != "a|token:b" {
		t.Error("whose sub needs no escape has another identity")
	}
}
