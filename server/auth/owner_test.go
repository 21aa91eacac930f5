//go:build unix

package auth

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestAnothersKey: who owns a file can change it, so a key that is another user's is no
// key of ours, be we root.
func TestAnothersKey(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenIssuer(dir); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, KeyFile))
	if err != nil || Foreign(info) {
		t.Fatalf("one's own file is another's, or %v", err)
	}
	if !foreign(uint32(os.Geteuid())+1, os.Geteuid()) {
		t.Error("another's file is ours")
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	if err := os.Chown(filepath.Join(dir, KeyFile), 12345, -1); err != nil {
		t.Skip(err)
	}
	if _, err := OpenIssuer(dir); !errors.Is(err, ErrInsecure) {
		t.Errorf("another's key is taken: %v", err)
	}
}
