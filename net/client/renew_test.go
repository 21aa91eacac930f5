package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// mint is a server that renews tokens, the store they are kept in, and what both
// were asked, in order.
type mint struct {
	life time.Duration // of a successor

	mu     sync.Mutex
	said   []string
	code   chat.Code // answers token:renew, if not empty
	bad    bool      // refuses what it made
	broken error     // what the store says
	kept   string
}

func (m *mint) tell(format string, args ...any) {
	m.said = append(m.said, fmt.Sprintf(format, args...))
}

// heard is what was asked since it was called last.
func (m *mint) heard() []string {
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	said := m.said
	m.said = nil
	return said
}

func (m *mint) set(do func()) { m.mu.Lock(); defer m.mu.Unlock(); do() }

// answer is a fake's tokens.
func (m *mint) answer(c *fakeConn, name string, args []socketio.Value, p *socketio.Packet) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case name == "token:renew" && m.code != "":
		m.tell("asked")
		c.ack(p, map[string]any{"ok": false, "error": chat.Error{Code: m.code}})
	case name == "token:renew":
		m.tell("asked")
		c.ack(p, renewed{true, "successor", chat.ToMillis(time.Now().Add(m.life))})
	default:
		var shown struct{ Token string }
		_ = json.Unmarshal(args[0].JSON, &shown)
		m.tell("shown %s", shown.Token)
		if m.bad {
			c.raw(`429["unauthorized",{"message":"jwt malformed","data":{"code":"invalid_token","reason":"token_malformed"}}]`)
			c.ack(p, map[string]any{"ok": false, "error": chat.Error{Code: chat.CodeUnauthenticated}})
			return
		}
		c.emit("authenticated")
		c.ack(p, map[string]any{"ok": true})
	}
}

type renewed struct {
	OK      bool        `json:"ok"`
	Token   string      `json:"token"`
	Expires chat.Millis `json:"expires"`
}

// keep is a Config's Renewed.
func (m *mint) keep(_ context.Context, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		m.tell("not kept")
		return m.broken
	}
	m.tell("kept %s", token)
	m.kept = token
	return nil
}

// wantHeard checks what was asked in the meantime.
func (m *mint) wantHeard(t *testing.T, what string, want ...string) {
	t.Helper()
	if got := m.heard(); !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

const (
	day  = 24 * time.Hour
	beat = 24 * time.Hour // the longest there is, so that months go by with few of them
)

// pass lets time go by on a connection that lives.
func pass(f *fake, d time.Duration) {
	for ; d > 0; d -= beat / 2 {
		time.Sleep(min(d, beat/2))
		synctest.Wait()
		f.each(func(c *fakeConn) { c.raw("2") })
	}
}

// renewing is a client whose token has some time left, in a bubble.
func renewing(t *testing.T, m *mint, left time.Duration, do func(f *fake, b *bubble)) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.expires = time.Now().Add(left)
		f.tokens = m.answer
		f.open.PingInterval = beat
		b := newBubble(t, f, dir, 0, func(c *Config) { c.Renewed = m.keep })
		defer b.close()
		if last := b.last(); last.State != chat.Online {
			t.Fatalf("%+v", last)
		}
		do(f, b)
		if last := b.last(); last.State != chat.Online {
			t.Errorf("in the end %+v", last)
		}
	})
}

// A token is renewed in its last month, kept before it is shown, and only then.
func TestTokenIsRenewed(t *testing.T) {
	m := &mint{life: 33 * day}
	renewing(t, m, 33*day, func(f *fake, _ *bubble) {
		m.wantHeard(t, "at the welcome")
		pass(f, 3*day-time.Second)
		m.wantHeard(t, "before the last month")
		pass(f, 2*time.Second)
		m.wantHeard(t, "in the last month", "asked", "kept successor", "shown successor")
		pass(f, 3*day-3*time.Second)
		m.wantHeard(t, "until the last month of the successor")
		pass(f, 3*time.Second)
		m.wantHeard(t, "then", "asked", "kept successor", "shown successor")
	})
}

// A successor that ends as soon is not asked for over and over, not even by new
// connections.
func TestShortSuccessor(t *testing.T) {
	m := &mint{life: time.Hour}
	renewing(t, m, time.Hour, func(f *fake, _ *bubble) {
		m.wantHeard(t, "at the welcome", "asked", "kept successor", "shown successor")
		f.cutAll()
		pass(f, 19*time.Minute)
		m.wantHeard(t, "on the next connection")
		pass(f, 2*time.Minute)
		m.wantHeard(t, "after a third of its life", "asked", "kept successor", "shown successor")
	})
}

// A token of somebody else's is asked for once on a connection.
func TestForeignTokenIsNotAskedForAgain(t *testing.T) {
	for _, code := range []chat.Code{chat.CodeNotAllowed, chat.CodeUnknownEvent} {
		m := &mint{life: 90 * day, code: code}
		renewing(t, m, 7*day, func(f *fake, _ *bubble) {
			m.wantHeard(t, "at the welcome", "asked")
			pass(f, 2*day)
			m.wantHeard(t, "two days later")
			f.cutAll()
			pass(f, time.Minute)
			m.wantHeard(t, "on the next connection", "asked")
		})
	}
}

// A store that fails keeps the old token in use, which is tried again a day later.
func TestStoreThatTakesNoToken(t *testing.T) {
	m := &mint{life: 90 * day, broken: errors.New("locked")}
	renewing(t, m, 20*day, func(f *fake, _ *bubble) {
		m.wantHeard(t, "at the welcome", "asked", "not kept")
		f.cutAll()
		pass(f, day-time.Minute)
		m.wantHeard(t, "within the day")
		m.set(func() { m.broken = nil })
		pass(f, 2*time.Minute)
		m.wantHeard(t, "a day later", "asked", "kept successor", "shown successor")
	})
}

// A server that cannot renew now is asked again.
func TestServerThatCannotRenewNow(t *testing.T) {
	m := &mint{life: 90 * day, code: chat.CodeInternal}
	renewing(t, m, 20*day, func(f *fake, _ *bubble) {
		m.wantHeard(t, "at the welcome", "asked")
		m.set(func() { m.code = "" })
		pass(f, day+time.Second)
		m.wantHeard(t, "a day later", "asked", "kept successor", "shown successor")
	})
}

// A server that does not take the token it gave does not cost the one that holds.
func TestSuccessorThatIsRefused(t *testing.T) {
	m := &mint{life: 90 * day, bad: true}
	renewing(t, m, 20*day, func(f *fake, b *bubble) {
		m.wantHeard(t, "at the welcome", "asked", "kept successor", "shown successor", "kept token")
		for _, told := range b.list() {
			if told.State == chat.Refused {
				t.Errorf("told %+v", told)
			}
		}
		pass(f, 2*day)
		m.wantHeard(t, "two days later")
		// Of its own accord it still ends a session.
		f.each(func(c *fakeConn) {
			c.raw(`42["unauthorized",{"data":{"reason":"token_expired"}}]`)
		})
		if last := b.last(); last.State != chat.Refused {
			t.Errorf("after the end of the token: %+v", last)
		}
		b.c.Reconnect()
	})
}

// lasting is a token made for some seconds.
func lasting(seconds string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"iat":1000,"exp":`+seconds+`}`)) + ".sig"
}

// A token that was made for less than three months is renewed in the last third of
// its life, and not at every start.
func TestShortLifeIsRenewedLate(t *testing.T) {
	m := &mint{life: 30 * day}
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.expires, f.tokens = time.Now().Add(25*day), m.answer
		f.open.PingInterval = beat
		b := newBubble(t, f, dir, 0, func(c *Config) {
			c.Renewed = m.keep
			c.Token = func(context.Context) (string, error) { return lasting("2593000"), nil } // 30 days
		})
		defer b.close()
		m.wantHeard(t, "at the start, of 25 days")
		pass(f, 14*day)
		m.wantHeard(t, "with 11 days left")
		pass(f, 2*day)
		m.wantHeard(t, "with 9 days left", "asked", "kept successor", "shown successor")
		pass(f, 18*day)
		m.wantHeard(t, "of its successor, with more than 10 days left")
		pass(f, 2*day)
		m.wantHeard(t, "of its successor, in the last third", "asked", "kept successor", "shown successor")
	})
}

func TestLifeOf(t *testing.T) {
	for token, want := range map[string]time.Duration{
		lasting("1060"): time.Minute, lasting("2593000"): 30 * day, lasting("1000"): 0, lasting("1"): 0, lasting("-5"): 0, lasting(`"x"`): 0,
		lasting("1e300"): math.MaxInt64 - 854775807, "token": 0, "": 0, "a.b.c": 0, "e30.e30.sig": 0,
	} {
		if got := lifeOf(token); got != want {
			t.Errorf("%s: %v, want %v", token, got, want)
		}
	}
}

// A connection that ends while the store is asked does not wait for it, and the
// next one tries again.
func TestConnectionEndsWhileTheStoreIsAsked(t *testing.T) {
	m := &mint{life: 90 * day}
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.expires, f.tokens = time.Now().Add(day), m.answer
		var asked int
		b := newBubble(t, f, dir, 0, func(c *Config) {
			c.Renewed = func(ctx context.Context, token string) error {
				if asked++; asked > 1 {
					return m.keep(ctx, token)
				}
				<-ctx.Done()
				return ctx.Err()
			}
		})
		defer b.close()
		m.wantHeard(t, "at the welcome", "asked")
		f.cutAll()
		time.Sleep(firstWait)
		m.wantHeard(t, "on the next connection", "asked", "kept successor", "shown successor")
	})
}

// Where no token can be kept, and for one without an end, nothing is asked.
func TestNothingToRenew(t *testing.T) {
	for name, tc := range map[string]struct {
		left time.Duration
		keep bool
	}{"nowhere to keep it": {day, false}, "no end": {0, true}} {
		t.Run(name, func(t *testing.T) {
			m, dir := &mint{}, folder(t)
			synctest.Test(t, func(t *testing.T) {
				f := newFake("general")
				f.tokens = m.answer
				if tc.left > 0 {
					f.expires = time.Now().Add(tc.left)
				}
				b := newBubble(t, f, dir, 0, func(c *Config) {
					if tc.keep {
						c.Renewed = m.keep
					}
				})
				defer b.close()
				b.last()
				m.wantHeard(t, "at the welcome")
			})
		})
	}
}
