package gateway

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
	"github.com/hobnob-chat/hobnob/server/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// verifier takes a token for the name of its holder. "bad…" is refused, what stands
// after an "@" is how long it lasts, and what stands between a "~" and that is the
// sign-in it is of: all but "new" began before the tests did. A "^" is before its scope.
type verifier struct{}

func (verifier) Verify(token string) (auth.Identity, error) {
	if strings.HasPrefix(token, "bad") {
		return auth.Identity{}, &auth.Error{Reason: auth.InvalidSignature, Message: "invalid signature"}
	}
	token, scope, _ := strings.Cut(token, "^")
	name, life, _ := strings.Cut(token, "@")
	name, signIn, _ := strings.Cut(name, "~")
	if signIn == "" {
		signIn = "first"
	}
	began := time.Now()
	if signIn != "new" {
		began = time.UnixMilli(1)
	}
	lasts := time.Hour
	if d, err := time.ParseDuration(life); err == nil {
		lasts = d
	}
	ends := time.Now().Add(lasts)
	role := chat.RoleMember
	if name == "ada" {
		role = chat.RoleOwner
	}
	return auth.Identity{User: chat.User{ID: name, Name: name, Role: role, Scope: scope}, Expires: ends, Ends: ends, SignIn: signIn, Began: began}, nil
}

// setup is what a test changes of a server; nil is nothing.
type setup struct {
	gateway   func(*Config)
	service   func(*server.Config)
	transport func(*transport.Config)
	apply     func(batch []chat.Event) error // is asked before the read model
	listener  net.Listener
}

// served is a server that runs, and its parts.
type served struct {
	*httptest.Server
	sockets *transport.Server
	gate    *Gateway
	service *server.Service
	db      *store.Store
}

// session is the one that somebody has.
func (s *served) session(t *testing.T, user string) *session {
	t.Helper()
	var found *session
	s.gate.hub.Each(user, func(one *session) { found = one })
	if found == nil {
		t.Fatalf("%s has no session", user)
	}
	return found
}

func serve(t *testing.T, change func(*Config)) *httptest.Server {
	t.Helper()
	return serveWith(t, setup{gateway: change}).Server
}

func serveWith(t testing.TB, change setup) *served {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "team.db"))
	if err != nil {
		t.Fatal(err)
	}
	rules := server.Config{Team: chat.Team{ID: "t", Name: "acme"}, MaxBody: 1000, Finder: db, Logger: log}
	if change.service != nil {
		change.service(&rules)
	}
	service, err := server.New(t.Context(), rules, db)
	if err != nil {
		t.Fatal(err)
	}
	apply := db.Apply
	if change.apply != nil {
		apply = func(ctx context.Context, tx *sql.Tx, batch []chat.Event) error {
			if err := change.apply(batch); err != nil {
				return err
			}
			return db.Apply(ctx, tx, batch)
		}
	}
	events, err := sqlite.Open(t.Context(), db.Writer(), sqlite.Options{Apply: apply, Deliver: service.Deliver, Reader: db.Reader()})
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Service: service, Verifier: verifier{}, AuthTimeout: time.Minute, Logger: log}
	if change.gateway != nil {
		change.gateway(&cfg)
	}
	gate := New(cfg, events.Last())
	service.Attach(events, gate)
	wire := transport.Config{Logger: log}
	wire.ShowQuery, wire.ShowHeader = Show()
	if change.transport != nil {
		change.transport(&wire)
	}
	sockets := transport.New(wire, gate)
	listening := httptest.NewUnstartedServer(sockets)
	if change.listener != nil {
		_ = listening.Listener.Close()
		listening.Listener = change.listener
	}
	listening.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := sockets.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		listening.Close()
		if err := errors.Join(events.Close(), db.Close()); err != nil {
			t.Errorf("close: %v", err)
		}
		service.Close()
	})
	return &served{listening, sockets, gate, service, db}
}

func TestBadTokenIsRefusedAtTheDoor(t *testing.T) {
	for name, change := range map[string]func(*Config){"usual": nil, "late": lateAuth(time.Minute)} {
		t.Run(name, func(t *testing.T) {
			p := dial(t, serve(t, change), "&token=bad", "")
			got := string(p.expect(socketio.ConnectError).Data)
			if want := `{"message":"Authentication error","data":{"code":"invalid_token","reason":"invalid_signature"}}`; got != want {
				t.Errorf("told %s, want %s", got, want)
			}
		})
	}
}

func TestPlainLane(t *testing.T) {
	s := serve(t, nil)
	ada, bob := dial(t, s, "&token=ada", ""), dial(t, s, "", `{"token":"bob"}`)
	ada.expect(socketio.Connect)
	bob.expect(socketio.Connect)
	ada.emit("news", "for nobody")
	ada.emit("message", map[string]any{"a": 1}, "surplus", 2)
	ada.emit("message")
	for who, p := range map[string]*peer{"ada": ada, "bob": bob} {
		for _, want := range []string{`{"a":1}`, `null`} {
			if got := p.next(); got.name != "message" || len(got.args) != 1 || string(got.args[0].JSON) != want {
				t.Errorf("%s heard %s %v, want message [%s]", who, got.name, got.args, want)
			}
		}
	}
	var posted chat.Posted
	ada.answer(ada.request("message", "hi", map[string]string{"room": "nowhere"}), &posted, nil)
	if posted.Seq != 3 || posted.Room != chat.GeneralRoom {
		t.Errorf("posted %+v, want number 3 of general", posted)
	}
}

func TestTokenEnds(t *testing.T) {
	s := serve(t, nil)
	p := dial(t, s, "&token=ada@100ms", "")
	p.expect(socketio.Connect)
	if got := p.next(); got.name != "unauthorized" || !strings.Contains(string(got.args[0].JSON), "token_expired") {
		t.Errorf("told %s %s", got.name, got.args[0].JSON)
	}
	p.expect(socketio.Disconnect)
}

func TestNewerTokenKeepsTheSocket(t *testing.T) {
	const life = time.Second
	p := dial(t, serve(t, nil), "&token=ada@"+life.String(), "")
	ended := time.After(life) // the old token's end, which has to pass
	p.expect(socketio.Connect)
	p.emit("authenticate", map[string]string{"token": "ada@1h"})
	if got := p.next(); got.name != "authenticated" {
		t.Fatalf("told %s", got.name)
	}
	<-ended
	p.emit("message", "still here")
	if got := p.next(); got.name != "message" {
		t.Errorf("told %s", got.name)
	}
}

// reply is the answer to any request.
type reply struct {
	OK    bool
	Error *chat.Error
	chat.Welcome
}

func (r *reply) code() chat.Code {
	if r.Error == nil {
		return ""
	}
	return r.Error.Code
}

func TestHelloRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		args []any
		want chat.Code
	}{
		"nothing":           {nil, chat.CodeUnsupported},
		"another protocol":  {[]any{map[string]int{"protocol": 2}}, chat.CodeUnsupported},
		"a string":          {[]any{"hello"}, chat.CodeBadRequest},
		"a broken protocol": {[]any{map[string]string{"protocol": "1"}}, chat.CodeBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			p := dial(t, serve(t, nil), "&token=ada", "")
			p.expect(socketio.Connect)
			var got reply
			p.answer(p.request("hello", tc.args...), &got, nil)
			if got.OK || got.Error == nil || got.Error.Code != tc.want {
				t.Errorf("answered %+v, want %s", got, tc.want)
			}
		})
	}
}

func TestRequestsNeedHello(t *testing.T) {
	p := dial(t, serve(t, nil), "&token=ada", "")
	p.expect(socketio.Connect)
	for _, name := range []string{"history", "token:renew"} {
		var got reply
		p.answer(p.request(name), &got, nil)
		if got.OK || got.Error.Code != chat.CodeBadRequest {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestResumeWhileOthersTalk comes back again and again in the middle of a
// conversation: each message is heard once, in order, with none missing.
func TestResumeWhileOthersTalk(t *testing.T) {
	const messages, comings = 3000, 30
	s := serve(t, nil)
	talker := dial(t, s, "&token=ada", "")
	talker.expect(socketio.Connect)
	var talk sync.WaitGroup
	talk.Go(func() {
		for i := range messages {
			talker.emit("message", i)
			if i%20 == 0 { // read what it hears, and give way
				for range 20 {
					if i > 0 {
						talker.next()
					}
				}
			}
		}
	})
	var position string
	next := uint64(1)
	for coming := 0; coming < comings || next <= messages; coming++ {
		p := dial(t, s, "&token=bob", "")
		p.expect(socketio.Connect)
		answered := false
		hear := func(e told) {
			if len(e.args) < 2 {
				if answered {
					t.Fatal("the plain lane is heard after hello was answered")
				}
				return
			}
			var env chat.Envelope
			if err := json.Unmarshal(e.args[1].JSON, &env); err != nil {
				t.Fatal(err)
			}
			if known := position != ""; known && env.Seq != next {
				t.Fatalf("heard number %d, want %d", env.Seq, next)
			}
			next, position = env.Seq+1, env.Position.String()
		}
		var w reply
		p.answer(p.request("hello", map[string]any{"protocol": 1, "position": position}), &w, hear)
		if answered = true; !w.OK {
			t.Fatalf("hello: %+v", w.Error)
		}
		if position != "" && !w.Resumed {
			t.Fatal("not resumed")
		}
		for until := min(next+uint64(coming), messages); next <= until || position == ""; {
			hear(p.next()) // the first coming takes up where the team is
		}
		_ = p.conn.Close()
	}
	talk.Wait()
}

// hello puts a new peer on the chat lane.
func hello(t *testing.T, s *httptest.Server, name string) *peer {
	t.Helper()
	p := dial(t, s, "&token="+name, "")
	p.expect(socketio.Connect)
	var w reply
	p.answer(p.request("hello", map[string]int{"protocol": 1}), &w, nil)
	if !w.OK || w.You.ID == "" || w.Resumed {
		t.Fatalf("welcomed with %+v", w)
	}
	return p
}

func TestChatLane(t *testing.T) {
	s := serve(t, nil)
	ada, bob := hello(t, s, "ada"), hello(t, s, "bob")
	var first, again struct {
		OK bool
		chat.Posted
	}
	bob.answer(bob.request("message", "first", map[string]string{"id": "known"}), &first, nil)
	ada.next()
	options := map[string]string{"id": "x", "room": "#general", "reply_to": "known"}
	ada.answer(ada.request("message", "hi", options), &first, nil)
	ada.answer(ada.request("message", "hi", options), &again, nil)
	if !first.OK || first.ID != "x" || first != again {
		t.Errorf("posted as %+v, and again as %+v", first, again)
	}
	bob.emit("message", "mine", map[string]string{"id": "x"}) // equal, and another's
	for _, want := range []string{"ada", "bob"} {
		got := bob.next()
		var e chat.Envelope
		if err := json.Unmarshal(got.args[1].JSON, &e); err != nil {
			t.Fatal(err)
		}
		if e.From.ID != want || e.ID != "x" || (want == "ada") != (e.ReplyTo == "known") {
			t.Errorf("heard %+v, want one of %s", e, want)
		}
	}
	var page struct {
		OK bool
		chat.History
	}
	bob.answer(bob.request("history", map[string]int{"limit": 10}), &page, nil)
	if !page.OK || len(page.Messages) != 3 || string(page.Messages[2].JSON) != `"mine"` {
		t.Errorf("history is %+v", page)
	}
}

func TestRequestsOfTheWrongShape(t *testing.T) {
	p := hello(t, serve(t, nil), "ada")
	for name, args := range map[string][]any{
		"message": {"hi", map[string]int{"room": 7}},
		"history": {map[string]string{"limit": "many"}},
		"hello":   {map[string]int{"protocol": 1}},
	} {
		var got reply
		p.answer(p.request(name, args...), &got, nil)
		if got.OK || got.Error == nil || got.Error.Code != chat.CodeBadRequest || strings.Contains(got.Error.Message, "chat.") {
			t.Errorf("%s: %+v", name, got.Error)
		}
	}
}

// TestDeepestBody says the deepest thing that may be said: every way in which it
// is told again can carry it.
func TestDeepestBody(t *testing.T) {
	s := serve(t, nil)
	p := hello(t, s, "ada")
	nested := func(n int) json.RawMessage {
		return json.RawMessage(strings.Repeat("[", n) + strings.Repeat("]", n))
	}
	var got reply
	if p.answer(p.request("message", nested(101)), &got, nil); got.OK || got.Error.Code != chat.CodeBadRequest {
		t.Errorf("too deep a body: %+v", got)
	}
	var position string
	p.answer(p.request("message", "before"), &got, func(told) {})
	position = got.Position.String()
	if p.answer(p.request("message", nested(100)), &got, func(told) {}); !got.OK {
		t.Errorf("the deepest body: %+v", got.Error)
	}
	if p.answer(p.request("history"), &got, nil); !got.OK {
		t.Errorf("history with it: %+v", got.Error)
	}
	back := dial(t, s, "&token=bob", "")
	back.expect(socketio.Connect)
	back.answer(back.request("hello", map[string]any{"protocol": 1, "position": position}), &got, nil)
	if e := back.next(); string(e.args[0].JSON) != string(nested(100)) {
		t.Errorf("replayed %s", e.args[0].JSON)
	}
}

// TestRenew: a successor lasts as long as the token was made for, and never longer
// than tokens of this server do.
func TestRenew(t *testing.T) {
	issuer, err := auth.OpenIssuer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	own, err := auth.NewVerifier(auth.VerifierConfig{Issuer: issuer})
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, func(c *Config) { c.Verifier, c.Issuer, c.TokenLife = own, issuer, time.Hour })
	for life, want := range map[time.Duration]time.Duration{time.Minute: time.Minute, time.Hour: time.Hour, 24 * time.Hour: time.Hour} {
		token, _, err := issuer.Issue(chat.User{ID: "ada", Name: "ada", Role: chat.RoleMember}, life)
		if err != nil {
			t.Fatal(err)
		}
		p := hello(t, s, token)
		var renewed struct {
			OK      bool
			Token   string
			Expires chat.Millis
		}
		p.answer(p.request("token:renew"), &renewed, nil)
		who, err := own.Verify(renewed.Token)
		if err != nil || who.User.ID != "ada" || who.Life != want || !who.Expires.Equal(renewed.Expires.Time()) {
			t.Errorf("one for %v was renewed to %+v (%v), until %v", life, who, err, renewed.Expires.Time())
		}
	}
	foreign := hello(t, serve(t, nil), "ada")
	var got reply
	if foreign.answer(foreign.request("token:renew"), &got, nil); got.OK || got.Error.Code != chat.CodeNotAllowed {
		t.Errorf("a foreign token: %+v", got)
	}
}
