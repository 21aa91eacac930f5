package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestExportReplacesNothingElse: an export takes the place of an export, and of no other
// file unless it is told to.
func TestExportReplacesNothingElse(t *testing.T) {
	h := run(t, defaults(t))
	dir := t.TempDir()
	export := func(args ...string) error {
		cmd := exportCommand("test")
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetArgs(append(args, "--data", h.config.data))
		cmd.SetOut(new(strings.Builder))
		cmd.SetErr(new(strings.Builder))
		return cmd.ExecuteContext(t.Context())
	}
	refused := func(err error, says string) {
		t.Helper()
		if e, ok := errors.AsType[*exit.Error](err); !ok || e.Code != exit.Usage || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, and it should say %q", err, says)
		}
	}
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("0123456789abcdef0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{secret}, {secret, "--text"}} {
		refused(export(args...), "is no export")
		if kept, err := os.ReadFile(secret); err != nil || !strings.HasPrefix(string(kept), "0123456789") {
			t.Fatalf("the file is %q now, %v", kept, err)
		}
	}
	refused(export(dir), "is a folder")
	refused(export(os.DevNull), "is no file")
	for range 2 { // anew, and over an older one
		if err := export(filepath.Join(dir, "team.jsonl")); err != nil {
			t.Error(err)
		}
	}
	if err := export(secret, "--force"); err != nil {
		t.Error(err)
	}
	if now, err := os.ReadFile(secret); err != nil || !strings.HasPrefix(string(now), `{"type":"export"`) {
		t.Errorf("with --force the file is %.40q, %v", now, err)
	}
}
