package keystore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	// service is the name that hobnob's entries in a keyring go by.
	service = "hobnob"

	// DefaultTimeout is how long a keyring may take: long enough for one that
	// has to be started first, short enough to wait for at a prompt.
	DefaultTimeout = 5 * time.Second
)

// Keyring returns the keyring of the operating system: the Secret Service on
// Linux and BSD, the Keychain on macOS, the Credential Manager on Windows.
//
// A call takes at most timeout (DefaultTimeout when it is not above 0) or as
// long as its context lives. A call into the keyring cannot be cancelled; when
// its time is over it is left behind, and what it was to do may still happen
// later, for example when somebody unlocks the keyring. Calls go in one after
// the other, from all Keyrings of the program, and while one that was left
// behind has not come back, all others fail at once with ErrUnavailable.
//
// Only the keyring's own "not found" is ErrNotFound. Everything else it says
// has no type and differs from desktop to desktop, and wraps ErrUnavailable, with
// what the keyring is like where that can be told (ErrLocked and others); a
// token larger than it takes is ErrTooLarge.
func Keyring(timeout time.Duration) Store {
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	return &ring{timeout: timeout, gate: &systemGate}
}

// ring is a Store. Its fields are set once.
type ring struct {
	timeout time.Duration
	gate    *gate
}

// systemGate guards the one keyring there is.
var systemGate gate

// Get implements Store.
func (r *ring) Get(ctx context.Context, account string) (string, error) {
	if err := checkAccount(account); err != nil {
		return "", err
	}
	return r.call(ctx, func() (string, error) { return keyring.Get(service, account) })
}

// Set implements Store.
func (r *ring) Set(ctx context.Context, account, token string) error {
	if err := checkAccount(account); err != nil {
		return err
	}
	if err := checkToken(token); err != nil {
		return err
	}
	_, err := r.call(ctx, func() (string, error) { return "", keyring.Set(service, account, token) })
	return err
}

// Delete implements Store.
func (r *ring) Delete(ctx context.Context, account string) error {
	if err := checkAccount(account); err != nil {
		return err
	}
	_, err := r.call(ctx, func() (string, error) { return "", keyring.Delete(service, account) })
	return err
}

// Name implements Store.
func (r *ring) Name() string {
	switch runtime.GOOS {
	case "darwin":
		return "macOS Keychain"
	case "windows":
		return "Windows Credential Manager"
	}
	return "system keyring (Secret Service)"
}

// answer is what a call into the keyring returned.
type answer struct {
	token    string
	err      error
	panicked string // with its stack
}

// got is the answer, as its caller gets it.
func (a answer) got() (string, error) {
	if a.panicked != "" {
		panic(a.panicked)
	}
	return a.token, translate(a.err)
}

// call runs f, which calls into the keyring, and translates its error.
func (r *ring) call(ctx context.Context, f func() (string, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	mine, err := r.gate.enter(ctx)
	if err != nil {
		return "", unavailable(err)
	}
	done := make(chan answer, 1) // the answer of a call left behind stays in it
	go func() {
		var a answer
		defer func() {
			if value := recover(); value != nil { // it is the caller's to end with
				a.panicked = fmt.Sprintf("keyring: %v\n%s", value, debug.Stack())
			}
			done <- a
			r.gate.leave()
		}()
		a.token, a.err = f()
	}()
	select {
	case a := <-done:
		return a.got()
	case <-ctx.Done():
	}
	select { // both may have been ready, and an answer is an answer
	case a := <-done:
		return a.got()
	default:
	}
	r.gate.abandon(mine)
	return "", unavailable(ctx.Err())
}

// translate gives the keyring's errors our types.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return ErrTooLarge
	}
	return unavailable(err)
}

// errHung is why nothing is asked of a keyring that still owes an answer.
var errHung = errors.New("an earlier request is still waiting for it")

// gate lets one call in at a time. The zero gate is open.
type gate struct {
	mu   sync.Mutex
	busy chan struct{} // nil while nobody is in; closed when who is in leaves
	hung bool          // who is in was left behind
}

// enter waits until nobody is in, for as long as ctx lives and as there is hope.
// What it returns tells one call from the next.
func (g *gate) enter(ctx context.Context) (chan struct{}, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		g.mu.Lock()
		other, hung := g.busy, g.hung
		if other == nil {
			mine := make(chan struct{})
			g.busy = mine
			g.mu.Unlock()
			return mine, nil
		}
		g.mu.Unlock()
		if hung {
			return nil, errHung
		}
		select {
		case <-other:
		case <-ctx.Done():
		}
	}
}

// leave lets the next one in.
func (g *gate) leave() {
	g.mu.Lock()
	close(g.busy)
	g.busy, g.hung = nil, false
	g.mu.Unlock()
}

// abandon marks the call that entered with mine as left behind, unless it has
// left by itself.
func (g *gate) abandon(mine chan struct{}) {
	g.mu.Lock()
	if g.busy == mine {
		g.hung = true
	}
	g.mu.Unlock()
}
