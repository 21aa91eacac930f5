package pipe

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
)

// TestDial: what is said at one end is heard at the other, through what wraps it; nobody
// waits for a Listener that is closed, or longer than they want to.
func TestDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New()
		var wrapped net.Conn
		l.Wrap = func(c net.Conn) net.Conn {
			wrapped = c
			return c
		}
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error)
		go func() {
			_, err := l.Dial(ctx, "tcp", "chat.example:443")
			failed <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("given up with %v", err)
		}
		go func() {
			c, err := l.Accept()
			if err != nil || c != wrapped {
				t.Errorf("accepted %v, %v", c, err)
				return
			}
			_, _ = io.WriteString(c, "hello")
			_ = c.Close()
		}()
		c, err := l.Dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(c); string(b) != "hello" || err != nil {
			t.Errorf("heard %q, %v", b, err)
		}
		for range 2 {
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("accepts: %v", err)
		}
		if _, err := l.Dial(t.Context(), "", ""); !errors.Is(err, net.ErrClosed) {
			t.Errorf("dials: %v", err)
		}
	})
}
