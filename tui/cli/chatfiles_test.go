package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// folderOf makes files, those with a slash at their end folders, and goes there.
func folderOf(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, name)
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o700)
		} else {
			err = os.WriteFile(path, []byte(name), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("HOME", dir)
	return dir
}

func TestOpenLocal(t *testing.T) {
	dir := folderOf(t, "notes.txt", "my photo.jpg", "photos/", "secret")
	for _, path := range []string{"notes.txt", "./my photo.jpg", "~/notes.txt", filepath.Join(dir, "photos", "..", "notes.txt")} {
		f, err := openLocal(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		b := make([]byte, f.Size)
		if _, err := f.ReadAt(b, 0); err != nil || string(b) != f.Name {
			t.Errorf("%s: %q is %s, %v", path, b, f.Name, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	wrong := map[string]string{
		"gone.txt": "there is no file gone.txt in " + dir, "/gone.txt": "there is no file /gone.txt",
		"photos": "photos is a folder; pack it, and post that: tar czf photos.tar.gz photos", "./~/notes.txt": "there is no file",
		"a\x1b[2Jb": "there is no file a␛[2Jb", "~nobody-at-all/x": "nobody here is called nobody-at-all",
		os.DevNull: "is no file",
	}
	if runtime.GOOS != "windows" && os.Getuid() != 0 {
		if err := os.Chmod("secret", 0); err != nil {
			t.Fatal(err)
		}
		wrong["secret"] = "secret cannot be read: permission denied"
	}
	for path, want := range wrong {
		if _, err := openLocal(path); err == nil || !strings.Contains(err.Error(), strings.TrimSuffix(want, "\n")) && path != "a\x1b[2Jb" || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v, want %q", path, err, want)
		}
	}
}

// TestOneFileIsKnownAgain: however it is written.
func TestOneFileIsKnownAgain(t *testing.T) {
	dir := folderOf(t, "notes.txt", "other.txt")
	if err := os.Symlink("notes.txt", "link"); err != nil {
		t.Skip(err)
	}
	full := func(path string) string {
		f, err := openLocal(path)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		return f.Full
	}
	for _, path := range []string{"./notes.txt", "~/notes.txt", filepath.Join(dir, "notes.txt"), "link"} {
		if full(path) != full("notes.txt") || full(path) == full("other.txt") || full(path) == "" {
			t.Errorf("%s is %q, and notes.txt is %q", path, full(path), full("notes.txt"))
		}
	}
}

func TestPathsLike(t *testing.T) {
	folderOf(t, "notes.txt", "Notes 2.txt", "my photo.jpg", "photos/", "photos/a.png", "photos/b.png", ".hidden", ".config/")
	if err := os.Symlink("photos", "album"); err != nil {
		t.Skip(err)
	}
	for begun, want := range map[string][]string{
		"":            {"Notes 2.txt", "album/", "my photo.jpg", "notes.txt", "photos/"},
		"n":           {"notes.txt"},
		"nOTES":       {"Notes 2.txt", "notes.txt"},
		"ph":          {"photos/"},
		"photos/":     {"photos/a.png", "photos/b.png"},
		"album/b":     {"album/b.png"},
		"~":           {"~/"},
		"~/m":         {"~/my photo.jpg"},
		".":           {".config/", ".hidden"},
		"./":          {"./Notes 2.txt", "./album/", "./my photo.jpg", "./notes.txt", "./photos/"},
		"gone/":       nil,
		"notes.txt/":  nil,
		"~nobody-at/": nil,
		"zz":          nil,
	} {
		if got := pathsLike(begun); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", begun, got, want)
		}
	}
}

// TestAllPathsLike: what all begin with is known of all, not of those that are shown.
func TestAllPathsLike(t *testing.T) {
	var names []string
	for i := range 120 {
		names = append(names, fmt.Sprintf("n%03d", i))
	}
	folderOf(t, names...)
	if got := pathsLike("n"); len(got) != len(names) {
		t.Errorf("%d paths", len(got))
	}
}
