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
