package exit

import (
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// TestTwice: what comes with the first signal is the first.
func TestTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signals := make(chan os.Signal, 1)
		send := func() {
			select {
			case signals <- os.Interrupt:
			default: // as signal.Notify does
			}
		}
		began := time.Now()
		asked, ended := time.Duration(-1), time.Duration(-1)
		go func() {
			Twice(signals, func() { asked = time.Since(began) })
			ended = time.Since(began)
		}()
		time.Sleep(time.Second)
		for range 5 {
			send()
			time.Sleep(oneSignal / 8)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if asked != time.Second || ended >= 0 {
			t.Fatalf("asked after %v, ended after %v", asked, ended)
		}
		send()
		synctest.Wait()
		if ended != time.Since(began) {
			t.Errorf("the second signal, after %v: ended after %v", time.Since(began), ended)
		}
	})
}

// TestInterruptsOfAnother: while another program has the terminal its interrupts are its own, also
// the one that ends it; all other signals, and what comes later, are ours.
func TestInterruptsOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signals := make(chan os.Signal, 1)
		asked, ended := 0, false
		go func() {
			Twice(signals, func() { asked++ })
			ended = true
		}()
		send := func(s os.Signal, want int) {
			t.Helper()
			signals <- s
			if synctest.Wait(); asked != want {
				t.Errorf("asked %d times after %v, not %d", asked, s, want)
			}
		}
		back := Interrupts()
		send(os.Interrupt, 0)
		send(os.Interrupt, 0)
		back()
		send(os.Interrupt, 0)
		time.Sleep(oneSignal)
		send(os.Interrupt, 1)
		time.Sleep(2 * oneSignal)
		back = Interrupts()
		defer back()
		send(os.Interrupt, 1)
		if ended {
			t.Error("an interrupt of another ends it at once")
		}
		send(os.Kill, 1)
		if !ended {
			t.Error("another signal does not end it")
		}
	})
}
