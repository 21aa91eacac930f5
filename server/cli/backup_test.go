package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/backup"
	"github.com/hobnob-chat/hobnob/server/store"
)

// say posts texts, each after the last was acknowledged.
func (p *person) say(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := p.Enqueue(chat.Draft{Body: chat.TextBody(text)}); err != nil {
			t.Fatal(err)
		}
		p.said = append(p.said, text)
	}
	p.settled(t)
}

// shows waits until the screen has exactly these texts.
func (p *person) shows(t *testing.T, texts ...string) {
	t.Helper()
	p.until(t, fmt.Sprintf("the screen does not show %q", texts), func() bool { return slices.Equal(p.heard, texts) })
}

func archiveOf(t *testing.T, data string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "team.tar")
	if _, err := backUp(t.Context(), data, "test", file, nil); err != nil {
		t.Fatal(err)
	}
	return file
}

func restoreFile(t *testing.T, data, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var said bytes.Buffer
	if err := restoreTo(t.Context(), data, f, &said); err != nil {
		t.Fatal(err)
	}
	return said.String()
}

// TestRestoredTeamIsNoticed puts a team back behind what its clients have seen: they
// show what it was, and what comes now is neither doubled nor missing.
func TestRestoredTeamIsNoticed(t *testing.T) {
	c := unlimited(defaults(t))
	c.addr = freeAddr(t)
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ada := newPerson(t, h.url, mint(t, c.data, "ada"), t.TempDir())
	grace := newPerson(t, h.url, mint(t, c.data, "grace"), t.TempDir())
	ada.say(t, "one", "two")
	grace.say(t, "three")
	file := archiveOf(t, c.data) // while it is served
	ada.say(t, "four", "five")
	for _, p := range []*person{ada, grace} {
		p.shows(t, "one", "two", "three", "four", "five")
	}
	epoch := lastIn(t, c.data).Epoch
	if err := h.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	said := restoreFile(t, c.data, file)
	if !strings.Contains(said, "restored ") || !strings.Contains(said, "3 messages") || !strings.Contains(said, asidePrefix) {
		t.Errorf("restore said %q", said)
	}
	h = run(t, c)
	if at := lastIn(t, c.data); at.Offset == 0 || at.Epoch == epoch {
		t.Errorf("the log stands at %v, and was of epoch %s before", at, epoch)
	}
	for _, p := range []*person{ada, grace} {
		p.shows(t, "one", "two", "three")
	}
	grace.say(t, "other four")
	ada.say(t, "other five", "other six")
	for _, p := range []*person{ada, grace} {
		p.shows(t, "one", "two", "three", "other four", "other five", "other six")
	}
	// Somebody who was away all the while, and somebody new.
	newPerson(t, h.url, mint(t, c.data, "bob"), t.TempDir()).shows(t, "one", "two", "three", "other four", "other five", "other six")
}

// TestBackupWhilePeopleTalk makes backups of a team under load: each is whole, has what
// was acknowledged before it was begun, and is one moment of the log.
func TestBackupWhilePeopleTalk(t *testing.T) {
	c := unlimited(defaults(t))
	h := run(t, c)
	ada := newPerson(t, h.url, mint(t, c.data, "ada"), t.TempDir())
	done := make(chan struct{})
	var talk sync.WaitGroup
	talk.Go(func() { ada.talk(t, "ada", 400, done) })
	for range 3 {
		ada.mu.Lock()
		before := len(ada.heard)
		ada.mu.Unlock()
		file := archiveOf(t, c.data)
		data := filepath.Join(t.TempDir(), "restored")
		restoreFile(t, data, file)
		var texts []string
		for _, m := range messagesAt(t, data) {
			text, _ := m.Text()
			texts = append(texts, text)
		}
		if len(texts) < before {
			t.Errorf("%d messages are in the backup, %d were heard before it", len(texts), before)
		}
		for i, text := range texts {
			if want := fmt.Sprintf("ada %d", i+1); text != want {
				t.Fatalf("message %d is %q, want %q", i, text, want)
			}
		}
		ada.heardAll(t, len(texts)+20)
	}
	close(done)
	talk.Wait()
}

// TestDeletedIsInNoBackup says things and takes them away again: their texts, those they
// had before they were edited among them, are nowhere in a backup that is made later.
func TestDeletedIsInNoBackup(t *testing.T) {
	h := run(t, unlimited(defaults(t)))
	ada := connect(t, h.url, mint(t, h.config.data, "ada"))
	secret := func(n, what int) string { return fmt.Sprintf("secret-%d-%d-%s", n, what, strings.Repeat("pad", 200)) }
	const n = 40
	for i := range n {
		seq := ada.must("message", secret(i, 1)).Seq
		ada.must("message", fmt.Sprintf("kept-%d", i))
		ada.must("message:edit", secret(i, 2), map[string]any{"seq": seq})
		if i%2 == 0 {
			ada.must("message:edit", secret(i, 3), map[string]any{"seq": seq})
		}
	}
	archive, err := os.ReadFile(archiveOf(t, h.config.data))
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"secret-0-1-", "secret-0-2-", "secret-0-3-", "kept-0"} {
		if !bytes.Contains(archive, []byte(what)) {
			t.Fatalf("%s is not in a backup from before: this test cannot find it", what)
		}
	}
	for i := range n {
		ada.must("message:delete", map[string]any{"seq": 2*i + 1})
	}
	archive, err = os.ReadFile(archiveOf(t, h.config.data))
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(archive, []byte("secret-")); at >= 0 || !bytes.Contains(archive, []byte("kept-0")) {
		t.Errorf("of what was deleted there is %q", archive[at:at+60])
	}
}

// TestBackupHasFiles: what people uploaded goes into a backup and comes back; what was
// deleted, or is not yet whole, does not; what is missing or damaged is told.
func TestBackupHasFiles(t *testing.T) {
	c := again(t)
	hashed := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(c.data, uploadsFolder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	at := func(text string) string { return hashed(text)[:2] + "/" + hashed(text) }
	put(at("a picture"), "a picture")
	put(at("deleted"), "deleted")
	put(at("large"), "not what it was")
	put("parts/7", "half")
	err := inTeam(t.Context(), c.data, func(team *store.Store) error {
		_, err := team.Writer().ExecContext(t.Context(), `CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, hash BLOB NOT NULL, name TEXT NOT NULL,
			type TEXT NOT NULL, size INTEGER NOT NULL, room TEXT NOT NULL, by_id TEXT NOT NULL, at INTEGER NOT NULL, due INTEGER)`)
		for n, text := range []string{"a picture", "deleted", "large", "lost"} {
			var due any
			if text == "deleted" {
				due = 0
			}
			if err == nil {
				sum := sha256.Sum256([]byte(text))
				_, err = team.Writer().ExecContext(t.Context(), "INSERT INTO files (id, hash, name, type, size, room, by_id, at, due) VALUES (?, ?, '', '', 0, '', '', 0, ?)",
					n, sum[:], due)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "team.tar")
	m, err := backUp(t.Context(), c.data, "test", file, nil)
	if err != nil || m.Counts.Uploads != 2 {
		t.Fatalf("%+v, %v", m.Counts, err)
	}
	var said bytes.Buffer
	complain(&said, m)
	if want := "the content of a file is not there: " + hashed("lost") + "\nthe content of a file is damaged: files/" + at("large") + "\n"; said.String() != want {
		t.Errorf("said %q, want %q", &said, want)
	}
	restoreFile(t, c.data, file)
	back, err := os.ReadFile(filepath.Join(c.data, uploadsFolder, at("a picture")))
	if err != nil || string(back) != "a picture" {
		t.Errorf("restored: %q, %v", back, err)
	}
	if names := dirNames(t, filepath.Join(c.data, uploadsFolder)); len(names) != 2 {
		t.Errorf("restored are %v", names)
	}
}

// TestBackupFile: what it may replace, who may read it, and that it leaves nothing else.
func TestBackupFile(t *testing.T) {
	c := again(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "team.tar")
	for range 2 { // a backup takes the place of the one before
		if _, err := backUp(t.Context(), c.data, "test", file, nil); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(file)
	if err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v, %v", info, err)
	}
	notes := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(notes, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{notes, dir, filepath.Join(dir, "no", "team.tar")} {
		if _, err := backUp(t.Context(), c.data, "test", name, nil); exit.CodeOf(err) != exit.Usage && exit.CodeOf(err) != exit.Storage {
			t.Errorf("backup to %s: %v", name, err)
		}
	}
	var out bytes.Buffer
	if _, err := backUp(t.Context(), c.data, "test", dash, &out); err != nil || !backup.IsArchive(&out) {
		t.Errorf("backup to stdout: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := backUp(ctx, c.data, "test", file, nil); err == nil {
		t.Error("a backup that was stopped is there")
	}
	for dir, want := range map[string]int{dir: 2, c.data: len(dirNames(t, again(t).data))} {
		if got := dirNames(t, dir); len(got) != want {
			t.Errorf("in %s there are %v", dir, got)
		}
	}
}

func dirNames(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestRestoreRefuses: a folder in use, and backups that are not whole, change nothing.
func TestRestoreRefuses(t *testing.T) {
	h := run(t, defaults(t))
	if err := h.folder.announce(h.url); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(archiveOf(t, h.config.data))
	if err != nil {
		t.Fatal(err)
	}
	err = restoreTo(t.Context(), h.config.data, bytes.NewReader(good), io.Discard)
	if exit.CodeOf(err) != exit.InUse || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("restore of a team that is served: %v", err)
	}
	c := again(t)
	before := dirNames(t, c.data)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/3] ^= 1
	for name, bad := range map[string][]byte{"cut": good[:len(good)/2], "flipped": flipped, "nothing": nil, "text": []byte("hello"), "gzip": []byte("\x1f\x8b\x08")} {
		for _, data := range []string{c.data, filepath.Join(t.TempDir(), "new")} {
			if err := restoreTo(t.Context(), data, bytes.NewReader(bad), io.Discard); exit.CodeOf(err) != exit.Storage {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := os.Stat(data); data != c.data && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: the folder was made (%v)", name, err)
			}
		}
	}
	if after := dirNames(t, c.data); !slices.Equal(before, after) {
		t.Errorf("the folder had %v and has %v", before, after)
	}
}

// TestRestoreFails makes the last step of a restore fail: everything is as it was. One
// that was interrupted is told so, and done again with nothing lost.
func TestRestoreFails(t *testing.T) {
	c := again(t)
	home, err := lockFolder(t.Context(), c.data)
	if err != nil {
		t.Fatal(err)
	}
	before := dirNames(t, c.data)
	stage := home.file(stageFolder)
	for _, name := range []string{databaseFile, lockFile} { // a folder takes no file's place
		if err := os.MkdirAll(filepath.Join(stage, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := swap(home); err == nil {
		t.Error("a folder took the place of the lock")
	}
	if err := errors.Join(os.RemoveAll(stage), home.close()); err != nil {
		t.Fatal(err)
	}
	if after := dirNames(t, c.data); !slices.Equal(before, after) {
		t.Errorf("the folder had %v and has %v", before, after)
	}

	file := archiveOf(t, c.data)
	if err := writeJSON(filepath.Join(c.data, restoringFile), "interrupted"); err != nil {
		t.Fatal(err)
	}
	if _, err := start(t.Context(), c, "test", io.Discard); exit.CodeOf(err) != exit.Storage || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("serve after an interrupted restore: %v", err)
	}
	if _, err := ownIssuer(c.data); exit.CodeOf(err) != exit.Storage {
		t.Errorf("another command after an interrupted restore: %v", err)
	}
	for range 2 {
		restoreFile(t, c.data, file)
	}
	run(t, c)
	asides, err := filepath.Glob(filepath.Join(c.data, asidePrefix+"*", databaseFile))
	if err != nil || len(asides) != 2 {
		t.Errorf("put aside: %v, %v", asides, err)
	}
}
