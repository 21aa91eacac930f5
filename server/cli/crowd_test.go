package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/server/store"
)

// TestServerKilledInACrowd kills the server while a crowd comes in that it never saw:
// whoever's CONNECT was answered is in the team.
func TestServerKilledInACrowd(t *testing.T) {
	program, data, addr := build(t), filepath.Join(t.TempDir(), "data"), freeAddr(t)
	server := serveProcess(t, program, data, addr)
	const crowd, enough = 400, 60
	names, tokens := make(chan string, crowd), make(map[string]string)
	for i := range crowd {
		name := fmt.Sprintf("n%03d", i)
		tokens[name] = mint(t, data, name)
		names <- name
	}
	close(names)
	in := make(chan string, crowd)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for name := range names {
				if !letIn(t, addr, tokens[name]) {
					return // the server was killed
				}
				in <- name
			}
		})
	}
	var told []string
	for len(told) < enough {
		told = append(told, <-in)
	}
	_ = server.Process.Kill()
	_ = server.Wait()
	all.Wait()
	close(in)
	for name := range in {
		told = append(told, name)
	}
	db, err := store.Open(t.Context(), filepath.Join(data, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	people, err := db.People(t.Context())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	for i := range people {
		known[people[i].Name] = true
	}
	for _, name := range told {
		if !known[name] {
			t.Errorf("%s was let in, and is not in the team", name)
		}
	}
	if len(told) == crowd {
		t.Error("all were in before it was killed")
	}
	t.Logf("%d were let in, %d are in the team", len(told), len(people))
}

// letIn connects somebody on the plain lane, and tells whether they were let in.
func letIn(t *testing.T, addr, token string) bool {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+addr+"/socket.io/?EIO=4&transport=websocket", nil)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetReadDeadline(time.Now().Add(crashWait))
	err = conn.WriteMessage(websocket.TextMessage, []byte(`40{"token":"`+token+`"}`))
	for err == nil {
		var packet []byte
		if _, packet, err = conn.ReadMessage(); strings.HasPrefix(string(packet), "40") {
			return true
		}
	}
	return false
}
