package gateway

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

// FuzzCredentials shows tokens in all ways at once, of which one word is good. What
// is found was shown, and nobody is let in but who showed the good one and no other.
func FuzzCredentials(f *testing.F) {
	issuer, err := auth.OpenIssuer(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	verifier, err := auth.NewVerifier(auth.VerifierConfig{Issuer: issuer})
	if err != nil {
		f.Fatal(err)
	}
	good, _, err := issuer.Issue(chat.User{ID: "ada", Name: "ada", Role: chat.RoleMember}, time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	const word = "GOOD" // stands for the good token, which is another one every time
	for _, seed := range [][3]string{
		{word, "", ""},
		{"", `{"token":"Bearer ` + word + `"}`, ""},
		{"", "", "Bearer " + word},
		{word, `{"token":"` + word + `"}`, "bearer  " + word},
		{word, `{"token":"x"}`, ""},
		{"undefined", `{"token":null,"token":"` + word + `"}`, "Basic x"},
		{"a.b.c", `{"token":{"token":1}}`, "Bearer"},
		{"Bearer", `{"TOKEN":"` + word + `","token":""}`, "BEARER Bearer " + word},
		{strings.Repeat("a", 9000), `{"token":"\u0000"}`, "\xff"},
		{"null", `[]`, ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, query, payload, header string) {
		for _, s := range []*string{&query, &payload, &header} {
			*s = strings.ReplaceAll(*s, word, good)
		}
		h := &transport.Handshake{Query: url.Values{"token": {query}}, Header: http.Header{"Authorization": {header}}, Auth: []byte(payload)}
		token, err := credentials(h)
		if err != nil {
			if _, ok := errors.AsType[*auth.Error](err); !ok || token != "" {
				t.Fatalf("%q, %v", token, err)
			}
			return
		}
		var inside map[string]json.RawMessage
		_ = json.Unmarshal([]byte(payload), &inside)
		var shown string
		_ = json.Unmarshal(inside["token"], &shown)
		if token == "" || !strings.Contains(query+"\n"+header+"\n"+shown, token) {
			t.Fatalf("found %q in query %q, auth %q and header %q", token, query, payload, header)
		}
		who, err := verifier.Verify(token)
		if (err == nil) != (token == good) || err == nil && who.User.ID != "ada" {
			t.Fatalf("%q is let in as %+v, %v", token, who, err)
		}
		for _, other := range []string{query, shown} {
			if bare, ok := bearer(other); ok {
				other = bare
			}
			if err == nil && other != "" && other != "undefined" && other != "null" && other != good {
				t.Fatalf("let in with %q beside the good one", other)
			}
		}
	})
}

// FuzzRequestToken reads what authenticate is given.
func FuzzRequestToken(f *testing.F) {
	for _, seed := range []string{`{"token":"a.b.c"}`, `{"token":"Bearer a"}`, `{"token":null}`, `{"token":1}`, `"a"`, `[]`, `{`, `{"Token":"x"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, arg []byte) {
		token, err := requestToken(socketio.Value{JSON: arg})
		if err == nil {
			if token == "" || !json.Valid(arg) {
				t.Fatalf("found %q in %q", token, arg)
			}
			return
		}
		if _, ok := errors.AsType[*auth.Error](err); !ok || token != "" {
			t.Fatalf("%q, %v", token, err)
		}
	})
}

// FuzzRequests says any event to a server, before hello or after it. Whatever it is,
// it is answered, and never by a fault of the server.
func FuzzRequests(f *testing.F) {
	for _, name := range []string{"hello", "message", "history", "token:renew", "authenticate", "nothing"} {
		for _, args := range []string{"", `,{}`, `,null`, `,[]`, `,7,{"room":7}`, `,"x",{"room":"general","id":"x","reply_to":"x","files":["a"]}`, `,{"protocol":1,"position":"x.1"}`, `,{"limit":-1,"before":1e9}`} {
			f.Add([]byte(`["`+name+`"`+args+`]`), name != "hello")
		}
	}
	s := serve(f, lateAuth(time.Minute))
	f.Fuzz(func(t *testing.T, raw []byte, greeted bool) {
		var args []json.RawMessage
		var name string
		if json.Unmarshal(raw, &args) != nil || len(args) == 0 || json.Unmarshal(args[0], &name) != nil || len(raw) > 30_000 {
			return // the codec's to refuse, which is fuzzed by itself
		}
		var p *peer
		if greeted {
			p = hello(t, s, "ada")
		} else {
			p = dial(t, s, "&token=ada", "")
			p.expect(socketio.Connect)
		}
		rest := make([]any, 0, len(args))
		for _, a := range args[1:] {
			rest = append(rest, a)
		}
		if _, err := socketio.EncodeEvent("/", name, nil, rest...); err != nil {
			return
		}
		id := p.request(name, rest...)
		for {
			_ = p.conn.SetReadDeadline(time.Now().Add(patience))
			_, b, err := p.conn.ReadMessage()
			if err != nil {
				if name != "authenticate" { // which ends it where the token is no good
					t.Fatalf("%s ended the session: %v", raw, err)
				}
				return
			}
			packet, err := p.decoder.Text(b[1:])
			if b[0] != '4' || err != nil || packet == nil || packet.Type != socketio.Ack || packet.ID != id {
				continue
			}
			checkAnswer(t, raw, packet)
			return
		}
	})
}

// checkAnswer: an answer is of the documented shape, and says nothing of how the
// server is made.
func checkAnswer(t *testing.T, asked []byte, packet *socketio.Packet) {
	t.Helper()
	args, err := packet.Args()
	if err != nil || len(args) != 1 {
		t.Fatalf("%s is answered %d arguments, %v", asked, len(args), err)
	}
	var got struct {
		OK    bool
		Error *chat.Error
	}
	if err := json.Unmarshal(args[0].JSON, &got); err != nil {
		t.Fatalf("%s is answered %s", asked, args[0].JSON)
	}
	if got.OK != (got.Error == nil) {
		t.Fatalf("%s is answered %s", asked, args[0].JSON)
	}
	if e := got.Error; e != nil && (e.Code == chat.CodeInternal || e.Code == chat.CodeUnavailable || e.Code == "" || e.Message == "" ||
		strings.Contains(e.Message, "json:") || strings.Contains(e.Message, "chat.") || strings.Contains(e.Message, "SQL")) {
		t.Fatalf("%s is answered %s", asked, args[0].JSON)
	}
}
