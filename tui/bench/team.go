//go:build linux

package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	_ "modernc.org/sqlite"
)

const (
	inRoom    = 100_000 // messages of the room that is looked at
	cacheRoom = 10_000  // messages of a room that a client keeps
	rooms     = 100     // rooms in the full cache: a million messages
)

// newest is what the newest message of the room says.
var newest = text(inRoom)

func text(n int) string {
	return fmt.Sprintf("message %d of a length that is usual in a chat, of which some are wrapped and most are not", n)
}

// team is a team on a server of its own, and its host's chat.
type team struct {
	who               string // begins the names of its figures
	dir, hobnob, addr string
	env               []string
	server            *exec.Cmd
}

// newTeam makes a team whose room has the messages that it is measured with.
func newTeam(ctx context.Context, dir, hobnob string) (*team, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &team{dir: dir, hobnob: hobnob, addr: l.Addr().String(), env: []string{"HOME=" + dir, "DBUS_SESSION_BUS_ADDRESS=unix:path=" + filepath.Join(dir, "no-bus")}}
	if err := l.Close(); err != nil {
		return nil, err
	}
	for _, name := range []string{"DATA", "CONFIG", "STATE"} {
		t.env = append(t.env, "XDG_"+name+"_HOME="+filepath.Join(dir, name))
	}
	if err := t.serve(ctx); err != nil { // makes the team and its host
		return nil, err
	}
	if err := t.stop(); err != nil {
		return nil, err
	}
	lines := filepath.Join(dir, "messages.jsonl")
	if err := writeExport(lines); err != nil {
		return nil, err
	}
	cmd := t.command(ctx, "admin", "import", lines, "--data", filepath.Join(dir, "team"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("import: %w: %s", err, out)
	}
	if err := t.serve(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *team) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, t.hobnob, args...) //nolint:gosec // it was built for this
	cmd.Env = append(os.Environ(), t.env...)
	return cmd
}

// serve starts the server and waits until it is ready.
func (t *team) serve(ctx context.Context) error {
	cmd := t.command(ctx, "serve", "--addr", t.addr, "--data", filepath.Join(t.dir, "team"), "--team", "acme", "--rate", "0", "--log-level", "error")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	t.server = cmd
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "ready: ") {
			return nil
		}
	}
	return fmt.Errorf("serve: it is not ready: %w", cmd.Wait())
}

func (t *team) stop() error {
	if t.server == nil {
		return nil
	}
	_ = t.server.Process.Signal(syscall.SIGTERM)
	err := t.server.Wait()
	t.server = nil
	return err
}

// chat opens the chat and waits until the room's newest message is on the screen.
func (t *team) chat(ctx context.Context) (*terminal, error) {
	x, err := start(ctx, t.env, t.hobnob)
	if err != nil {
		return nil, err
	}
	if _, err := x.shows("connected"); err != nil {
		return nil, fmt.Errorf("%w, %w", err, x.close())
	}
	return x, nil
}

// writeExport writes the room as the lines that an import reads.
func writeExport(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	line := json.NewEncoder(w)
	const began = 1_795_860_000_000 // milliseconds
	var users, members []map[string]any
	for _, name := range []string{"ada", "grace", "bob", "yuki"} {
		users = append(users, map[string]any{"type": "user", "id": "bench-" + name, "name": name, "role": "member", "entered": began})
		members = append(members, map[string]any{"id": "bench-" + name, "since": began})
	}
	say := func(v any) {
		if err == nil {
			err = line.Encode(v)
		}
	}
	say(map[string]any{"type": "export", "version": 1, "by": "tui/bench", "at": began, "team": map[string]string{"id": "bench", "name": "acme"}, "position": ""})
	for _, u := range users {
		say(u)
	}
	say(map[string]any{"type": "room", "id": "general", "name": "general", "kind": "public", "created": began, "members": members})
	for n := 1; n <= inRoom; n++ {
		u := users[n/3%len(users)]
		say(map[string]any{
			"type": "message", "id": fmt.Sprintf("01a222cd-0000-7000-8000-%012d", n), "room": "general", "seq": n, "at": began + n*1000,
			"from": map[string]any{"id": u["id"], "name": u["name"], "role": "member"}, "body": text(n),
		})
	}
	say(map[string]any{"type": "end", "users": len(users), "rooms": 1, "messages": inRoom})
	if err == nil {
		err = w.Flush()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// fill fills the client's cache with as many messages as it keeps, of many rooms. Nobody
// may have it open, and it is not to be connected afterwards: the rooms are made up.
func (t *team) fill(ctx context.Context) error {
	found, err := filepath.Glob(filepath.Join(t.dir, "STATE", "hobnob", "*", "cache.db"))
	if err != nil || len(found) != 1 {
		return fmt.Errorf("there is not one cache: %v, %w", found, err)
	}
	db, err := sql.Open("sqlite", found[0])
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // or committed
	const one = `WITH RECURSIVE n(i) AS (SELECT ?2 + 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2 + ?3)
		INSERT OR REPLACE INTO messages (room, seq, thread, counts, message)
		SELECT ?1, i, NULL, 1, CAST(json_object('id', printf('01a222cd-0000-7000-8000-%012d', i), 'room', ?1, 'seq', i,
			'from', json_object('id', 'bench-ada', 'name', 'ada', 'role', 'member'), 'at', 1795860000000 + i * 1000,
			'body', replace(?4, '0', i)) AS BLOB) FROM n`
	if _, err := tx.ExecContext(ctx, "DELETE FROM messages"); err != nil {
		return err
	}
	for room := range rooms {
		name := fmt.Sprintf("room-%03d", room)
		if room == 0 {
			name = "general"
		}
		if _, err := tx.ExecContext(ctx, one, name, inRoom-cacheRoom, cacheRoom, text(0)); err != nil {
			return err
		}
	}
	return tx.Commit()
}
