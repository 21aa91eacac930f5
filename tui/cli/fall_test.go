package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestFall: a panic is logged with its stack and ends the chat; who does not end in time
// is ended, with the terminal given back.
func TestFall(t *testing.T) {
	fresh(t)
	for name, hangs := range map[string]bool{"in order": false, "hanging": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				ends, restored, code := 0, false, -1
				f := newFall(func() { ends++ })
				f.exit = func(c int) { code = c }
				f.has(func() { restored = true })
				caught := f.caught(Account{Server: "http://h:1"}, slog.New(slog.NewTextHandler(&log, nil)))
				quiet := errors.New("nothing happened")
				if err := f.over(quiet); !errors.Is(err, quiet) {
					t.Errorf("before: %v", err)
				}
				for range 2 {
					guarded(caught, func() { panic("by accident") })()
				}
				if !hangs {
					if err := f.over(nil); exit.CodeOf(err) != exit.Failed || !strings.Contains(err.Error(), logName) {
						t.Errorf("it ended with %v", err)
					}
				}
				time.Sleep(time.Minute) // of the bubble
				synctest.Wait()
				if ends != 1 || restored != hangs || code != map[bool]int{false: -1, true: 1}[hangs] {
					t.Errorf("told to end %d times, given back %v, exit %d", ends, restored, code)
				}
				if n := strings.Count(log.String(), "by accident"); n != 2 || !strings.Contains(log.String(), "fall_test.go") {
					t.Errorf("the log: %s", log.String())
				}
			})
		})
	}
}
