package gateway

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

// helloAs is hello that says what the program and its machine are called.
func helloAs(t *testing.T, s *served, name string, says map[string]any) *peer {
	t.Helper()
	p := dial(t, s.Server, "&token="+name, "")
	p.expect(socketio.Connect)
	says["protocol"] = 1
	var answered struct{ OK bool }
	if p.answer(p.request("hello", says), &answered, nil); !answered.OK {
		t.Fatalf("%v was not welcomed", says)
	}
	return p
}

// signIns are where a peer's user is signed in.
func (p *peer) signIns() []chat.Session {
	p.t.Helper()
	var list struct{ Sessions []chat.Session }
	if code := p.asks("sessions", map[string]any{}, &list); code != "" {
		p.t.Fatal(code)
	}
	return list.Sessions
}

// patientWire has connections live though nobody answers a ping.
func patientWire(c *transport.Config) { c.PingInterval = 24 * time.Hour }

// timeless ignores when a sign-in was there.
var timeless = cmpopts.IgnoreFields(chat.Session{}, "Since", "Seen", "Address")

// write has written down who was there, as happens each minute and when the server ends.
func (s *served) write(t *testing.T) {
	t.Helper()
	ended, end := context.WithCancel(t.Context())
	end()
	s.service.KeepSeen(ended, s.db, s.gate)
}

// TestSignInsThatWent: who has closed a laptop sees it all the same, by its name and when
// it was there; also when all of that was written down, and nothing more.
func TestSignInsThatWent(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, s *served) {
		began := chat.ToMillis(time.Now())
		bob := helloAs(t, s, "bob~desk", map[string]any{"client": "hobnob/1.0", "device": "desk"})
		laptop := helloAs(t, s, "bob~laptop", map[string]any{"client": "hobnob/0.9", "device": "laptop"})
		plain := dial(t, s.Server, "&token=bob~plain", "")
		plain.expect(socketio.Connect)
		script := helloAs(t, s, "bob~desk", map[string]any{"client": "hobnob send/1.0", "device": "desk", "quiet": true})
		helloAs(t, s, "carol~other", map[string]any{"device": "hers"})
		desk := chat.Session{ID: "desk", Client: "hobnob/1.0", Device: "desk", Connected: true, Current: true}
		want := []chat.Session{
			desk,
			{ID: "laptop", Client: "hobnob/0.9", Device: "laptop", Connected: true},
			{ID: "plain", Connected: true},
		}
		if diff := cmp.Diff(want, bob.signIns(), timeless); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		time.Sleep(5 * time.Second)
		plainWent := chat.ToMillis(time.Now())
		_ = plain.conn.Close()
		_ = script.conn.Close()
		time.Sleep(5 * time.Second)
		laptopWent := chat.ToMillis(time.Now())
		_ = laptop.conn.Close()
		synctest.Wait()
		want = []chat.Session{desk, {ID: "laptop", Client: "hobnob/0.9", Device: "laptop"}, {ID: "plain"}}
		for _, when := range []string{"before", "after"} {
			got := bob.signIns()
			if diff := cmp.Diff(want, got, timeless); diff != "" {
				t.Errorf("%s it is written down (-want +got):\n%s", when, diff)
			}
			for i, seen := range []chat.Millis{0, laptopWent, plainWent} {
				if got[i].Seen != seen || got[i].Since != began {
					t.Errorf("%s it is written down %s was there at %d, since %d", when, got[i].ID, got[i].Seen-began, got[i].Since-began)
				}
			}
			s.write(t)
		}
		if code := bob.asks("session:end", map[string]any{"id": "laptop"}, nil); code != "" {
			t.Fatal(code)
		}
		want = []chat.Session{desk, {ID: "plain"}}
		if diff := cmp.Diff(want, bob.signIns(), timeless); diff != "" {
			t.Errorf("after the end of one (-want +got):\n%s", diff)
		}
		p := dial(t, s.Server, "&token=bob~laptop", "")
		if got := p.expect(socketio.ConnectError); !strings.Contains(string(got.Data), `"reason":"token_revoked"`) {
			t.Errorf("the laptop was answered %s", got.Data)
		}
		s.write(t)
		if code := bob.asks("session:end", map[string]any{"others": true}, nil); code != "" {
			t.Fatal(code)
		}
		s.write(t)
		if diff := cmp.Diff([]chat.Session{desk}, bob.signIns(), timeless); diff != "" {
			t.Errorf("after the end of all others (-want +got):\n%s", diff)
		}
	})
}

// TestSignInsAreWrittenDown: within a minute, without anybody going: a crash forgets no
// more of who is connected. What hello says then is news.
func TestSignInsAreWrittenDown(t *testing.T) {
	inBubble(t, setup{transport: patientWire}, func(t *testing.T, s *served) {
		ended, end := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.service.KeepSeen(ended, s.db, s.gate)
		}()
		written := func() string {
			t.Helper()
			list, err := s.db.Sessions(t.Context(), "bob", 0)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, one := range list {
				fmt.Fprintf(&b, "%s %q ", one.ID, one.Device)
			}
			return b.String()
		}
		p := dial(t, s.Server, "&token=bob~laptop", "")
		p.expect(socketio.Connect)
		if got := written(); got != "" {
			t.Errorf("at once: %s", got)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := written(); got != `laptop "" ` {
			t.Errorf("after a minute: %s", got)
		}
		var answered struct{ OK bool }
		p.answer(p.request("hello", map[string]any{"protocol": 1, "device": "laptop"}), &answered, nil)
		go func() { // who does not read is sent away
			for _, _, err := p.conn.ReadMessage(); err == nil; _, _, err = p.conn.ReadMessage() {
				continue
			}
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := written(); got != `laptop "laptop" ` {
			t.Errorf("after hello: %s", got)
		}
		if n := len(s.gate.Here()); n != 1 {
			t.Errorf("%d are there", n)
		}
		end()
		<-done
	})
}

// TestSignInsAreBounded: of those that are not connected so many are listed; the one that
// was there longest ago is not.
func TestSignInsAreBounded(t *testing.T) {
	inBubble(t, setup{transport: patientWire}, func(t *testing.T, s *served) {
		for i := range chat.MaxSignIns + 2 {
			p := helloAs(t, s, fmt.Sprint("bob~s", i), map[string]any{})
			_ = p.conn.Close()
			time.Sleep(time.Second)
			synctest.Wait()
		}
		s.write(t)
		bob := helloAs(t, s, "bob~here", map[string]any{})
		list := bob.signIns()
		if n := len(list); n != chat.MaxSignIns+1 || list[0].ID != "here" || list[1].ID != fmt.Sprint("s", chat.MaxSignIns+1) || list[n-1].ID != "s2" {
			t.Errorf("%d are listed, from %s to %s", n, list[1].ID, list[n-1].ID)
		}
	})
}

// TestHostileDevices: what a program calls its machine is short, whole, and safe to show.
func TestHostileDevices(t *testing.T) {
	s := serveWith(t, setup{})
	for i, device := range []any{strings.Repeat("x", 50_000), "\x1b]0;owned\x07", "a\u202egnp.exe", strings.Repeat("é", 99), "line\nbreak", strings.Repeat("\u200b", 60), " \t "} {
		bob := helloAs(t, s, fmt.Sprint("bob~", i), map[string]any{"device": device})
		for _, one := range bob.signIns() {
			name := one.Device
			if one.Current && (len(name) > 100 || !utf8.ValidString(name) || chat.SanitizeLine(name) != name || strings.ContainsAny(name, "\n\x1b\u202e") || i == 6 && name != "") {
				t.Errorf("%.20q became %q", device, name)
			}
		}
	}
	p := dial(t, s.Server, "&token=bob", "")
	p.expect(socketio.Connect)
	var got reply
	if p.answer(p.request("hello", map[string]any{"protocol": 1, "device": 7}), &got, nil); got.OK || got.Error.Code != chat.CodeBadRequest {
		t.Errorf("a number: %+v", got)
	}
}

// TestRenewedSignIns: a sign-in is listed for as long as the last token that was made of it
// may be shown, though nobody has shown it.
func TestRenewedSignIns(t *testing.T) {
	issuer, err := auth.OpenIssuer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	own, err := auth.NewVerifier(auth.VerifierConfig{Issuer: issuer})
	if err != nil {
		t.Fatal(err)
	}
	inBubble(t, setup{transport: patientWire, gateway: func(c *Config) { c.Verifier, c.Issuer, c.TokenLife = own, issuer, time.Hour }}, func(t *testing.T, s *served) {
		token := func(life time.Duration) string {
			token, _, err := issuer.Issue(chat.User{ID: "ada", Name: "ada", Role: chat.RoleMember}, life)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		for _, renews := range []bool{true, false} {
			p := helloAs(t, s, token(time.Hour), map[string]any{"device": fmt.Sprint("renews ", renews)})
			time.Sleep(30 * time.Minute)
			if renews {
				p.request("token:renew")
				synctest.Wait()
			}
			_ = p.conn.Close()
			synctest.Wait()
			s.write(t)
			time.Sleep(40 * time.Minute)
			here := helloAs(t, s, token(time.Minute), map[string]any{})
			var listed bool
			for _, one := range here.signIns() {
				listed = listed || one.Device == fmt.Sprint("renews ", renews)
			}
			if listed != renews {
				t.Errorf("renewed %v: listed %v", renews, listed)
			}
			_ = here.conn.Close()
		}
	})
}
