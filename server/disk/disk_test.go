package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestWritten: what was written is there and closed; what went wrong before is said, and
// the file is closed all the same.
func TestWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Write(f, []byte("text")), Sync(path), Sync(dir)); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); string(b) != "text" {
		t.Errorf("there is %q, %v", b, err)
	}
	if err := f.Close(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("after Write it was still open: %v", err)
	}
	if f, err = os.Create(path); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no room")
	if err := Close(f, full); !errors.Is(err, full) || errors.Is(err, fs.ErrClosed) {
		t.Errorf("said is %v", err)
	}
	if err := f.Close(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("after Close it was still open: %v", err)
	}
}

// TestNotWritten: a file that cannot be written, and one that is not there.
func TestNotWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := Sync(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing was synced: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if Write(f, []byte("text")) == nil {
		t.Error("a file open to be read was written")
	}
	if err := f.Close(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("it is still open: %v", err)
	}
}
