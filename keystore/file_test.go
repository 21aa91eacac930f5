package keystore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gofrs/flock"
)

// runAgain runs one test of this binary in a process of its own.
func runAgain(t *testing.T, test, env string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.count=1", "-test.v")
	cmd.Env = append(os.Environ(), env)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+test) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestFileProcesses lets programs write to one file at the same time.
func TestFileProcesses(t *testing.T) {
	const programs, accounts = 3, 15
	if path := os.Getenv("HOBNOB_TEST_FILE"); path != "" {
		s := File(path)
		for i := range accounts {
			account := fmt.Sprint(os.Getpid(), " ", i)
			if err := s.Set(t.Context(), account, account); err != nil {
				t.Fatal(err)
			}
			wantToken(t, s, account, account)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "tokens.json")
	var wg sync.WaitGroup
	for range programs {
		wg.Go(func() { runAgain(t, "TestFileProcesses", "HOBNOB_TEST_FILE="+path) })
	}
	wg.Wait()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := decode(data)
	if err != nil || len(c.Tokens) != programs*accounts {
		t.Errorf("%d tokens are left of %d, %v", len(c.Tokens), programs*accounts, err)
	}
}

func TestFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(dir, "tokens.json")
	s := File(path)
	for range 2 {
		if err := s.Set(t.Context(), "ada", "t"); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]os.FileMode{
		filepath.Dir(dir): 0o700, dir: 0o700, path: 0o600, path + ".lock": 0o600,
	} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("in the directory there are %v, %v", left, err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, getErr := s.Get(t.Context(), "ada")
		for op, err := range map[string]error{
			"Get":    getErr,
			"Set":    s.Set(t.Context(), "ada", "u"),
			"Delete": s.Delete(t.Context(), "ada"),
		} {
			if !errors.Is(err, ErrInsecure) || !strings.Contains(err.Error(), "chmod 600 "+path) {
				t.Errorf("%s with mode %o: %v", op, mode, err)
			}
		}
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	wantToken(t, s, "ada", "t")
}

func TestFileKeepsWhatItCannotRead(t *testing.T) {
	for name, data := range map[string]string{
		"empty":     "",
		"garbage":   "SENTINEL",
		"half":      `{"version":1,"tokens":{"ada":"SENTI`,
		"array":     `["SENTINEL"]`,
		"types":     `{"version":1,"tokens":{"ada":{"SENTINEL":1}}}`,
		"unmarked":  `{"tokens":{"ada":"SENTINEL"}}`,
		"newer":     `{"version":2,"tokens":{"ada":"SENTINEL"}}`,
		"too large": `{"version":1,"tokens":{"ada":"` + strings.Repeat("x", maxFile) + `"}}`,
	} {
		path := filepath.Join(t.TempDir(), "tokens.json")
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		s := File(path)
		_, getErr := s.Get(t.Context(), "ada")
		for op, err := range map[string]error{
			"Get":    getErr,
			"Set":    s.Set(t.Context(), "ada", "u"),
			"Delete": s.Delete(t.Context(), "ada"),
		} {
			if err == nil || errors.Is(err, ErrNotFound) || strings.Contains(err.Error(), "SENTINEL") || !strings.Contains(err.Error(), path) {
				t.Errorf("%s, %s: %v", name, op, err)
			}
		}
		if after, err := os.ReadFile(path); err != nil || string(after) != data {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func TestFileFull(t *testing.T) {
	s := File(filepath.Join(t.TempDir(), "tokens.json"))
	token := strings.Repeat("x", MaxToken)
	f := s.(*file)
	c := &contents{Version: fileVersion, Tokens: map[string]string{}}
	for i := range maxFile/MaxToken - 2 {
		c.Tokens[strconv.Itoa(i)] = token
	}
	if err := f.write(c); err != nil {
		t.Fatal(err)
	}
	var err error
	for i := range 4 {
		if err = s.Set(t.Context(), fmt.Sprint("more ", i), token); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the size of the file: %v", err)
	}
	wantToken(t, s, "0", token)
}

// TestFileAfterCrash: what a crash leaves behind neither stops nor stays.
func TestFileAfterCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.json")
	for _, name := range []string{path + ".tmp", path + ".lock"} {
		if err := os.WriteFile(name, []byte("left behind"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := File(path)
	if err := s.Set(t.Context(), "ada", "t"); err != nil {
		t.Fatal(err)
	}
	wantToken(t, s, "ada", "t")
	if _, err := os.Stat(path + ".tmp"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary file is still there: %v", err)
	}
}

func TestFileLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.json")
	s := File(path)
	if err := s.Set(t.Context(), "ada", "t"); err != nil {
		t.Fatal(err)
	}
	unlock, err := Lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*lockPoll)
	defer cancel()
	if err := s.Set(ctx, "ada", "u"); !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Set of a locked file: %v", err)
	}
	if runtime.GOOS != "windows" {
		wantToken(t, s, "ada", "t")
	}
	unlock()
	if err := s.Set(t.Context(), "ada", "u"); err != nil {
		t.Error(err)
	}
	wantToken(t, s, "ada", "u")
}

func TestFileReadsNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "missing", "tokens.json")
	if _, err := File(path).Get(t.Context(), "ada"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get: %v", err)
	}
	if err := File(path).Delete(t.Context(), "ada"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Delete: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("asking made %v, %v", left, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "tokens"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := File(filepath.Join(dir, "tokens")).Get(t.Context(), "ada"); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("Get of a directory: %v", err)
	}
	blocked := filepath.Join(dir, "file", "tokens.json")
	if err := os.WriteFile(filepath.Dir(blocked), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := File(blocked).Set(t.Context(), "ada", "t"); err == nil {
		t.Error("Set below a file works")
	}
	if got := File(path).Name(); got != path {
		t.Errorf("name %q", got)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"version":1,"tokens":{"ada":"t"}}`, `{"version":1}`, `{"version":9}`, `{}`, `null`, `[`, "{\"version\":1,\"tokens\":{\"\xff\":\"\"}}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decode(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		d, err := decode(again)
		if err != nil || len(d.Tokens) != len(c.Tokens) || d.Tokens == nil {
			t.Errorf("%q is written as %q: %v", data, again, err)
		}
	})
}

// TestFileGoesWithItsLastToken: what nobody needs is not left behind.
func TestFileGoesWithItsLastToken(t *testing.T) {
	dir := t.TempDir()
	s := File(filepath.Join(dir, "tokens.json"))
	for _, account := range []string{"ada", "bob"} {
		if err := s.Set(t.Context(), account, "t"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Delete(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	wantToken(t, s, "bob", "t")
	if err := s.Delete(t.Context(), "bob"); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
	if err := s.Delete(t.Context(), "bob"); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleted again: %v", err)
	}
}

// TestLockOfAFileThatGoes: many take a lock whose file goes each time it is freed,
// and it keeps each of them out while another has it.
func TestLockOfAFileThatGoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.json")
	var inside atomic.Int32
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			for range 25 {
				unlock, err := Lock(t.Context(), path)
				if err != nil {
					t.Error(err)
					return
				}
				if n := inside.Add(1); n != 1 {
					t.Errorf("%d hold it at once", n)
				}
				runtime.Gosched()
				inside.Add(-1)
				unlock()
			}
		})
	}
	work.Wait()
	if _, err := os.Stat(path + ".lock"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the lock's file is left: %v", err)
	}
}

// TestLockOnAFileThatWent: a lock that was had on a file which somebody took away
// in that moment is told from one that keeps others out.
func TestLockOnAFileThatWent(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there no file goes that somebody has open")
	}
	name := filepath.Join(t.TempDir(), "lock")
	l := flock.New(name)
	if held, err := l.TryLock(); !held || err != nil {
		t.Fatalf("%v, %v", held, err)
	}
	defer l.Close()
	if !current(l, name) {
		t.Error("a lock on the file that is there does not count")
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if current(l, name) {
		t.Error("a lock on a file that is gone counts")
	}
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if current(l, name) {
		t.Error("a lock on a file that was replaced counts")
	}
}
