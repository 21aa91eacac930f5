package cli

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// asked is a store, and how often it was asked.
type asked struct {
	times int
	token string
	err   error
	takes time.Duration
}

func (a *asked) source() *source {
	return &source{turn: make(chan struct{}, 1), read: func(ctx context.Context) (string, error) {
		a.times++ // unguarded: the race detector watches that one is in
		select {
		case <-time.After(a.takes):
			return a.token, a.err
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}}
}

func (a *asked) want(t *testing.T, s *source, token string, err error, times int) {
	t.Helper()
	got, gotErr := s.get(t.Context())
	if got != token || !errors.Is(gotErr, err) || a.times != times {
		t.Errorf("%q, %v after asking %d times, want %q, %v after %d", got, gotErr, a.times, token, err, times)
	}
}

func TestTokenIsRemembered(t *testing.T) {
	a := &asked{token: "one"}
	s := a.source()
	a.want(t, s, "one", nil, 1)
	a.token = "two"
	a.want(t, s, "one", nil, 1)
	s.learn(chat.Connection{State: chat.Waiting})
	a.want(t, s, "one", nil, 1)
	s.learn(chat.Connection{State: chat.Refused})
	a.want(t, s, "two", nil, 2)

	// One that is shown again by itself is read anew for who asks for that.
	a.token = "three"
	s.learn(chat.Connection{State: chat.Refused, RetryAt: time.Now().Add(time.Minute)})
	a.want(t, s, "two", nil, 2)
	s.retry()
	a.want(t, s, "three", nil, 3)
	s.learn(chat.Connection{State: chat.Refused, RetryAt: time.Now().Add(time.Minute)})
	s.learn(chat.Connection{State: chat.Online})
	a.token = "four"
	s.retry()
	a.want(t, s, "three", nil, 3)
}

// TestKeyringIsLeftAlone: a keyring that is locked asks for its password once,
// and again after a minute or when its user wants it to.
func TestKeyringIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &asked{err: exit.New(exit.Keyring, "", "locked: %w", keystore.ErrUnavailable)}
		s := a.source()
		for range 10 {
			a.want(t, s, "", keystore.ErrUnavailable, 1)
			time.Sleep(time.Second)
		}
		s.retry()
		a.want(t, s, "", keystore.ErrUnavailable, 2)
		a.token, a.err = "t", nil
		a.want(t, s, "", keystore.ErrUnavailable, 2)
		time.Sleep(leaveAlone)
		a.want(t, s, "t", nil, 3)
		s.learn(chat.Connection{State: chat.Refused})
		a.want(t, s, "t", nil, 4)
	})
}

// TestReconnectAsksAgain: who says /reconnect may just have unlocked the keyring.
func TestReconnectAsksAgain(t *testing.T) {
	a := &asked{err: keystore.ErrUnavailable}
	s := a.source()
	conn, err := client.Open(t.Context(), client.Config{Server: "http://127.0.0.1:1", Dir: t.TempDir(), Token: s.get})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}()
	a.want(t, s, "", keystore.ErrUnavailable, 1)
	a.want(t, s, "", keystore.ErrUnavailable, 1)
	connection{conn, s, nil}.Reconnect()
	a.want(t, s, "", keystore.ErrUnavailable, 2)
}

// TestMissingTokenIsAskedForAnew: that was quick, and the client rests by itself.
func TestMissingTokenIsAskedForAnew(t *testing.T) {
	a := &asked{err: keystore.ErrNotFound}
	s := a.source()
	a.want(t, s, "", keystore.ErrNotFound, 1)
	a.token, a.err = "t", nil
	a.want(t, s, "t", nil, 2)
}

// TestOneAsks: whoever comes while the keyring is asked waits for its answer, for
// as long as they care to.
func TestOneAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &asked{token: "t", takes: time.Second}
		s := a.source()
		first := make(chan string)
		go func() {
			token, _ := s.get(t.Context())
			first <- token
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := s.get(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who does not wait is told %v", err)
		}
		a.want(t, s, "t", nil, 1)
		if got := <-first; got != "t" {
			t.Errorf("the first is told %q", got)
		}
	})
}

// TestGivingUpIsNoAnswer: that one asker left says nothing of the keyring.
func TestGivingUpIsNoAnswer(t *testing.T) {
	a := &asked{token: "t"}
	s := a.source()
	ctx, cancel := context.WithCancel(t.Context())
	read := s.read
	s.read = func(ctx context.Context) (string, error) {
		cancel()
		if _, err := read(ctx); err == nil {
			t.Log("it answered all the same")
		}
		return "", errors.Join(keystore.ErrUnavailable, ctx.Err())
	}
	if _, err := s.get(ctx); err == nil {
		t.Error("no error")
	}
	s.read = read
	a.want(t, s, "t", nil, 2)
}

// TestHostNeedsNoKeyring: a host's account that is not in the keyring is never
// asked of it, whatever is wrong with the data folder.
func TestHostNeedsNoKeyring(t *testing.T) {
	fresh(t)
	a := at("http://127.0.0.1:1", "1", "ada", "acme")
	a.Host, a.Store = "/data", storeHost
	if err := keyring.Set("hobnob", a.key(), "KEYRING"); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no key")
	minted := 0
	o := Options{HostToken: func(string) (string, error) {
		minted++
		return map[bool]string{true: "MINTED"}[minted == 2], map[bool]error{true: broken}[minted == 1]
	}}
	s := o.source(a)
	if token, err := s.get(t.Context()); token != "" || !errors.Is(err, broken) {
		t.Errorf("%q, %v", token, err)
	}
	if token, err := s.get(t.Context()); token != "MINTED" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	if token, err := (Options{}).source(a).get(t.Context()); token != "" || !errors.Is(err, client.ErrNoToken) {
		t.Errorf("without a host: %q, %v", token, err)
	}
	// One that is in it as well has it when the folder is gone.
	a.Store, minted = storeKeyring, 0
	if token, err := o.source(a).get(t.Context()); token != "KEYRING" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
}

// TestSuccessorIsKept: where the token was, and by whoever has it at hand.
func TestSuccessorIsKept(t *testing.T) {
	for _, kind := range []string{storeKeyring, storeFile} {
		t.Run(kind, func(t *testing.T) {
			fresh(t)
			a := at("http://127.0.0.1:1", "1", "ada", "acme")
			a.Store = kind
			kept := func(want string) {
				t.Helper()
				if token, err := (Options{}).source(a).get(t.Context()); err != nil || token != want {
					t.Errorf("kept %q, %v, want %q", token, err, want)
				}
			}
			if err := keep(t.Context(), a, "OLD", promptTime); err != nil {
				t.Fatal(err)
			}
			s := (Options{}).source(a)
			if token, err := s.get(t.Context()); err != nil || token != "OLD" {
				t.Fatalf("%q, %v", token, err)
			}
			if err := s.keeper()(t.Context(), "NEW"); err != nil {
				t.Fatal(err)
			}
			kept("NEW")
			if token, err := s.get(t.Context()); err != nil || token != "NEW" {
				t.Errorf("the next connection begins with %q, %v", token, err)
			}
			// One that cannot be kept is not used.
			if err := s.keeper()(t.Context(), "two\nlines"); err == nil {
				t.Error("no error")
			}
			if token, _ := s.get(t.Context()); token != "NEW" {
				t.Errorf("the next connection begins with %q", token)
			}
			kept("NEW")
			// A token that another process put there is newer, and stays: also when
			// the server does not take what it gave, and the old one is put back.
			if err := keep(t.Context(), a, "ANOTHER", promptTime); err != nil {
				t.Fatal(err)
			}
			for _, token := range []string{"NEWER", "NEW"} {
				if err := s.keeper()(t.Context(), token); err != nil {
					t.Errorf("after a login elsewhere: %v", err)
				}
				kept("ANOTHER")
			}
			if token, err := s.get(t.Context()); err != nil || token != "ANOTHER" {
				t.Errorf("after a login elsewhere the next connection begins with %q, %v", token, err)
			}
			if err := s.keeper()(t.Context(), "NEXT"); err != nil {
				t.Fatal(err)
			}
			kept("NEXT")
			// Who signed out in another terminal stays signed out.
			if err := drop(t.Context(), a); err != nil {
				t.Fatal(err)
			}
			if err := s.keeper()(t.Context(), "BACK"); !errors.Is(err, keystore.ErrNotFound) {
				t.Errorf("after logout: %v", err)
			}
			if token, err := (Options{}).source(a).get(t.Context()); !errors.Is(err, keystore.ErrNotFound) {
				t.Errorf("after logout there is %q, %v", token, err)
			}
		})
	}
}

// TestWhatIsNotKept: HOBNOB_TOKEN is not ours to change, and what a data folder
// makes is made anew, whatever is in the keyring beside it.
func TestWhatIsNotKept(t *testing.T) {
	fresh(t)
	a := at("http://127.0.0.1:1", "1", "ada", "acme")
	a.Store = storeEnv
	if (Options{}).source(a).keeper() != nil {
		t.Error("a token would be asked for that cannot be kept")
	}
	a.Host, a.Store = "/data", storeKeyring
	if err := keep(t.Context(), a, "KEYRING", promptTime); err != nil {
		t.Fatal(err)
	}
	var broken error
	s := (Options{HostToken: func(string) (string, error) { return "MINTED", broken }}).source(a)
	for _, want := range []string{"KEYRING", "NEW"} {
		if _, err := s.get(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper()(t.Context(), "NEW"); err != nil {
			t.Fatal(err)
		}
		if token, err := keyring.Get("hobnob", a.key()); err != nil || token != want {
			t.Errorf("the keyring has %q, %v, want %q", token, err, want)
		}
		broken = errors.New("no key") // then it is the keyring's that is used
	}
}

// TestWhyThereIsNoToken: for each there is an exit code, and the client is told
// with its own error when it need not ask again.
func TestWhyThereIsNoToken(t *testing.T) {
	for name, tc := range map[string]struct {
		store string
		err   error
		code  exit.Code
		rests bool
	}{
		"gone":            {storeKeyring, keystore.ErrNotFound, exit.Auth, true},
		"gone from file":  {storeFile, keystore.ErrNotFound, exit.Auth, true},
		"locked":          {storeKeyring, keystore.ErrUnavailable, exit.Keyring, false},
		"file is busy":    {storeFile, keystore.ErrUnavailable, exit.Storage, false},
		"file is open":    {storeFile, keystore.ErrInsecure, exit.Storage, false},
		"no text of ours": {storeEnv, errors.New("a token is a text"), exit.Auth, true},
	} {
		a := at("https://a.example", "1", "ada", "acme")
		a.Store = tc.store
		err := tokenError(tc.err, a)
		if exit.CodeOf(err) != tc.code || errors.Is(err, client.ErrNoToken) != tc.rests || !errors.Is(err, tc.err) {
			t.Errorf("%s: %v ends with %d", name, err, exit.CodeOf(err))
		}
	}
}

// TestOpensWithToken: what is wrong with the sign-in is said before the screen.
func TestOpensWithToken(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		code exit.Code
		want string
	}{
		"gone":   {keyring.ErrNotFound, exit.Auth, "is gone from the keyring"},
		"locked": {errors.New("is locked"), exit.Keyring, "is not there or is locked"},
	} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			keyring.MockInitWithError(tc.err)
			a := at("http://127.0.0.1:1", "1", "ada", "acme")
			a.Store = storeKeyring
			err := Chat(t.Context(), a, Options{})
			if exit.CodeOf(err) != tc.code || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("ended with %d: %v", exit.CodeOf(err), err)
			}
		})
	}
}
