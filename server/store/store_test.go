package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestMain(m *testing.M) {
	// Histories have databases of their own, which are slow to make; -rapid.checks
	// asks for more of them.
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

func openStore(tb testing.TB, path string) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { closeStore(tb, s) })
	return s
}

func closeStore(tb testing.TB, s *Store) {
	tb.Helper()
	if err := s.Close(); err != nil {
		tb.Error(err)
	}
}

func newStore(tb testing.TB) *Store {
	tb.Helper()
	return openStore(tb, filepath.Join(tb.TempDir(), "team.db"))
}

// openOld makes a file as a program made it that knew so many versions of the
// schema.
func openOld(tb testing.TB, path string, version int) *sql.DB {
	tb.Helper()
	if err := create(path); err != nil {
		tb.Fatal(err)
	}
	db, err := sql.Open("sqlite", dsn(path, writerCache, toWrite))
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	err = writeAhead(tb.Context(), db)
	for v := range version {
		err = errors.Join(err, step(tb.Context(), db, v, migrations[v]))
	}
	if err != nil {
		tb.Fatal(errors.Join(err, db.Close()))
	}
	return db
}

// TestOpenNew: a new file has the general room and a team, only its owner can
// read it, and it is the same when it is opened again. Its name may have
// characters that mean something in a URI.
func TestOpenNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%41.db")
	s := openStore(t, path)
	rooms, err := s.Rooms(t.Context())
	if err != nil || len(rooms) != 1 || !reflect.DeepEqual(rooms[0], chat.Room{ID: chat.GeneralRoom, Name: "general", Kind: chat.RoomPublic}) {
		t.Errorf("rooms of a new team: %+v, %v", rooms, err)
	}
	team, err := s.Team(t.Context())
	if err != nil || team.ID == "" || team.Name != "" {
		t.Errorf("new team: %+v, %v", team, err)
	}
	if err := s.SetTeamName(t.Context(), "Zoo"); err != nil {
		t.Error(err)
	}
	for _, p := range []string{path, path + "-wal"} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", p, info.Mode())
		}
	}
	closeStore(t, s)
	s = openStore(t, path)
	if again, err := s.Team(t.Context()); err != nil || again != (chat.Team{ID: team.ID, Name: "Zoo"}) {
		t.Errorf("team after reopening: %+v, %v", again, err)
	}
}

// TestDurable: the writer commits to disk and readers cannot write.
func TestDurable(t *testing.T) {
	s := newStore(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "secure_delete": "1",
	} {
		var got string
		if err := s.Writer().QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v", pragma, got, err)
		}
	}
	if _, err := s.Reader().Exec("UPDATE team SET name = 'x'"); err == nil {
		t.Error("a reader wrote")
	}
}

// TestRefused: files that are not for us are refused by type and left as they
// are, to the byte.
func TestRefused(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.db")
	s := openStore(t, whole)
	apply(t, s, talk(1, 50)...)
	closeStore(t, s)
	good, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	garbage := bytes.Clone(good)
	copy(garbage[100:], bytes.Repeat([]byte{0xAA}, 4000))
	for _, c := range []struct {
		name  string
		bytes []byte
		sql   string // run on the file
		want  error
		say   string
	}{
		{name: "text", bytes: []byte(strings.Repeat("not a database\n", 500)), want: ErrDamaged},
		{name: "short", bytes: good[:100], want: ErrDamaged},
		{name: "truncated", bytes: good[:len(good)/2], want: ErrDamaged},
		{name: "first page", bytes: garbage, want: ErrDamaged},
		{name: "newer", bytes: good, sql: "PRAGMA user_version = 99", want: ErrNewer, say: "99"},
		{name: "foreign", sql: "CREATE TABLE recipes (name TEXT)", want: ErrForeign},
		{name: "foreign with our version", bytes: good, sql: "PRAGMA application_id = 7", want: ErrForeign},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "team.db")
			if err := os.WriteFile(path, c.bytes, 0o600); err != nil {
				t.Fatal(err)
			}
			if c.sql != "" {
				run(t, path, c.sql)
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Open(t.Context(), path)
			refused, ok := errors.AsType[*FileError](err)
			if !ok || !errors.Is(err, c.want) || refused.Path != path || !strings.Contains(err.Error(), c.say) {
				t.Errorf("open: %v", err)
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file was changed (%v)", err)
			}
			for _, beside := range []string{"-wal", "-journal", ".v99.backup"} {
				if _, err := os.Stat(path + beside); err == nil {
					t.Errorf("%s was left beside it", beside)
				}
			}
		})
	}
}

// run runs SQL on a file and closes it.
func run(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestOpenErrors: what is wrong with the place is said, not taken for damage.
func TestOpenErrors(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{folder, filepath.Join(folder, "no", "team.db")} {
		_, err := Open(t.Context(), path)
		if err == nil || errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) {
			t.Errorf("open %s: %v", path, err)
		}
	}
}

// TestMigrate: an older file is copied beside itself, whole, and brought up to
// date; a migration that fails leaves it at the version it had, to try again.
func TestMigrate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.db")
	s := openStore(t, path)
	apply(t, s, talk(1, 20)...)
	want := dump(t, s)
	closeStore(t, s)

	failing := errors.New("no")
	second := func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "CREATE TABLE second (x)")
		return err
	}
	broken := func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "CREATE TABLE third (x)"); err != nil {
			return err
		}
		return failing
	}
	if _, err := open(t.Context(), path, append(migrations, second, broken)); !errors.Is(err, failing) {
		t.Fatalf("a migration that fails: %v", err)
	}
	newest := append(migrations, second, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "CREATE TABLE third (x)") // fails if broken's was kept
		return err
	})
	s, err := open(t.Context(), path, newest)
	if err != nil {
		t.Fatal(err)
	}
	if got := dump(t, s); got != want {
		t.Errorf("after the migration:\n%s\nbefore:\n%s", got, want)
	}
	closeStore(t, s)
	if _, err := Open(t.Context(), path); !errors.Is(err, ErrNewer) {
		t.Errorf("a migrated file is opened by the older program: %v", err)
	}

	info, err := os.Stat(BackupPath(path, len(migrations)))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has mode %v", info.Mode())
	}
	s = openStore(t, BackupPath(path, len(migrations)))
	if got := dump(t, s); got != want {
		t.Errorf("the backup has:\n%s\nand not:\n%s", got, want)
	}
	left, err := filepath.Glob(path + "*.part")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// dump is every row of the read model, in order.
func dump(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	dumpTable(t, &b, s.Writer(), "team")
	return b.String() + dumpAll(t, s)
}

func dumpTable(t *testing.T, b *strings.Builder, db *sql.DB, table string) {
	t.Helper()
	rows, err := db.Query("SELECT * FROM " + table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		b.WriteString(table)
		for _, v := range values {
			fmt.Fprintf(b, " %T:%v", *v.(*any), *v.(*any))
		}
		b.WriteByte('\n')
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestRefusedAfterCrash: what a newer program committed just before a crash is
// still in its write-ahead log, and counts.
func TestRefusedAfterCrash(t *testing.T) {
	s := newStore(t)
	if _, err := s.Writer().Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "team.db")
	before := map[string][]byte{}
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(s.path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		before[path+suffix] = data
		if err := os.WriteFile(path+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), path); !errors.Is(err, ErrNewer) {
		t.Errorf("open: %v", err)
	}
	for p, want := range before {
		if got, err := os.ReadFile(p); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s was changed (%v)", p, err)
		}
	}
}
