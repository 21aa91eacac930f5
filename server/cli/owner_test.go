//go:build unix

package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

func TestAnothersFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	for name, path := range map[string]string{"empty": t.TempDir(), "used": t.TempDir()} {
		if name == "used" {
			f, err := openFolder(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(path, 12345, -1); err != nil {
			t.Skip(err)
		}
		if _, err := openFolder(t.Context(), path); exit.CodeOf(err) != exit.Storage || !strings.Contains(err.Error(), "another user") {
			t.Errorf("another's %s folder is taken: %v", name, err)
		}
	}
}
