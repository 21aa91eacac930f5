package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

func lateAuth(grace time.Duration) func(*Config) {
	return func(c *Config) { c.LateAuth, c.AuthTimeout = true, grace }
}

func TestNoTokenIsRefusedUnlessItMayCome(t *testing.T) {
	p := dial(t, serve(t, nil), "", "")
	if got := string(p.expect(socketio.ConnectError).Data); !strings.Contains(got, `"code":"credentials_required"`) {
		t.Errorf("told %s", got)
	}
	dial(t, serve(t, lateAuth(time.Minute)), "", "").expect(socketio.Connect)
}

func TestLateAuthentication(t *testing.T) {
	s := serve(t, lateAuth(time.Minute))
	late, ada := dial(t, s, "", ""), dial(t, s, "&token=ada", "")
	late.expect(socketio.Connect)
	ada.expect(socketio.Connect)
	late.emit("message", "from nobody")
	ada.emit("message", "one")
	if got := ada.next(); string(got.args[0].JSON) != `"one"` {
		t.Fatalf("ada heard %s", got.args[0].JSON)
	}
	late.emit("authenticate", map[string]string{"token": "bad"})
	if got := late.next(); got.name != "unauthorized" || !got.asks ||
		string(got.args[0].JSON) != `{"message":"invalid signature","data":{"message":"invalid signature","code":"invalid_token","type":"UnauthorizedError","reason":"invalid_signature"}}` {
		t.Errorf("told %s %s", got.name, got.args[0].JSON)
	}
	late.emit("authenticate", map[string]string{"token": "Bearer bob"})
	late.emit("authenticate", map[string]string{"token": "bob"})
	for range 2 {
		if got := late.next(); got.name != "authenticated" || len(got.args) != 0 {
			t.Fatalf("told %s %v, want authenticated", got.name, got.args)
		}
	}
	late.emit("message", "two")
	for who, p := range map[string]*peer{"ada": ada, "late": late} {
		if got := p.next(); string(got.args[0].JSON) != `"two"` {
			t.Errorf("%s heard %s, want only what came after", who, got.args[0].JSON)
		}
	}
	// Nobody becomes another person in the middle of it.
	late.emit("authenticate", map[string]string{"token": "ada"})
	if got := late.next(); got.name != "unauthorized" {
		t.Errorf("told %s as another person, want unauthorized", got.name)
	}
}

func TestAckOfUnauthorizedDisconnects(t *testing.T) {
	p := dial(t, serve(t, lateAuth(time.Minute)), "", "")
	p.expect(socketio.Connect)
	p.emit("authenticate", 42)
	got := p.next()
	p.write(fmt.Sprintf("43%d[]", got.ackID))
	p.expect(socketio.Disconnect)
}

func TestFiveTries(t *testing.T) {
	p := dial(t, serve(t, lateAuth(time.Minute)), "", "")
	p.expect(socketio.Connect)
	for range maxTries + 1 {
		p.emit("authenticate", map[string]string{"token": "bad"})
	}
	for range maxTries {
		if got := p.next(); got.name != "unauthorized" {
			t.Fatalf("told %s", got.name)
		}
	}
	p.expect(socketio.Disconnect)
}

func TestGraceEndsWhateverIsTried(t *testing.T) {
	p := dial(t, serve(t, lateAuth(100*time.Millisecond)), "", "")
	p.expect(socketio.Connect)
	p.emit("authenticate", map[string]string{"token": "bad"})
	p.next()
	p.expect(socketio.Disconnect)
}

// TestGraceIsTheSessions leaves and connects again: neither the grace nor the
// tries begin anew.
func TestGraceIsTheSessions(t *testing.T) {
	p := dial(t, serve(t, lateAuth(time.Minute)), "", "")
	p.expect(socketio.Connect)
	p.write("41")
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	for {
		if _, _, err := p.conn.ReadMessage(); err != nil {
			break // closed, as it has to be
		}
	}
}

// TestStrangersTalkEnds: who is not in may say something too early, and no more.
func TestStrangersTalkEnds(t *testing.T) {
	p := dial(t, serve(t, lateAuth(time.Minute)), "", "")
	p.expect(socketio.Connect)
	for range maxIgnored {
		p.emit("message", "early")
	}
	id := p.request("history")
	for {
		switch got := p.packet(); {
		case got.Type == socketio.Disconnect:
			return
		case got.Type == socketio.Ack && got.ID == id:
			t.Fatal("one more was answered")
		}
	}
}
