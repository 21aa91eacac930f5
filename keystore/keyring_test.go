package keystore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

func TestKeyringErrors(t *testing.T) {
	cause := errors.New("org.freedesktop.DBus.Error.ServiceUnknown")
	for _, tt := range []struct{ err, want error }{
		{keyring.ErrNotFound, ErrNotFound},
		{fmt.Errorf("wrapped: %w", keyring.ErrNotFound), ErrNotFound},
		{keyring.ErrSetDataTooBig, ErrTooLarge},
		{keyring.ErrUnsupportedPlatform, ErrUnavailable},
		{cause, ErrUnavailable},
		{cause, cause},
	} {
		keyring.MockInitWithError(tt.err)
		s := Keyring(time.Minute)
		_, getErr := s.Get(t.Context(), "ada")
		for op, err := range map[string]error{
			"Get":    getErr,
			"Set":    s.Set(t.Context(), "ada", "t"),
			"Delete": s.Delete(t.Context(), "ada"),
		} {
			if !errors.Is(err, tt.want) {
				t.Errorf("%s when the keyring says %v: %v, want %v", op, tt.err, err, tt.want)
			}
			if errors.Is(err, ErrNotFound) != errors.Is(tt.want, ErrNotFound) {
				t.Errorf("%s when the keyring says %v: not found", op, tt.err)
			}
		}
	}
}

func TestKeyringTimeout(t *testing.T) {
	if s := Keyring(0).(*ring); s.timeout != DefaultTimeout {
		t.Errorf("default timeout %v", s.timeout)
	}
	synctest.Test(t, func(t *testing.T) {
		r := &ring{timeout: 3 * time.Second, gate: &gate{}}
		unlock := make(chan struct{})
		begin := time.Now()
		_, err := r.call(t.Context(), func() (string, error) {
			<-unlock // a prompt that nobody answers
			return "late", nil
		})
		if !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 3*time.Second {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}

		// While it hangs, others are not made to wait, nor to hang as well.
		begin = time.Now()
		for range 5 {
			_, err := r.call(t.Context(), func() (string, error) {
				t.Error("a second call is in the keyring")
				return "", nil
			})
			if !errors.Is(err, ErrUnavailable) || !errors.Is(err, errHung) || time.Since(begin) != 0 {
				t.Errorf("after %v: %v", time.Since(begin), err)
			}
		}

		// When it has come back, all is as before.
		close(unlock)
		synctest.Wait()
		if token, err := r.call(t.Context(), func() (string, error) { return "token", nil }); err != nil || token != "token" {
			t.Errorf("afterwards: %q, %v", token, err)
		}
	})
}

// TestKeyringWaits: a call that is merely slow holds up others, and does not
// fail them.
func TestKeyringWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &ring{timeout: 10 * time.Second, gate: &gate{}}
		inside := 0
		answers := make(chan error)
		for range 3 {
			go func() {
				_, err := r.call(t.Context(), func() (string, error) {
					if inside++; inside != 1 { // unguarded: the race detector watches
						t.Error("two calls are in the keyring")
					}
					<-time.After(time.Second)
					inside--
					return "", nil
				})
				answers <- err
			}()
		}
		for range 3 {
			if err := <-answers; err != nil {
				t.Error(err)
			}
		}
	})
}

// TestKeyringGivesUpWaiting: who waits for a slow call does so for its own time.
func TestKeyringGivesUpWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{}
		slow := &ring{timeout: time.Hour, gate: g}
		first := make(chan error)
		go func() {
			_, err := slow.call(t.Context(), func() (string, error) {
				<-time.After(time.Minute)
				return "", nil
			})
			first <- err
		}()
		synctest.Wait()
		begin := time.Now()
		quick := &ring{timeout: time.Second, gate: g}
		_, err := quick.call(t.Context(), func() (string, error) { return "", nil })
		if !errors.Is(err, ErrUnavailable) || time.Since(begin) != time.Second {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
		if err := <-first; err != nil {
			t.Errorf("the slow call: %v", err)
		}
		if _, err := quick.call(t.Context(), func() (string, error) { return "", nil }); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// TestGateAbandonTooLate: giving up on a call that has left by itself must not
// mark the next one.
func TestGateAbandonTooLate(t *testing.T) {
	var g gate
	mine, err := g.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g.leave()
	if _, err := g.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.abandon(mine)
	if g.hung {
		t.Error("another call is marked as hung")
	}
	g.leave()
}

// A call that panics does so in its caller, who knows what to do about it, and the next
// one is let in.
func TestPanicIsTheCallers(t *testing.T) {
	r := &ring{timeout: 3 * time.Second, gate: &gate{}}
	func() {
		defer func() {
			if said := fmt.Sprint(recover()); !strings.Contains(said, "by accident") || !strings.Contains(said, "keyring_test.go") {
				t.Errorf("recovered %s", said)
			}
		}()
		_, err := r.call(t.Context(), func() (string, error) { panic("by accident") })
		t.Errorf("it returned %v", err)
	}()
	if token, err := r.call(t.Context(), func() (string, error) { return "token", nil }); err != nil || token != "token" {
		t.Errorf("the next: %q, %v", token, err)
	}
}
