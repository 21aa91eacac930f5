package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/client"
)

// served is a server that has one file, under any ID.
func served(t *testing.T, name, content string) *client.Files {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+name)
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
		w.Header().Set("Content-Type", "text/plain")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
	}))
	t.Cleanup(server.Close)
	return &client.Files{Server: server.URL, HTTP: server.Client(), Token: func(context.Context) (string, error) { return "t", nil }}
}

// Nothing is written over, no link is followed, and no name leads out of the folder.
func TestSaveIn(t *testing.T) {
	dir := t.TempDir()
	save := func(name, content, id string) (string, error) {
		t.Helper()
		return saveIn(t.Context(), served(t, name, content), dir, id, func(int64) {})
	}
	for i, want := range []string{"notes.txt", "notes (2).txt", "notes (3).txt"} {
		path, err := save("notes.txt", fmt.Sprint("text ", i), fmt.Sprint("f", i))
		b, _ := os.ReadFile(path)
		if err != nil || path != filepath.Join(dir, want) || string(b) != fmt.Sprint("text ", i) {
			t.Errorf("%s: %q, %v", path, b, err)
		}
	}
	path, err := save("..%2F..%2Fetc%2Fpasswd", "x", "f4")
	if err != nil || path != filepath.Join(dir, "passwd") {
		t.Errorf("%s, %v", path, err)
	}
	outside := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(outside, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.txt")); err != nil {
		t.Skip(err)
	}
	if path, err = save("link.txt", "x", "f5"); err != nil || path != filepath.Join(dir, "link (2).txt") {
		t.Errorf("%s, %v", path, err)
	}
	if err := os.Symlink(outside, partIn(dir, "f6")); err != nil {
		t.Fatal(err)
	}
	if path, err = save("other.txt", "x", "f6"); err == nil {
		t.Errorf("a planted link was followed: %s", path)
	}
	if b, err := os.ReadFile(outside); err != nil || string(b) != "precious" {
		t.Errorf("%q, %v", b, err)
	}
	for _, id := range []string{"", "..", "../../x", "a/b", strings.Repeat("x", 65)} {
		if path, err := save("x.txt", "x", id); err == nil {
			t.Errorf("ID %q: %s", id, path)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".hobnob-f[0-5]*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// What came of a file is gone on with.
func TestSaveGoesOn(t *testing.T) {
	dir, content := t.TempDir(), strings.Repeat("0123456789", 1000)
	if err := os.WriteFile(partIn(dir, "f"), []byte(content[:4000]), 0o600); err != nil {
		t.Fatal(err)
	}
	first := int64(-1)
	path, err := saveIn(t.Context(), served(t, "a.log", content), dir, "f", func(n int64) {
		if first < 0 {
			first = n
		}
	})
	b, _ := os.ReadFile(path)
	if err != nil || string(b) != content || first <= 4000 {
		t.Errorf("%d bytes, the first at %d, %v", len(b), first, err)
	}
}

func TestReadFile(t *testing.T) {
	files := served(t, "a.png", "0123456789")
	if b, err := readFile(t.Context(), files, "f", 10); err != nil || string(b) != "0123456789" {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := readFile(t.Context(), files, "f", 9); err == nil {
		t.Errorf("%q", b)
	}
	if _, err := (&limited{most: 3}).Write([]byte("0123")); err == nil {
		t.Error("more was taken than may be")
	}
}

var onePNG = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")

// What is opened is what its name says it is, by the system's opener, in a session of its own.
func TestShowFile(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the opener is the system's")
	}
	bin, dir := t.TempDir(), t.TempDir()
	told := filepath.Join(bin, "told")
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\nprintf '%s\\n' \"$@\" >> '"+told+"'\ncase $1 in *bad*) exit 3;; esac\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	for name, c := range map[string]struct {
		content []byte
		why     string
	}{
		"a.png":        {onePNG, ""},
		"A.PNG":        {onePNG, ""},
		"-a b.png":     {onePNG, ""},
		"notes.txt":    {[]byte("some notes\n"), ""},
		"bad.png":      {onePNG, "nothing here opens it: exit status 3"},
		"b.png":        {[]byte("#!/bin/sh\nrm -rf /\n"), "it is not what its name says"},
		"c.txt":        {[]byte("MZ\x00\x01\x02"), "it is not what its name says"},
		"page.txt":     {[]byte("<html><script>"), "it is not what its name says"},
		"d.html":       {[]byte("<html>"), "open it yourself"},
		"e.svg":        {[]byte("<svg>"), "open it yourself"},
		"f.desktop":    {[]byte("[Desktop Entry]"), "open it yourself"},
		"g.sh":         {[]byte("#!/bin/sh"), "open it yourself"},
		"h.png.sh":     {onePNG, "open it yourself"},
		"noextension":  {onePNG, "open it yourself"},
		"i.command":    {[]byte("x"), "open it yourself"},
		"j.tar.gz":     {[]byte("x"), "open it yourself"},
		"empty-is.txt": {nil, "it is not what its name says"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(told)
		env := func(name string) string { return map[string]string{"DISPLAY": ":0"}[name] }
		why, gone := showFile(path, env)
		asked, err := os.ReadFile(told)
		opened := string(asked) == path+"\n"
		if gone || why != c.why && !strings.HasPrefix(why, c.why) || c.why == "" && (why != "" || !opened) || c.why != "" && !strings.HasPrefix(c.why, "nothing") && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %q, asked for %q", name, why, asked)
		}
		if why, _ := showFile(path, func(string) string { return "" }); why == "" {
			t.Errorf("%s: it was opened where nobody sees it", name)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "a.png"), filepath.Join(dir, "l.png")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gone.png", "l.png"} {
		if _, gone := showFile(filepath.Join(dir, name), os.Getenv); !gone {
			t.Errorf("%s is taken to be there", name)
		}
	}
}

func TestOpenerOf(t *testing.T) {
	for _, c := range []struct {
		system, env, want string
	}{
		{"linux", "DISPLAY", "[xdg-open]"},
		{"freebsd", "WAYLAND_DISPLAY", "[xdg-open]"},
		{"linux", "SSH_CONNECTION DISPLAY", "[xdg-open]"},
		{"linux", "", "[]"},
		{"darwin", "", "[/usr/bin/open]"},
		{"darwin", "SSH_TTY", "[]"},
		{"windows", "", "[rundll32 url.dll,FileProtocolHandler]"},
		{"windows", "SSH_CONNECTION", "[]"},
	} {
		got := fmt.Sprint(openerOf(c.system, func(name string) string {
			if bytes.Contains([]byte(" "+c.env+" "), []byte(" "+name+" ")) {
				return "x"
			}
			return ""
		}))
		if got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
