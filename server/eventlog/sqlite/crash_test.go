package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

// crashHome tells the child of TestCrash which folder to write to.
const crashHome = "HOBNOB_TEST_CRASH_HOME"

// TestCrash kills a process with signal 9 while it appends as fast as it can,
// several times over one folder: all it was told to be stored is, once, in
// order, and the read model stands where the log does.
func TestCrash(t *testing.T) {
	home := t.TempDir()
	acknowledged := make(map[string]uint64) // ID → offset
	for round := range 4 {
		crash(t, home, round, 200+round*700, acknowledged)
		o := openLog(t, home, nil)
		events := readAll(t, o.Log)
		stored := make(map[string]uint64, len(events))
		for i, e := range events {
			if e.Position.Offset != uint64(i+1) || e.Seq != uint64(i+1) {
				t.Fatalf("event %d is at %v with seq %d", i, e.Position, e.Seq)
			}
			if stored[e.ID] != 0 {
				t.Errorf("%s is stored twice", e.ID)
			}
			stored[e.ID] = e.Position.Offset
		}
		for id, offset := range acknowledged {
			if stored[id] != offset {
				t.Errorf("%s was acknowledged at %d and is stored at %d", id, offset, stored[id])
			}
		}
		if at, err := o.store.Applied(t.Context()); err != nil || at != o.Last() {
			t.Errorf("the read model stands at %v, the log at %v, %v", at, o.Last(), err)
		}
		page, err := o.store.History(t.Context(), chat.HistoryRequest{Limit: 1})
		if err != nil || page.Messages[0].Seq != uint64(len(events)) {
			t.Errorf("the newest message is %+v, %v", page, err)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
		t.Logf("round %d: %d acknowledged in all, %d stored", round, len(acknowledged), len(stored))
	}
}

// crash runs a child until it has acknowledged at least n events, kills it, and
// adds what it acknowledged.
func crash(t *testing.T, home string, round, n int, acknowledged map[string]uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%d:%s", crashHome, round, home))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for seen := 0; ; seen++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line without its end was cut by the kill
		}
		id, offset, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if acknowledged[id], err = strconv.ParseUint(offset, 10, 64); err != nil {
			t.Fatalf("the child said %q", line)
		}
		if seen == n {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || ctx.Err() != nil {
		t.Fatalf("the child ended by itself: %v, %v", err, ctx.Err())
	}
}

// crashChild appends for ever, in the child of TestCrash, and prints what is
// acknowledged. Any failure ends it, which the parent notices.
func crashChild() {
	round, home, ok := strings.Cut(os.Getenv(crashHome), ":")
	if !ok {
		return
	}
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, "crash child:", err)
		os.Exit(0)
	}
	st, err := store.Open(context.Background(), home+"/team.db")
	if err != nil {
		fail(err)
	}
	log, err := sqlite.Open(context.Background(), st.Writer(),
		sqlite.Options{Apply: st.Apply, Deliver: func([]chat.Event) {}, Reader: st.Reader()})
	if err != nil {
		fail(err)
	}
	for n := 0; ; n++ {
		e := event("crash", fmt.Sprintf("r%s-%d", round, n))
		err := log.Append(context.Background(), e, func(e chat.Event, err error) {
			if err != nil {
				fail(err)
			}
			if _, err := fmt.Fprintf(os.Stdout, "%s %d\n", e.ID, e.Position.Offset); err != nil {
				fail(err)
			}
		})
		if err != nil {
			fail(err)
		}
	}
}

// event is a short message of an author.
func event(author, id string) chat.Event {
	return chat.Event{
		Kind: chat.MessageCreated, ID: id, At: 1_700_000_000_000, Room: chat.GeneralRoom,
		Author: chat.User{ID: author, Name: "Some Body", Role: chat.RoleMember},
		Body:   chat.TextBody("this is an ordinary line of chat, neither short nor long"),
	}
}

func readAll(t *testing.T, log *sqlite.Log) (all []chat.Event) {
	t.Helper()
	for {
		page, err := log.Read(t.Context(), uint64(len(all)), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
	}
}
