package webhook

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// team is a log and the webhooks of a team, and the address they tell.
type team struct {
	mu     sync.Mutex
	events []chat.Event
	hooks  map[string]*Hook
	status int
	stands error    // why no webhook may tell
	listed int      // how often the webhooks were read
	read   int      // how often the log was
	wrote  []int    // of how many webhooks cursors were written down, each time
	heard  []string // texts, in the order in which they were taken
	tries  []time.Time
	takes  map[string]time.Duration // how long the address of a webhook takes, by its ID
	by     map[string][]string      // what each was told
}

func (m *team) Read(_ context.Context, after uint64, limit int) ([]chat.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.read++
	rest := m.events[min(int(after), len(m.events)):]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

func (m *team) Last() chat.Position {
	m.mu.Lock()
	defer m.mu.Unlock()
	return chat.Position{Epoch: "e", Offset: uint64(len(m.events))}
}

func (m *team) Hooks(context.Context) (list []Hook, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.listed++
	for _, h := range m.hooks {
		if h.Stopped == 0 {
			list = append(list, *h)
		}
	}
	return list, nil
}

func (m *team) Told(_ context.Context, id string, cursor uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wrote = append(m.wrote, 1)
	m.hooks[id].Cursor, m.hooks[id].Failing, m.hooks[id].Fault = cursor, 0, ""
	return nil
}

func (m *team) Passed(_ context.Context, cursors map[string]uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wrote = append(m.wrote, len(cursors))
	for id, at := range cursors {
		m.hooks[id].Cursor = max(m.hooks[id].Cursor, at)
	}
	return nil
}

func (m *team) Failed(_ context.Context, id, fault string, at chat.Millis, stop bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.hooks[id]
	h.Fault = fault
	if h.Failing == 0 {
		h.Failing = at
	}
	if stop {
		h.Stopped = at
	}
	return nil
}

// RoundTrip implements http.RoundTripper: the address.
func (m *team) RoundTrip(r *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var d struct {
		Data struct {
			Message chat.Message `json:"message"`
		} `json:"data"`
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, err
	}
	id := strings.TrimPrefix(r.URL.Path, "/")
	m.mu.Lock()
	takes := m.takes[id]
	m.mu.Unlock()
	if takes > 0 {
		time.Sleep(takes)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tries = append(m.tries, time.Now())
	if m.status >= 200 && m.status < 300 {
		text, _ := d.Data.Message.Text()
		m.heard = append(m.heard, text)
		if m.by == nil {
			m.by = make(map[string][]string)
		}
		m.by[id] = append(m.by[id], text)
	}
	return &http.Response{StatusCode: m.status, Body: http.NoBody, Request: r}, nil
}

func (m *team) answer(status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status = status
}

func (m *team) say(room, text string, author chat.User) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, chat.Event{
		Position: chat.Position{Epoch: "e", Offset: uint64(len(m.events) + 1)}, Kind: chat.MessageCreated,
		ID: text, Author: author, Room: room, Seq: 1, Body: chat.TextBody(text),
	})
}

func rooms(id string) (chat.Room, bool) {
	kinds := map[string]chat.RoomKind{"general": chat.RoomPublic, "ops": chat.RoomPublic, "secret": chat.RoomPrivate}
	return chat.Room{ID: id, Name: id, Kind: kinds[id]}, kinds[id] != ""
}

var ada = chat.User{ID: "ada", Name: "ada", Role: chat.RoleMember}

func start(m *team, hooks ...Hook) *Sender {
	m.hooks, m.status = make(map[string]*Hook), http.StatusOK
	for _, h := range hooks {
		h.URL = "https://example.com/" + h.ID
		m.hooks[h.ID] = &h
	}
	return New(context.Background(), Config{Records: m, Events: m, Room: rooms, Stands: m.may, Logger: slog.New(slog.DiscardHandler), client: &http.Client{Transport: m}})
}

func (m *team) may(chat.Hook) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stands
}

func (m *team) let(why error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stands = why
}

func hook(id, room string) Hook { return Hook{Hook: chat.Hook{ID: id, Room: room}} }

// pass lets time go by in a bubble, and all that it brings happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestTellsWhatIsSaidInItsRoomInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		for i := range 3 * page {
			m.say("ops", fmt.Sprint(i), ada)
			m.say("general", "elsewhere", ada)
			m.say("ops", "echo", chat.HookUser(chat.Hook{ID: "other"}))
		}
		s := start(m, hook("h", "ops")) // with all there, or what nobody is told of may be noted later
		defer s.Close(context.Background())
		synctest.Wait()
		var want []string
		for i := range 3 * page {
			want = append(want, fmt.Sprint(i))
		}
		if !slices.Equal(m.heard, want) {
			t.Errorf("told %v", m.heard)
		}
		if m.hooks["h"].Cursor != uint64(9*page) {
			t.Errorf("the cursor is at %d", m.hooks["h"].Cursor)
		}
	})
}

// TestNoWebhooks: where there are none, what is said has nothing read, until one is made.
func TestNoWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		s := start(m)
		defer s.Close(context.Background())
		synctest.Wait()
		for range 10 {
			m.say("ops", "to nobody", ada)
			s.Wake()
			synctest.Wait()
		}
		if m.listed != 1 {
			t.Errorf("the webhooks were read %d times", m.listed)
		}
		made := hook("h", "ops")
		made.Cursor = m.Last().Offset
		m.mu.Lock()
		m.hooks = map[string]*Hook{made.ID: &made}
		m.mu.Unlock()
		s.Made()
		synctest.Wait()
		m.say("ops", "to one", ada)
		s.Wake()
		synctest.Wait()
		if !slices.Equal(m.heard, []string{"to one"}) {
			t.Errorf("told %v", m.heard)
		}
	})
}

func TestWithoutARoomItTellsThePublicOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		s := start(m, hook("h", ""))
		defer s.Close(context.Background())
		m.say("secret", "hush", ada)
		m.say("general", "a", ada)
		m.say("ops", "b", ada)
		s.Wake()
		synctest.Wait()
		if !slices.Equal(m.heard, []string{"a", "b"}) {
			t.Errorf("told %v", m.heard)
		}
	})
}

func TestTriesAgainUntilItIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		s := start(m, hook("h", "ops"))
		defer s.Close(context.Background())
		m.answer(http.StatusServiceUnavailable)
		m.say("ops", "a", ada)
		m.say("ops", "b", ada)
		s.Wake()
		pass(10 * time.Minute)
		if n := len(m.tries); n < 4 || n > 12 {
			t.Errorf("tried %d times in ten minutes", n)
		}
		if m.hooks["h"].Failing == 0 || !strings.Contains(m.hooks["h"].Fault, "503") {
			t.Errorf("it fares %+v", m.hooks["h"])
		}
		m.answer(http.StatusNoContent)
		pass(2 * lastPause)
		if !slices.Equal(m.heard, []string{"a", "b"}) || m.hooks["h"].Failing != 0 {
			t.Errorf("told %v; it fares %+v", m.heard, m.hooks["h"])
		}
	})
}

func TestGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		after  time.Duration
	}{"gone": {http.StatusGone, time.Second}, "failing": {http.StatusInternalServerError, patience + 2*lastPause}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &team{}
				s := start(m, hook("h", "ops"))
				defer s.Close(context.Background())
				m.answer(c.status)
				m.say("ops", "a", ada)
				s.Wake()
				pass(c.after)
				if m.hooks["h"].Stopped == 0 {
					t.Error("it was not given up")
				}
				tried := len(m.tries)
				pass(24 * time.Hour)
				if len(m.tries) != tried {
					t.Error("it was tried again after it was given up")
				}
			})
		})
	}
}

func TestOneMessageThatIsRefusedForGoodIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &team{}
		s := start(m, hook("h", "ops"))
		defer s.Close(context.Background())
		m.answer(http.StatusUnprocessableEntity)
		m.say("ops", "a", ada)
		s.Wake()
		synctest.Wait()
		m.answer(http.StatusOK)
		m.say("ops", "b", ada)
		s.Wake()
		synctest.Wait()
		if !slices.Equal(m.heard, []string{"b"}) || len(m.tries) != 2 {
			t.Errorf("told %v in %d tries", m.heard, len(m.tries))
		}
	})
}

func TestSignature(t *testing.T) {
	// The example of Standard Webhooks' specification.
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signed %s, want %s", got, want)
	}
	if got := Secret(key); got != "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" {
		t.Errorf("the key is written %s", got)
	}
}

func TestAddressesOfPrivateNetworks(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.215.14:443": true, "[2606:2800:220:1::1]:443": true,
		"127.0.0.1:80": false, "[::1]:80": false, "10.0.0.1:80": false, "172.16.0.1:80": false, "192.168.1.1:80": false,
		"169.254.169.254:80": false, "100.64.0.1:80": false, "0.0.0.0:80": false, "224.0.0.1:80": false, "255.255.255.255:80": false,
		"[::ffff:127.0.0.1]:80": false, "[::ffff:10.0.0.1]:80": false, "[fe80::1%eth0]:80": false, "[fc00::1]:80": false,
		"[64:ff9b::7f00:1]:80": false, "[2002:7f00:1::]:80": false, "[ff02::1]:80": false, "": false, "localhost:80": false,
	} {
		if got := everybodys(address); got != want {
			t.Errorf("%q is everybody's: %v", address, got)
		}
	}
	for address, want := range map[string]bool{
		"https://example.com/hook": false, "https://93.184.215.14:8443": false, "http://localhost": true, "http://A.Localhost.:1/x": true,
		"http://127.0.0.1:8080/": true, "https://[::1]": true, "http://192.168.1.1": true, "http://169.254.169.254/latest": true, "::": false,
	} {
		if got := Private(address); got != want {
			t.Errorf("%q is private: %v", address, got)
		}
	}
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	for private, want := range map[bool]error{false: ErrPrivate, true: nil} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(private)
		response, err := c.Do(r)
		if !errors.Is(err, want) {
			t.Errorf("private %v: %v", private, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
		c.CloseIdleConnections()
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	s := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound))
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := newClient(true).Do(r)
	if err != nil || response.StatusCode != http.StatusFound {
		t.Fatalf("%v %v", response, err)
	}
	_ = response.Body.Close()
}
