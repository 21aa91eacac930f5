package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func open(t *testing.T, dir string, limit int64) *Store {
	t.Helper()
	s, err := Open(dir, Options{Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// create begins a part with some bytes in it.
func create(t *testing.T, s *Store, content string) *Part {
	t.Helper()
	p, err := s.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(p, content); err != nil {
		t.Fatal(err)
	}
	return p
}

// place ends a part.
func place(t *testing.T, p *Part) (Hash, bool) {
	t.Helper()
	h, err := p.Seal()
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := p.Place()
	if err != nil {
		t.Fatal(err)
	}
	return h, fresh
}

func content(t *testing.T, s *Store, h Hash) string {
	t.Helper()
	f, err := s.Get(h)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// onDisk lists the files of a folder with their sizes.
func onDisk(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	files := make(map[string]int64)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if perm := info.Mode().Perm(); runtime.GOOS != "windows" && perm&0o077 != 0 {
			t.Errorf("%s is open to others: %v", path, perm)
		}
		if !e.IsDir() {
			files[filepath.ToSlash(strings.TrimPrefix(path, dir+string(os.PathSeparator)))] = info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestPlaceKeepsAContentOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	s := open(t, dir, 1000)
	first, fresh := place(t, create(t, s, "hello"))
	if want := Hash(sha256.Sum256([]byte("hello"))); first != want || !fresh {
		t.Fatalf("placed %v, fresh %v, want %v", first, fresh, want)
	}
	again, fresh := place(t, create(t, s, "hello"))
	if again != first || fresh {
		t.Errorf("placed again: %v, fresh %v", again, fresh)
	}
	if files := onDisk(t, dir); len(files) != 1 || files[first.String()[:2]+"/"+first.String()] != 5 || s.Used() != 5 {
		t.Errorf("on disk are %v, and %d bytes are used", files, s.Used())
	}
	if got := content(t, s, first); got != "hello" {
		t.Errorf("the blob is %q", got)
	}
	for range 2 { // a second time there is none, and that is fine
		if err := s.Remove(first); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Get(first); !errors.Is(err, fs.ErrNotExist) || s.Used() != 0 || len(onDisk(t, dir)) != 0 {
		t.Errorf("after its removal: %v, %d bytes are used", err, s.Used())
	}
}

// TestDamagedBlobIsReplaced: what has the wrong length under a hash makes room for
// the whole of it.
func TestDamagedBlobIsReplaced(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "files"), 1000)
	h, _ := place(t, create(t, s, "hello"))
	if err := os.Truncate(s.path(h), 2); err != nil {
		t.Fatal(err)
	}
	s = open(t, s.dir, 1000)
	if _, fresh := place(t, create(t, s, "hello")); !fresh || content(t, s, h) != "hello" || s.Used() != 5 {
		t.Errorf("fresh %v, now %q, %d bytes are used", fresh, content(t, s, h), s.Used())
	}
}

func TestResume(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "files"), 1000)
	p := create(t, s, "hello, wor")
	if err := errors.Join(p.Sync(), p.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, s.dir, 1000) // another start
	if s.Used() != 10 {
		t.Errorf("%d bytes are used", s.Used())
	}
	for _, offset := range []int64{11, -1} {
		if _, err := s.Resume(p.Name(), offset); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("resumed at %d: %v", offset, err)
		}
	}
	p, err := s.Resume(p.Name(), 7)
	if err != nil || p.Size() != 7 || s.Used() != 7 {
		t.Fatalf("resumed: %v, %d bytes are used", err, s.Used())
	}
	if _, err := io.WriteString(p, "team"); err != nil {
		t.Fatal(err)
	}
	if head, err := p.Head(); err != nil || string(head) != "hello, team" {
		t.Errorf("its head is %q, %v", head, err)
	}
	h, _ := place(t, p)
	if want := Hash(sha256.Sum256([]byte("hello, team"))); h != want || content(t, s, h) != "hello, team" {
		t.Errorf("it is %v, want %v", h, want)
	}
	for _, name := range []string{p.Name(), "", ".", "..", "../x", "a/b", "/etc/passwd"} {
		if _, err := s.Resume(name, 0); err == nil {
			t.Errorf("part %q was resumed", name)
		}
		if err := s.RemovePart(name); (err == nil) != (name == p.Name()) {
			t.Errorf("remove part %q: %v", name, err)
		}
	}
}

// TestLimit: nothing makes the store larger than it may be, and what was reserved
// and not written is given back.
func TestLimit(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "files"), 10)
	p := create(t, s, "1234")
	if err := p.Reserve(7); !errors.Is(err, ErrLimit) {
		t.Errorf("reserved over the limit: %v", err)
	}
	if err := p.Reserve(6); err != nil {
		t.Fatal(err)
	}
	other, err := s.Create()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.WriteString(other, "x"); n != 0 || !errors.Is(err, ErrLimit) {
		t.Errorf("wrote what another has reserved: %d, %v", n, err)
	}
	if n, err := io.WriteString(p, "567"); n != 3 || err != nil || s.Used() != 10 {
		t.Errorf("wrote %d of what is reserved: %v, %d bytes are used", n, err, s.Used())
	}
	if err := p.Close(); err != nil || s.Used() != 7 {
		t.Errorf("closed: %v, %d bytes are used", err, s.Used())
	}
	if n, err := io.WriteString(other, "xyz"); n != 3 || err != nil {
		t.Errorf("wrote %d: %v", n, err)
	}
	other.Remove()
	if err := s.RemovePart(p.Name()); err != nil || s.Used() != 0 {
		t.Errorf("removed: %v, %d bytes are used", err, s.Used())
	}
}

// TestFullDisk lets the disk fill up while a part is written: the error tells so,
// and when the part is removed nothing of it is left.
func TestFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	s := open(t, dir, 1000)
	s.o.Write = func(f *os.File, b []byte) (int, error) {
		n, err := f.Write(b[:min(len(b), 3)])
		return n, errors.Join(err, syscall.ENOSPC)
	}
	p, err := s.Create()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.WriteString(p, "hello"); n != 3 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("wrote %d on a full disk: %v", n, err)
	}
	p.Remove()
	if files := onDisk(t, dir); len(files) != 0 || s.Used() != 0 {
		t.Errorf("left are %v, and %d bytes are used", files, s.Used())
	}
	s.o.Write = (*os.File).Write
	if h, _ := place(t, create(t, s, "hello")); content(t, s, h) != "hello" {
		t.Error("with room again nothing is stored")
	}
}

// ledger is a set of records.
type ledger struct {
	parts map[string]bool
	blobs []Hash
	fail  error
}

func (l ledger) HasPart(_ context.Context, name string) (bool, error) { return l.parts[name], l.fail }

func (l ledger) Shards(context.Context) (list []byte, err error) {
	for _, h := range l.blobs {
		list = append(list, h[0])
	}
	return list, l.fail
}

func (l ledger) Blobs(_ context.Context, shard byte) (some []Hash, err error) {
	for _, h := range l.blobs {
		if h[0] == shard {
			some = append(some, h, h)
		}
	}
	return some, l.fail
}

func TestSweep(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	s := open(t, dir, 1000)
	known, _ := place(t, create(t, s, "known"))
	orphan, _ := place(t, create(t, s, "orphan"))
	goesOn, left := create(t, s, "goes on"), create(t, s, "left behind")
	if err := errors.Join(goesOn.Close(), left.Close()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README", known.String()[:2] + "/notes", "parts/sub/x", "00/" + known.String()} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("foreign"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	records := ledger{parts: map[string]bool{goesOn.Name(): true}, blobs: []Hash{known, {0xff, 1}, {0, 1}}}
	swept, err := s.Sweep(t.Context(), records)
	if want := (Swept{Parts: 1, Blobs: 1, Bytes: 17, Missing: 2}); err != nil || swept != want {
		t.Errorf("swept %+v, %v, want %+v", swept, err, want)
	}
	files := onDisk(t, dir)
	if len(files) != 6 || files["parts/"+goesOn.Name()] != 7 || content(t, s, known) != "known" || s.Used() != 12 {
		t.Errorf("left are %v, and %d bytes are used", files, s.Used())
	}
	if _, err := s.Get(orphan); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the orphan is still there: %v", err)
	}
	records.fail = errors.New("the records cannot be read")
	if _, err := s.Sweep(t.Context(), records); !errors.Is(err, records.fail) || content(t, s, known) != "known" {
		t.Errorf("without records: %v", err)
	}
}

// TestManyAtOnce writes equal and different contents at the same time.
func TestManyAtOnce(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "files"), 1<<20)
	var work sync.WaitGroup
	var placing sync.Mutex // as whoever has a record of them holds
	for i := range 64 {
		work.Go(func() {
			p, err := s.Create()
			if err != nil {
				t.Error(err)
				return
			}
			_, err = p.Write(bytes.Repeat([]byte{byte(i % 8)}, 1000))
			_, seal := p.Seal()
			placing.Lock()
			defer placing.Unlock()
			_, placed := p.Place()
			if err := errors.Join(err, seal, placed); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if files := onDisk(t, s.dir); len(files) != 8 || s.Used() != 8000 {
		t.Errorf("on disk are %v, and %d bytes are used", files, s.Used())
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add(Hash{1}.String())
	f.Add(strings.Repeat("A", 64))
	f.Add("../../etc/passwd")
	f.Fuzz(func(t *testing.T, s string) {
		if h, err := parseHash(s); err == nil && h.String() != s {
			t.Errorf("%q is read as %v", s, h)
		}
	})
}
