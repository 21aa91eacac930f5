package auth

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

var ada = chat.User{ID: "01890a5d-ac96-774b-bcce-b302099a8057", Name: "Ada", Role: chat.RoleOwner}

// testIssuer makes an issuer with a key of its own.
func testIssuer(tb testing.TB) *Issuer {
	tb.Helper()
	i, err := OpenIssuer(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	return i
}

func TestIssue(t *testing.T) {
	issuer := testIssuer(t)
	v := verifier(t, VerifierConfig{Issuer: issuer, Audience: []string{"not for own tokens"}, Now: time.Now})
	token, expires, err := issuer.Issue(ada, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(expires); left > time.Hour || left < time.Hour-10*time.Second {
		t.Errorf("expires in %v", left)
	}
	id, err := v.Verify(token)
	if err != nil {
		t.Fatal(err)
	}
	want := Identity{User: ada, TokenID: id.TokenID, Issuer: issuer.Name(), Expires: expires, Ends: expires.Add(DefaultLeeway), Own: true, Life: time.Hour, SignIn: id.SignIn, Began: id.Began}
	if id != want || id.TokenID == "" || id.SignIn == "" || time.Since(id.Began) > time.Minute {
		t.Errorf("got %+v\nwant %+v", id, want)
	}
	in, err := Inspect(token)
	if err != nil || in.KeyID != issuer.kid || in.Algorithm != "EdDSA" || in.Subject != ada.ID || in.TokenID != id.TokenID ||
		!in.Expires.Equal(expires) || in.IssuedAt.IsZero() || in.Issuer != issuer.Name() {
		t.Errorf("inspected %+v, %v", in, err)
	}
	next, until, err := issuer.Renew(id, time.Minute)
	if after, bad := v.Verify(next); err != nil || bad != nil || after.User != ada || after.Life != time.Minute || !after.Expires.Equal(until) {
		t.Errorf("renewed for a minute: %+v, %v, %v", after, err, bad)
	}
	id.Began = id.Began.Add(-time.Hour)
	next, _, err = issuer.Renew(id, time.Minute)
	if after, bad := v.Verify(next); err != nil || bad != nil || after.TokenID == id.TokenID || after.SignIn != id.SignIn || after.Began.Sub(id.Began).Abs() > time.Millisecond {
		t.Errorf("the sign-in of a successor: %+v, %v, %v", after, err, bad)
	}
	for name, who := range map[string]Identity{
		"another issuer's": {User: ada, Life: time.Hour}, "of no known life": {User: ada, Own: true},
	} {
		if token, _, err := issuer.Renew(who, time.Hour); err == nil {
			t.Errorf("renewed one %s to %s", name, token)
		}
	}
	again, _, err := issuer.Issue(ada, time.Hour)
	if err != nil || again == token {
		t.Errorf("two tokens are one: %v", err)
	}
	if other, err := v.Verify(again); err != nil || other.SignIn == id.SignIn {
		t.Errorf("two sign-ins are one: %+v, %v", other, err)
	}
	if len(token) > 1024 {
		t.Errorf("a token has %d bytes; a keyring takes little more than 2,500", len(token))
	}
	_, err = verifier(t, VerifierConfig{Issuer: testIssuer(t), Now: time.Now}).Verify(token)
	wantRefused(t, err, InvalidSignature, "")
}

func TestIssueRefuses(t *testing.T) {
	issuer := testIssuer(t)
	for name, change := range map[string]func(*chat.User){
		"no ID":           func(u *chat.User) { u.ID = "" },
		"ID with a bar":   func(u *chat.User) { u.ID = "|ada" },
		"long ID":         func(u *chat.User) { u.ID = strings.Repeat("x", MaxSubject+1) },
		"ID with control": func(u *chat.User) { u.ID = "a\nb" },
		"ID in no UTF-8":  func(u *chat.User) { u.ID = "a\xff" },
		"no name":         func(u *chat.User) { u.Name = "" },
		"hostile name":    func(u *chat.User) { u.Name = "\x1b[2J" },
		"long name":       func(u *chat.User) { u.Name = strings.Repeat("x", chat.MaxName+1) },
		"no role":         func(u *chat.User) { u.Role = "" },
		"unknown role":    func(u *chat.User) { u.Role = "root" },
	} {
		u := ada
		change(&u)
		if token, _, err := issuer.Issue(u, time.Hour); err == nil || token != "" {
			t.Errorf("%s: a token", name)
		}
	}
	for _, life := range []time.Duration{-time.Hour, 0, time.Second - 1} {
		if _, _, err := issuer.Issue(ada, life); err == nil {
			t.Errorf("a token for %v", life)
		}
	}
}

// TestNobodySpeaksForAnother holds the line between our own tokens and those of
// everybody else.
func TestNobodySpeaksForAnother(t *testing.T) {
	issuer := testIssuer(t)
	v := verifier(t, VerifierConfig{Issuer: issuer, Keys: []Key{keyFor(t, "HS256"), keyFor(t, "EdDSA")}})
	claims := func(iss, aud, sub string) string {
		return `{"iss":"` + iss + `","aud":"` + aud + `","sub":"` + sub + `","name":"Ada","role":"owner","exp":1800000600}`
	}
	own := func(c string) string {
		return signRaw(t, "EdDSA", issuer.private, `{"alg":"EdDSA","kid":"`+issuer.kid+`"}`, c)
	}
	name := issuer.Name()
	if id, err := v.Verify(own(claims(name, name, "ada"))); err != nil || id.User.ID != "ada" || !id.Own {
		t.Errorf("own token: %+v, %v", id, err)
	}
	tests := []struct {
		name, token string
		reason      Reason
	}{
		{"shared secret, own issuer", hs256(t, claims(name, name, "ada")), InvalidIssuer},
		{"shared secret, own issuer in escapes", hs256(t, claims(`\u0068obnob:`+issuer.kid, name, "ada")), InvalidIssuer},
		{"foreign key, own issuer and kid", signRaw(t, "EdDSA", testKeys()["EdDSA"], `{"alg":"EdDSA","kid":"`+issuer.kid+`"}`, claims(name, name, "ada")), InvalidIssuer},
		{"own key, foreign issuer", own(claims("https://id.example", name, "ada")), InvalidIssuer},
		{"own key, no issuer", own(`{"aud":"` + name + `","sub":"ada","exp":1800000600}`), InvalidIssuer},
		{"own key, foreign audience", own(claims(name, "x", "ada")), InvalidAudience},
		{"own key, no audience", own(`{"iss":"` + name + `","sub":"ada","exp":1800000600}`), InvalidAudience},
		{"own key, no sub", own(`{"iss":"` + name + `","aud":"` + name + `","exp":1800000600}`), InvalidClaims},
		{"own key, a foreign identity", own(claims(name, name, "|ada")), InvalidClaims},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := v.Verify(tt.token)
			wantRefused(t, err, tt.reason, "")
		})
	}
	// A foreign token never has the ID of an own account, whatever its sub.
	id, err := v.Verify(hs256(t, `{"sub":"ada","exp":1800000600}`))
	if err != nil || id.User.ID == "ada" || id.Own {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestThumbprint(t *testing.T) {
	x, err := base64.RawURLEncoding.DecodeString("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo") // RFC 8037, appendix A.3
	if err != nil {
		t.Fatal(err)
	}
	if got := thumbprint(x); got != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("thumbprint %q", got)
	}
}

func TestJWKS(t *testing.T) {
	issuer := testIssuer(t)
	var set struct {
		Keys []map[string]string `json:"keys"`
	}
	if err := json.Unmarshal(issuer.JWKS(), &set); err != nil || len(set.Keys) != 1 {
		t.Fatalf("%s: %v", issuer.JWKS(), err)
	}
	k := set.Keys[0]
	if k["kty"] != "OKP" || k["crv"] != "Ed25519" || k["use"] != "sig" || k["alg"] != "EdDSA" || k["kid"] != issuer.kid || k["d"] != "" || len(k) != 6 {
		t.Errorf("%v", k)
	}
	if x, err := base64.RawURLEncoding.DecodeString(k["x"]); err != nil || !bytes.Equal(x, issuer.public) {
		t.Errorf("x = %q, %v", k["x"], err)
	}
	clear(issuer.JWKS())
	if !json.Valid(issuer.JWKS()) {
		t.Error("the key set can be changed from outside")
	}
}

func TestOpenIssuerAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "data")
	first, err := OpenIssuer(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := OpenIssuer(dir)
	if err != nil || second.Name() != first.Name() || !second.private.Equal(first.private) {
		t.Errorf("the key does not last: %v", err)
	}
	if runtime.GOOS != "windows" {
		for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, KeyFile): 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v", path, info.Mode(), err)
			}
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("beside the key there is %v, %v", left, err)
	}
}

// TestOpenIssuerTogether lets servers start at the same time on a new directory.
func TestOpenIssuerTogether(t *testing.T) {
	dir := t.TempDir()
	names := make([]string, 16)
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for n := range names {
		wg.Go(func() {
			<-begin
			i, err := OpenIssuer(dir)
			if err != nil {
				t.Error(err)
				return
			}
			names[n] = i.Name()
		})
	}
	close(begin)
	wg.Wait()
	for _, name := range names {
		if name != names[0] {
			t.Errorf("two keys were made: %q and %q", name, names[0])
		}
	}
}

func TestOpenIssuerRefusesDamage(t *testing.T) {
	whole := filepath.Join(t.TempDir(), KeyFile)
	if _, err := OpenIssuer(filepath.Dir(whole)); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	rsaDER, err := x509.MarshalPKCS8PrivateKey(testKeys()["RS256"])
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty":     {},
		"half":      key[:len(key)/2],
		"twice":     append(bytes.Clone(key), key...),
		"garbage":   []byte("SENTINEL"),
		"other key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: rsaDER}),
		"public":    publicPEM(t, testKeys()["EdDSA"]),
		"bad DER":   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("SENTINEL")}),
	} {
		path := filepath.Join(t.TempDir(), KeyFile)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenIssuer(filepath.Dir(path))
		if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "SENTINEL") {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, data) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, KeyFile), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenIssuer(dir); err == nil {
		t.Error("a directory is taken for a key")
	}
}

func TestOpenIssuerRefusesOpenFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	dir := t.TempDir()
	if _, err := OpenIssuer(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, KeyFile)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o644, 0o601} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := OpenIssuer(dir)
		if !errors.Is(err, ErrInsecure) || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

// TestMakeKeyNeverReplaces: a key that appeared in the meantime wins.
func TestMakeKeyNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, KeyFile)
	if err := os.WriteFile(path, []byte("somebody else's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := makeKey(dir, path); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "somebody else's" {
		t.Errorf("the key was replaced: %v", err)
	}
}

func BenchmarkIssue(b *testing.B) {
	issuer := &Issuer{}
	if i, err := newIssuer(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))); err == nil {
		issuer = i
	} else {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := issuer.Issue(ada, time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}
