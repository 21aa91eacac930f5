package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// place is one for a data folder, whose room can be taken and given back.
type place struct {
	data       string
	take, give func(*host)
	files      bool // there is no room for files, either
}

// smallDisk is a file system of its own, which a file fills.
func smallDisk(t *testing.T) place {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if err := exec.CommandContext(context.Background(), "umount", dir).Run(); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	return place{
		data: filepath.Join(dir, "data"), files: true,
		take: func(*host) {
			f, err := os.Create(filler)
			if err != nil {
				t.Fatal(err)
			}
			for err == nil {
				_, err = f.Write(make([]byte, 4096))
			}
			if closed := f.Close(); !errors.Is(err, syscall.ENOSPC) || closed != nil {
				t.Fatal(err, closed)
			}
		},
		give: func(*host) {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// smallFile is a database that SQLite may not let grow.
func smallFile(t *testing.T) place {
	t.Helper()
	limit := func(h *host, pages int) {
		if _, err := h.health.db.Writer().ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	return place{
		data: filepath.Join(t.TempDir(), "data"),
		take: func(h *host) { limit(h, 1) }, // as large as it is
		give: func(h *host) { limit(h, 1<<30) },
	}
}

// TestDiskFull takes the room from a server that people talk on: what they say then is
// refused and they are told so, nothing that was acknowledged is lost, what is there
// can be read, the server says that it is not ready and why; and when there is room
// again all goes on without a restart.
func TestDiskFull(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T) place{"small disk": smallDisk, "small file": smallFile} {
		t.Run(name, func(t *testing.T) {
			in := prepare(t)
			c := unlimited(defaults(t))
			c.data, c.metricsAddr = in.data, freeAddr(t)
			h, err := start(t.Context(), c, "test", io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			ended := false
			defer func() {
				if !ended {
					_ = h.close(context.Background())
				}
			}()
			said := sayUntilFull(t, h, in)
			ended = true
			if err := h.close(context.Background()); err != nil {
				t.Error(err)
			}
			var kept []string
			for _, m := range messagesAt(t, in.data) {
				text, _ := m.Text()
				kept = append(kept, text)
			}
			if !slices.Equal(kept, said) {
				t.Errorf("%d messages were acknowledged and %d are there", len(said), len(kept))
			}
		})
	}
}

// refusedUpload sends a file that there is no room for.
func refusedUpload(t *testing.T, h *host) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, h.url+"/api/uploads/big?name=big", bytes.NewReader(make([]byte, 1<<20)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+mint(t, h.config.data, "ada"))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(said, []byte("the server's disk is full; nothing ")) {
		t.Errorf("an upload to a full disk: %d, %s, %v", answer.StatusCode, said, err)
	}
}

// sayUntilFull says things before, while and after there is no room, and returns what
// was acknowledged.
func sayUntilFull(t *testing.T, h *host, in place) (said []string) {
	t.Helper()
	watch := "http://" + h.config.metricsAddr
	ada := connect(t, h.url, mint(t, h.config.data, "ada"))
	say := func(what string) *chat.Error {
		text := what + strings.Repeat(".", 3000)
		got := ada.ask("message", text)
		if got.OK {
			said = append(said, text)
		}
		return got.Error
	}
	for i := range 20 {
		if err := say(fmt.Sprint("before ", i)); err != nil {
			t.Fatal(err)
		}
	}
	grace := newPerson(t, h.url, mint(t, h.config.data, "grace"), t.TempDir())
	grace.heardAll(t, 20)
	awaitAnswer(t, watch+"/readyz", 200, `"ok"`)

	in.take(h)
	refused := 0
	for i := 0; refused < 3; i++ {
		if err := say(fmt.Sprint("full ", i)); errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) {
			if !strings.HasPrefix(err.Message, "the server's disk is full; nothing was stored") {
				t.Errorf("it is said that %s", err)
			}
			refused++
		} else if err != nil || i > 3000 {
			t.Fatalf("message %d on a full disk: %v", i, err)
		}
	}
	if page := ada.must("history", map[string]any{"limit": 200}); len(page.Messages) < 20 {
		t.Errorf("%d messages can be read on a full disk", len(page.Messages))
	}
	awaitAnswer(t, watch+"/readyz", 503, `"reason":"disk_full"`)
	awaitAnswer(t, watch+"/healthz", 200, `"ok"`)
	awaitAnswer(t, watch+"/metrics", 200, "\nhobnob_ready 0\n")
	if err := grace.Enqueue(chat.Draft{Body: chat.TextBody("grace waits")}); err != nil {
		t.Fatal(err)
	}

	if in.files { // for what is small a file that may not grow has room
		strangers(t, h)
		refusedUpload(t, h)
	}

	in.give(h)
	awaitAnswer(t, watch+"/readyz", 200, `"ok"`)
	grace.until(t, "what waited was not sent", func() bool { return slices.Contains(grace.heard, "grace waits") })
	said = append(said, "grace waits")
	if err := say("after"); err != nil {
		t.Errorf("with room again: %v", err)
	}
	awaitAnswer(t, watch+"/metrics", 200, fmt.Sprintf("\nhobnob_messages_total %d\n", len(said)))
	grace.until(t, "not all was heard", func() bool { return slices.Equal(grace.heard, said) })
	// ada heard all of them, and grace those after the twenty that she read.
	awaitAnswer(t, watch+"/metrics", 200, fmt.Sprintf("\nhobnob_deliveries_total %d\n", 2*len(said)-20))
	awaitAnswer(t, watch+"/metrics", 200, "\nhobnob_sockets 2\n")
	return said
}

// strangers come while there is no room to store them: they hear, and are told why they
// say nothing.
func strangers(t *testing.T, h *host) {
	t.Helper()
	var list []*asker
	for i := range 5 {
		list = append(list, overhear(t, h.url, mint(t, h.config.data, fmt.Sprint("stranger", i))))
	}
	for i, a := range list {
		for _, got := range []answer{a.ask("message", "hi"), a.ask("hello", map[string]any{"protocol": 1})} {
			if got.Error == nil || got.Error.Code != chat.CodeUnavailable || !strings.HasPrefix(got.Error.Message, "the server's disk is full; nothing was stored") {
				t.Errorf("stranger %d is told %+v", i, got)
			}
		}
		if err := a.conn.Close(); err != nil {
			t.Error(err)
		}
	}
}
