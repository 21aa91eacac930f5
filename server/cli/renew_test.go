package cli

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
)

// TestTokenIsRenewed has two clients begin with a token that ends within seconds.
// Of the one that has where to keep a successor nobody hears that it ended.
func TestTokenIsRenewed(t *testing.T) {
	c := defaults(t)
	c.leeway = 0
	h := run(t, c)
	ada := chat.User{ID: "id-ada", Name: "ada", Role: chat.RoleGuest}
	ends := time.Now().Add(3 * time.Second)
	token := endingToken(t, h.config.data, ada, time.Hour, ends)
	kept := make(chan string, 10)
	renewing := statesOf(t, client.Config{
		Server: h.url, Dir: t.TempDir(), Token: func(context.Context) (string, error) { return token, nil },
		Renewed: func(_ context.Context, token string) error { kept <- token; return nil },
	})
	ending := statesOf(t, client.Config{
		Server: h.url, Dir: t.TempDir(), Token: func(context.Context) (string, error) { return token, nil },
	})
	ending.until(t, chat.Refused)
	if time.Now().Before(ends.Truncate(time.Second)) {
		t.Error("the token ended before its end")
	}
	select {
	case token = <-kept:
	default:
		t.Fatal("no successor was kept")
	}
	if got := len(kept); got != 0 {
		t.Errorf("%d more successors", got)
	}
	// The connection that was there is still the first.
	if err := renewing.Enqueue(chat.Draft{Body: chat.TextBody("still here")}); err != nil {
		t.Fatal(err)
	}
	renewing.sent(t)
	for _, told := range renewing.connections() {
		if told.State != chat.Connecting && told.State != chat.Online {
			t.Errorf("meanwhile: %+v", told)
		}
	}
	// What was kept is the same person's, for longer.
	next := statesOf(t, client.Config{
		Server: h.url, Dir: t.TempDir(), Token: func(context.Context) (string, error) { return token, nil },
		Renewed: func(context.Context, string) error { return errors.New("again") },
	})
	next.until(t, chat.Online)
	next.mu.Lock()
	defer next.mu.Unlock()
	if next.you != ada {
		t.Errorf("the successor is for %+v", next.you)
	}
}

// endingToken is a token of the team's own that was made for life and ends soon.
func endingToken(t *testing.T, data string, u chat.User, life time.Duration, ends time.Time) string {
	t.Helper()
	issuer, err := ownIssuer(data)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := issuer.Issue(u, life)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	claims["exp"], claims["iat"] = ends.Unix(), ends.Add(-life).Unix()
	if raw, err = json.Marshal(claims); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(data, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatal("the key is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	signed := parts[0] + "." + base64.RawURLEncoding.EncodeToString(raw)
	signature := ed25519.Sign(key.(ed25519.PrivateKey), []byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// states is a client, and what was told of its connection.
type states struct {
	*client.Client
	mu      sync.Mutex
	changed *sync.Cond
	told    []chat.Connection
	you     chat.User
	drafts  int // that were sent
}

// statesOf opens a client and connects it until the test ends.
func statesOf(t *testing.T, cfg client.Config) *states {
	t.Helper()
	c, err := client.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := &states{Client: c}
	s.changed = sync.NewCond(&s.mu)
	var work sync.WaitGroup
	work.Go(func() {
		if err := c.Run(context.Background()); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	work.Go(func() {
		for u := range c.Updates() {
			s.see(u)
		}
	})
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		work.Wait()
	})
	return s
}

func (s *states) see(u chat.Update) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch u := u.(type) {
	case chat.Connection:
		s.told = append(s.told, u)
	case chat.Identified:
		s.you = u.You
	case chat.DraftChanged:
		if u.State == chat.DraftSent {
			s.drafts++
		}
	}
	s.changed.Broadcast()
}

func (s *states) connections() []chat.Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told
}

func (s *states) until(t *testing.T, want chat.ConnectionState) {
	t.Helper()
	s.wait(t, func() bool { return len(s.told) > 0 && s.told[len(s.told)-1].State == want })
}

func (s *states) sent(t *testing.T) {
	t.Helper()
	s.wait(t, func() bool { return s.drafts > 0 })
}

// wait blocks until ok, which it asks at every change.
func (s *states) wait(t *testing.T, ok func() bool) {
	t.Helper()
	late := false
	timer := time.AfterFunc(crashWait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.changed.Broadcast()
	})
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !ok() {
		if late {
			t.Fatalf("in the end: %+v", s.told)
		}
		s.changed.Wait()
	}
}
