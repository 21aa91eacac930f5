package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestNoRoomForABackup: where there is none for a backup or an export, people are told
// so and what helps, in words and not in SQLite's.
func TestNoRoomForABackup(t *testing.T) {
	h := run(t, defaults(t))
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if err := exec.CommandContext(context.Background(), "umount", dir).Run(); err != nil {
			t.Error(err)
		}
	})
	_, err := backUp(t.Context(), h.config.data, "test", filepath.Join(dir, "b.tar"), os.Stdout)
	if e, ok := errors.AsType[*exit.Error](err); !ok || e.Code != exit.Storage || e.Hint == "" || !strings.HasSuffix(e.Error(), ": the disk is full") {
		t.Errorf("a backup: %v", err)
	}
}
