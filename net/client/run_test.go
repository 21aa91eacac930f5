package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestBackoff(t *testing.T) {
	b := newBackoff(func() float64 { return 0.5 })
	for i, want := range []int64{250, 500, 1000, 2000, 4000, 5000, 5000, 5000} {
		if d := b.next(); d.Milliseconds() != want {
			t.Errorf("pause %d is %v", i, d)
		}
	}
	b.reset()
	if d := b.next(); d != 250*time.Millisecond {
		t.Errorf("after a reset: %v", d)
	}
	b = newBackoff(func() float64 { return 1 })
	for range 9 {
		b.next()
	}
	for _, step := range []struct{ lived, want time.Duration }{
		{0, longestWait},
		{1, 2 * time.Second},
		{provenLife - 1, 2 * time.Second},
		{provenLife, firstWait},
		{1, 2 * firstWait}, // which is less already
	} {
		b.lived(step.lived)
		if d := b.next(); d != step.want {
			t.Errorf("after a life of %v: %v", step.lived, d)
		}
	}
	b = newBackoff(nil)
	for range 100 {
		if d := b.next(); d < 0 || d > longestWait {
			t.Errorf("pause %v", d)
		}
	}
}

func TestPausesBetweenAttempts(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex
		var made []time.Duration
		attempts := func() []time.Duration { mu.Lock(); defer mu.Unlock(); return made }
		c, err := Open(t.Context(), Config{
			Server: "http://127.0.0.1:1", Dir: dir, random: func() float64 { return 1 },
			Token: func(context.Context) (string, error) { return "token", nil },
			dial: func(context.Context, string, string) (net.Conn, error) {
				mu.Lock()
				defer mu.Unlock()
				made = append(made, time.Since(began))
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		s, ended := updates(c)
		ran := make(chan struct{})
		go func() { defer close(ran); _ = c.Run(context.Background()) }()
		time.Sleep(100 * time.Second)
		synctest.Wait()
		want := []float64{0, .5, 1.5, 3.5, 7.5, 15.5, 25.5, 35.5, 45.5, 55.5, 65.5, 75.5, 85.5, 95.5}
		if len(attempts()) != len(want) {
			t.Fatalf("attempts at %v", attempts())
		}
		for i, at := range attempts() {
			if at != time.Duration(want[i]*float64(time.Second)) {
				t.Errorf("attempt %d at %v", i, at)
			}
		}
		told := s.list()
		last := told[len(told)-1]
		if last.State != chat.Waiting || !last.RetryAt.Equal(began.Add(105500*time.Millisecond)) || last.Reason != "nothing answers at the server's address" {
			t.Errorf("told %+v", last)
		}
		c.Reconnect()
		synctest.Wait()
		if at := attempts(); len(at) != len(want)+1 || at[len(want)] != 100*time.Second {
			t.Errorf("after Reconnect: %v", at)
		}
		time.Sleep(500 * time.Millisecond) // the pauses begin anew
		synctest.Wait()
		if len(attempts()) != len(want)+2 {
			t.Errorf("after Reconnect and a first pause: %v", attempts())
		}
		c.Close()
		<-ran
		ended()
		if told := s.list(); told[len(told)-1].State == chat.Online {
			t.Errorf("ended as %+v", told[len(told)-1])
		}
	})
}

// A server that is there but silent is given up after pingInterval + pingTimeout,
// one that pings is not, and a pause after a long life is a short one.
func TestHeartbeat(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		b := newBubble(t, f, dir, 3)
		defer b.close()
		time.Sleep(3500 * time.Millisecond) // the pauses after three failures
		for range 4 {
			time.Sleep(25 * time.Second)
			f.each(func(c *fakeConn) { c.raw("2") })
		}
		if last := b.last(); last.State != chat.Online || f.answered() != 4 {
			t.Fatalf("after four pings: %+v, %d pongs", last, f.answered())
		}
		time.Sleep(44 * time.Second)
		if last := b.last(); last.State != chat.Online {
			t.Fatalf("given up too early: %+v", last)
		}
		time.Sleep(1*time.Second + 100*time.Millisecond)
		last := b.last()
		if last.State != chat.Waiting || last.Reason != "the server did not answer in time" || time.Until(last.RetryAt) > firstWait {
			t.Fatalf("after 45 silent seconds: %+v", last)
		}
	})
}

// A server that restarts, and is cut off once more while it does, has its people
// back within seconds however often it was tried before.
func TestBackSoonAfterAWelcome(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		b := newBubble(t, f, dir, 8)
		defer b.close()
		time.Sleep(time.Minute)
		if last := b.last(); last.State != chat.Online {
			t.Fatalf("before: %+v", last)
		}
		f.cutAll() // long enough welcomed
		time.Sleep(firstWait)
		for range 5 {
			if last := b.last(); last.State != chat.Online {
				t.Fatalf("after a restart: %+v", last)
			}
			f.cutAll()
			time.Sleep(2 * time.Second)
		}
		if last := b.last(); last.State != chat.Online {
			t.Fatalf("after short lives: %+v", last)
		}
	})
}

// A server that pings but owes an answer is given up as well.
func TestAnswersThatNeverCome(t *testing.T) {
	for name, owe := range map[string]func(f *fake){
		"history": func(f *fake) { f.deaf = true; f.say("general", 1) },
		"acks":    func(f *fake) { f.mute = true; f.hide = func(chat.Message) bool { return true } },
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			synctest.Test(t, func(t *testing.T) {
				f := newFake("general")
				owe(f)
				b := newBubble(t, f, dir, 0)
				defer b.close()
				if err := b.c.Enqueue(draft("general", "x")); err != nil {
					t.Fatal(err)
				}
				for range 3 {
					time.Sleep(24 * time.Second)
					f.each(func(c *fakeConn) { c.raw("2") })
				}
				synctest.Wait()
				var gaveUp bool
				for _, told := range b.list() {
					gaveUp = gaveUp || told.State == chat.Waiting && told.Reason == "the server did not answer in time"
				}
				if !gaveUp {
					t.Errorf("told %+v", b.list())
				}
			})
		})
	}
}

// A replay that never comes is noticed at the next heartbeat, and fetched.
func TestReplayThatNeverComesQuietly(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.say("general", 3)
		b := newBubble(t, f, dir, 0)
		defer b.close()
		b.last()
		f.set(func() { f.silent = true })
		f.cutAll()
		f.say("general", 2)
		time.Sleep(time.Second)
		if last := b.last(); last.State != chat.Connecting {
			t.Fatalf("current without the replay: %+v", last)
		}
		time.Sleep(20 * time.Second)
		f.each(func(c *fakeConn) { c.raw("2") })
		if last := b.last(); last.State != chat.Online {
			t.Fatalf("after a heartbeat: %+v", last)
		}
		b.shows(t, "general", 5)
	})
}

// One that stops behind a gap is fetched up to what the welcome named, whatever the
// last message of it was.
func TestReplayThatStopsBehindAGap(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		f.limits.History = 2
		f.say("general", 5)
		b := newBubble(t, f, dir, 0)
		defer b.close()
		b.last()
		f.set(func() { f.silent = true })
		f.cutAll()
		f.say("general", 5)
		time.Sleep(firstWait)
		b.last()
		f.each(func(c *fakeConn) { c.deliver(f.log[6]) })
		if last := b.last(); last.State != chat.Online {
			t.Fatalf("told %+v", last)
		}
		b.shows(t, "general", 10)
	})
}

func TestRefusedUntilAskedAgain(t *testing.T) {
	for reason, words := range map[string]string{
		"token_expired": "your sign-in has expired", "token_revoked": "your sign-in was ended",
	} {
		t.Run(reason, func(t *testing.T) {
			f := newFake("general")
			f.refuse = func(string) string { return reason }
			c, s := run(t, config(t, f.start(t)))
			if got := s.waitState(t, chat.Refused); got.Reason != words || !got.RetryAt.IsZero() {
				t.Errorf("told %+v", got)
			}
			f.set(func() {
				if f.accepted != 1 {
					t.Errorf("%d attempts", f.accepted)
				}
				f.refuse = nil
			})
			c.Reconnect()
			s.waitState(t, chat.Online)
		})
	}
}

// Another server in the place of the right one keeps nobody out for longer than it
// is there, and is not shown a token every second.
func TestRefusedForNow(t *testing.T) {
	for _, reason := range []string{"invalid_signature", "invalid_issuer", "what", "token_not_active", "banned"} {
		dir := folder(t)
		synctest.Test(t, func(t *testing.T) {
			f := newFake("general")
			f.refuse = func(string) string { return reason }
			b := newBubble(t, f, dir, 0) // whose pauses are the longest
			defer b.close()
			began, pauses := time.Now(), []time.Duration(nil)
			for range 7 {
				last := b.last()
				if last.State != chat.Refused || last.RetryAt.IsZero() || last.Banned != (reason == "banned") {
					t.Fatalf("%s: told %+v", reason, last)
				}
				pauses = append(pauses, time.Until(last.RetryAt))
				time.Sleep(time.Until(last.RetryAt))
			}
			const s = time.Second
			want := []time.Duration{15 * s, 30 * s, 60 * s, 120 * s, 240 * s, 240 * s, 240 * s}
			if !slices.Equal(pauses, want) {
				t.Errorf("%s: the pauses are %v", reason, pauses)
			}
			b.last()
			f.set(func() { f.refuse = nil })
			time.Sleep(240 * time.Second)
			if last := b.last(); last.State != chat.Online {
				t.Errorf("%s: the right server is back, %v later: %+v", reason, time.Since(began), last)
			}
		})
	}
}

func TestTokenThatExpiresWhileConnected(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	c.Reconnect() // while connected it means nothing
	f.each(func(c *fakeConn) {
		c.raw(`42["unauthorized",{"message":"jwt expired","data":{"message":"jwt expired","code":"invalid_token","type":"UnauthorizedError"}}]`)
		c.raw(`41`)
	})
	if got := s.waitState(t, chat.Refused); got.Reason != "your sign-in has expired" {
		t.Errorf("told %+v", got)
	}
	f.set(func() {
		if f.accepted != 1 {
			t.Errorf("%d attempts", f.accepted)
		}
	})
}

func TestTokenFunction(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	answer := make(chan error, 1)
	cfg.random = func() float64 { return 1 }
	cfg.Token = func(ctx context.Context) (string, error) {
		select {
		case err := <-answer:
			return "", err
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	answer <- fmt.Errorf("keyring: %w", ErrNoToken)
	c, s := run(t, cfg)
	if got := s.waitState(t, chat.Refused); got.Reason != "you are not signed in" {
		t.Errorf("told %+v", got)
	}
	answer <- errors.New("locked")
	c.Reconnect()
	s.waitState(t, chat.Waiting)
	answer <- nil
	s.waitState(t, chat.Refused)
}

func TestOverTLS(t *testing.T) {
	f := newFake("general")
	srv := httptest.NewTLSServer(f)
	t.Cleanup(func() { f.cutAll(); srv.Close(); f.wg.Wait() })
	cfg := config(t, srv.URL)
	cfg.TLS = srv.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	cfg.TLS.MinVersion = tls.VersionTLS12
	online(t, cfg)
}

func TestEndpoint(t *testing.T) {
	for in, want := range map[string]string{
		"http://h:4626":         "ws://h:4626/socket.io/?EIO=4&transport=websocket",
		"https://h/team/":       "wss://h/team/socket.io/?EIO=4&transport=websocket",
		"https://h/?x=1#y":      "wss://h/socket.io/?EIO=4&transport=websocket",
		"ftp://h":               "",
		"http://":               "",
		"h:4626":                "",
		"http://user:secret@h/": "",
		"http://h\x7f":          "",
	} {
		got, err := endpoint(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("endpoint(%q) = %q, %v", in, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error has the password: %v", err)
		}
	}
}

// Who leaves while a server has taken the connection and says nothing waits for nothing.
func TestLeavingASilentServer(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		go func() { _, _ = io.Copy(io.Discard, theirs) }()
		c, err := Open(t.Context(), Config{
			Server: "http://team", Dir: dir, Token: func(context.Context) (string, error) { return "token", nil },
			dial: func(context.Context, string, string) (net.Conn, error) { return ours, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		_, ended := updates(c)
		ran := make(chan struct{})
		go func() { defer close(ran); _ = c.Run(context.Background()) }()
		time.Sleep(2 * time.Second)
		left := time.Now()
		c.Close()
		<-ran
		ended()
		if took := time.Since(left); took > 0 {
			t.Errorf("it took %s", took)
		}
	})
}
