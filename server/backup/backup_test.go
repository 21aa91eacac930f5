package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// aTeam makes a folder with the files of a team.
func aTeam(t *testing.T) (dir string, sources []Source) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{
		Database: strings.Repeat("page", 40_000), Key: "key", Host: "{}",
		upload("an upload"): "an upload", upload("large"): strings.Repeat("x", 300_000), upload(""): "",
		"files/parts/7": "not yet whole", "files/" + hash("x"): "nobody's", "files/ab/" + strings.Repeat("c", 64): "nobody's",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	uploads, err := Uploads(filepath.Join(dir, Files))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{Database, Key, Host} {
		sources = append(sources, Source{Name: name, Path: filepath.Join(dir, name)})
	}
	return dir, append(sources, uploads...)
}

// upload is where a content lies.
func upload(text string) string { return "files/" + hash(text)[:2] + "/" + hash(text) }

func anArchive(t *testing.T) ([]byte, Manifest) {
	t.Helper()
	_, sources := aTeam(t)
	var out bytes.Buffer
	m, err := Write(t.Context(), &out, Manifest{
		Made: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), By: "test", Team: chat.Team{ID: "t", Name: "acme"}, Schema: 3,
		Position: chat.Position{Epoch: "e", Offset: 7}, Counts: Counts{People: 2, Rooms: 1, Messages: 7},
	}, sources)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), m
}

// TestRoundTrip: what is read is what was written, and any tar can look into it.
func TestRoundTrip(t *testing.T) {
	archive, wrote := anArchive(t)
	if !IsArchive(bytes.NewReader(archive)) {
		t.Error("it is not taken for an archive")
	}
	dir := t.TempDir()
	read, err := Unpack(t.Context(), bytes.NewReader(archive), dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wrote, read); diff != "" {
		t.Error(diff)
	}
	if want := (Counts{People: 2, Rooms: 1, Messages: 7, Uploads: 3, Bytes: 160_000 + 3 + 2 + 9 + 300_000}); read.Counts != want {
		t.Errorf("it holds %+v, want %+v", read.Counts, want)
	}
	var names []string
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
			if info, err := d.Info(); err == nil && info.Mode().Perm() != 0o600 && os.PathSeparator == '/' {
				t.Errorf("%s is %v", path, info.Mode())
			}
		}
		return err
	})
	want := []string{"hobnob.db", "host.json", "key.pem", upload(""), upload("an upload"), upload("large")}
	slices.Sort(want)
	slices.Sort(names)
	if damaged := read.Damaged(); len(damaged) != 1 || damaged[0].Name != upload("large") {
		t.Errorf("damaged are %v", damaged)
	}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("there are %v, %v", names, err)
	}
}

// TestCut cuts an archive at many places: none is taken for whole.
func TestCut(t *testing.T) {
	archive, _ := anArchive(t)
	last := len(archive) - 1024 // where the tar ends itself, which nobody misses
	for at := 0; at < last; at += 40_961 {
		_, err := Unpack(t.Context(), bytes.NewReader(archive[:at]), t.TempDir())
		if !errors.Is(err, ErrCut) && !(at == 0 && errors.Is(err, ErrForeign)) {
			t.Errorf("cut at %d: %v", at, err)
		}
	}
	if _, err := Unpack(t.Context(), bytes.NewReader(archive[:last-600]), t.TempDir()); !errors.Is(err, ErrCut) {
		t.Errorf("cut in the manifest: %v", err)
	}
}

// TestFlipped flips a byte at many places: every change of a file is noticed.
func TestFlipped(t *testing.T) {
	archive, whole := anArchive(t)
	for at := 0; at < len(archive)-1024; at += 10_007 {
		flipped := bytes.Clone(archive)
		flipped[at] ^= 0x20
		m, err := Unpack(t.Context(), bytes.NewReader(flipped), t.TempDir())
		if err == nil && !cmp.Equal(m.Files, whole.Files) {
			t.Errorf("flipped at %d: taken for whole", at)
		}
		if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrCut) {
			t.Errorf("flipped at %d: %v", at, err)
		}
	}
}

// entry is a file of a tar made by hand.
type entry struct {
	name, text string
	kind       byte
}

func byHand(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Mode: 0o644}
		if e.kind == tar.TypeReg {
			h.Size = int64(len(e.text))
		} else {
			h.Linkname = e.text
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if e.kind == tar.TypeReg {
			if _, err := io.WriteString(w, e.text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// hollow is a tar of one file of a megabyte, of which two bytes are in it (GNU tar's sparse
// format 0.1).
func hollow(t *testing.T, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: 2, PAXRecords: map[string]string{
		"ABC.sparse.size": "1000000", "ABC.sparse.numblocks": "1", "ABC.sparse.map": "0,2", // under names that the writer lets pass
	}})
	if err == nil {
		_, err = io.WriteString(w, "db")
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	archive := bytes.ReplaceAll(out.Bytes(), []byte("ABC.sparse."), []byte("GNU.sparse."))
	if head, err := tar.NewReader(bytes.NewReader(archive)).Next(); err != nil || head.Size != 1_000_000 {
		t.Fatalf("the archive is not sparse: %+v, %v", head, err)
	}
	return archive
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// TestRefused: what is no archive of ours is refused by name, and nothing is written
// outside of the folder.
func TestRefused(t *testing.T) {
	const f = folder
	db := entry{f + Database, "db", tar.TypeReg}
	manifest := func(text string) entry { return entry{f + manifestName, text, tar.TypeReg} }
	for name, c := range map[string]struct {
		bytes []byte
		want  error
		say   string
	}{
		"text":       {bytes: []byte(strings.Repeat("not a tar at all\n", 100)), want: ErrForeign},
		"nothing":    {bytes: nil, want: ErrForeign},
		"other tar":  {bytes: byHand(t, entry{"README", "hi", tar.TypeReg}), want: ErrForeign},
		"path up":    {bytes: byHand(t, db, entry{f + "files/../../evil", "x", tar.TypeReg}), want: ErrDamaged, say: "no place"},
		"path root":  {bytes: byHand(t, db, entry{"/etc/passwd", "x", tar.TypeReg}), want: ErrForeign},
		"backslash":  {bytes: byHand(t, db, entry{f + `files/..\evil`, "x", tar.TypeReg}), want: ErrDamaged, say: "no place"},
		"drive":      {bytes: byHand(t, db, entry{f + `files/C:evil`, "x", tar.TypeReg}), want: ErrDamaged, say: "no place"},
		"name":       {bytes: byHand(t, db, entry{f + "files/ab/notes.txt", "x", tar.TypeReg}), want: ErrDamaged, say: "no place"},
		"link":       {bytes: byHand(t, db, entry{f + "files/ab", "/etc", tar.TypeSymlink}), want: ErrDamaged, say: "no file"},
		"sparse":     {bytes: hollow(t, f+Database), want: ErrDamaged, say: "no file"},
		"twice":      {bytes: byHand(t, db, db), want: ErrDamaged, say: "twice"},
		"large key":  {bytes: byHand(t, db, entry{f + Key, strings.Repeat("x", maxSmall+1), tar.TypeReg}), want: ErrDamaged, say: "too large"},
		"no JSON":    {bytes: byHand(t, db, manifest("{")), want: ErrDamaged, say: "cannot be read"},
		"other JSON": {bytes: byHand(t, db, manifest("{}")), want: ErrForeign},
		"newer":      {bytes: byHand(t, db, manifest(`{"format":"hobnob-backup","version":2}`)), want: ErrNewer},
		"no version": {bytes: byHand(t, db, manifest(`{"format":"hobnob-backup"}`)), want: ErrDamaged},
		"unnamed":    {bytes: byHand(t, db, manifest(`{"format":"hobnob-backup","version":1,"files":[]}`)), want: ErrDamaged, say: "tells of 0"},
		"no key": {bytes: byHand(t, db, manifest(`{"format":"hobnob-backup","version":1,"files":[{"name":"hobnob.db","size":2,`+
			`"sha256":"`+hash("db")+`"}]}`)), want: ErrDamaged, say: "key.pem is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			outer := t.TempDir()
			dir := filepath.Join(outer, "in")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			_, err := Unpack(t.Context(), bytes.NewReader(c.bytes), dir)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.say) {
				t.Errorf("unpack: %v", err)
			}
			if left, err := os.ReadDir(outer); err != nil || len(left) != 1 {
				t.Errorf("beside the folder there are %v, %v", left, err)
			}
		})
	}
}

// TestDeletedMeanwhile: an upload that goes while the archive is made is left out, and
// a database that goes is an error.
func TestDeletedMeanwhile(t *testing.T) {
	dir, sources := aTeam(t)
	if err := os.Remove(filepath.Join(dir, filepath.FromSlash(upload("an upload")))); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	m, err := Write(t.Context(), &out, Manifest{}, sources)
	if err != nil || m.Counts.Uploads != 2 {
		t.Errorf("written: %+v, %v", m.Counts, err)
	}
	if _, err := Unpack(t.Context(), &out, t.TempDir()); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(dir, Database)); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), io.Discard, Manifest{}, sources); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a database: %v", err)
	}
}

// TestStopped: both ways stop when they are told to.
func TestStopped(t *testing.T) {
	_, sources := aTeam(t)
	archive, _ := anArchive(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Write(ctx, io.Discard, Manifest{}, sources); !errors.Is(err, context.Canceled) {
		t.Errorf("write: %v", err)
	}
	if _, err := Unpack(ctx, bytes.NewReader(archive), t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("unpack: %v", err)
	}
}

// FuzzUnpack reads anything: it is refused with a reason or whole, and nothing is
// written outside of the folder.
func FuzzUnpack(f *testing.F) {
	var t testing.T
	db := entry{folder + Database, "db", tar.TypeReg}
	f.Add(byHand(&t, db, entry{folder + upload("x"), "x", tar.TypeReg}, entry{folder + manifestName, "{}", tar.TypeReg}))
	f.Add(byHand(&t, db, entry{folder + "files/../x", "x", tar.TypeReg}))
	f.Add([]byte("hobnob-backup/hobnob.db"))
	f.Fuzz(func(t *testing.T, archive []byte) {
		outer := t.TempDir()
		dir := filepath.Join(outer, "in")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		m, err := Unpack(t.Context(), bytes.NewReader(archive), dir)
		if err == nil && len(m.Files) < 3 {
			t.Errorf("taken for whole: %+v", m)
		}
		if left, err := os.ReadDir(outer); err != nil || len(left) != 1 {
			t.Errorf("beside the folder there are %v, %v", left, err)
		}
	})
}
