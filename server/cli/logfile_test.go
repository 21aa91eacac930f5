package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBoundedLog: a log that is full becomes the old one, while it is written, and one
// that was there is gone on with.
func TestBoundedLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "serve.log")
	write := func(l *boundedLog, s string) {
		t.Helper()
		if n, err := l.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
	wants := func(name, want string) {
		t.Helper()
		b, err := os.ReadFile(name)
		if err != nil || string(b) != want {
			t.Errorf("%s has %.20q, %v; want %.20q", filepath.Base(name), b, err, want)
		}
	}
	l, err := openBoundedLog(path, 100)
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := strings.Repeat("a", 60), strings.Repeat("b", 60), strings.Repeat("c", 200)
	write(l, a)
	write(l, "\n")
	write(l, b)
	wants(path, b)
	wants(path+oldLog, a+"\n")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if l, err = openBoundedLog(path, 100); err != nil {
		t.Fatal(err)
	}
	write(l, "1")
	wants(path, b+"1")
	write(l, c) // larger than the bound: alone
	wants(path, c)
	write(l, "2")
	wants(path, "2")
	wants(path+oldLog, c)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write([]byte("late")); err == nil {
		t.Error("written after the end")
	}
}
