package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestLockIsWaitedFor: another command that looks whether the folder is served does
// not keep it from being served; who serves it does, and the wait for them is short.
func TestLockIsWaitedFor(t *testing.T) {
	for name, tc := range map[string]struct {
		held time.Duration // by somebody else; 0 for ever
		took time.Duration
		code exit.Code
	}{
		"looked at": {held: lockTime / 2, took: lockTime / 2},
		"served":    {took: lockTime, code: exit.InUse},
	} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "team")
			if err := os.Mkdir(data, 0o700); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				other := flock.New(filepath.Join(data, lockFile), flock.SetPermissions(0o600))
				if held, err := other.TryLock(); err != nil || !held {
					t.Fatal(held, err)
				}
				unlock := func() {
					if err := other.Unlock(); err != nil {
						t.Error(err)
					}
				}
				if tc.held == 0 {
					defer unlock()
				} else {
					time.AfterFunc(tc.held, unlock)
				}
				began := time.Now()
				f, err := openFolder(t.Context(), data)
				if took := time.Since(began); took < tc.took || took > tc.took+lockTime/10 {
					t.Errorf("took %v, want %v", took, tc.took)
				}
				if tc.code == 0 {
					if err != nil {
						t.Fatal(err)
					}
					if err := f.close(); err != nil {
						t.Error(err)
					}
					return
				}
				if e, ok := errors.AsType[*exit.Error](err); !ok || e.Code != tc.code {
					t.Errorf("%v", err)
				}
			})
		})
	}
}
