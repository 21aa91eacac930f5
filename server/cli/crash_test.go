package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

// How hard the crash tests are on the program.
const (
	crashes   = 10
	perSecond = 200
	// crashWait bounds every wait; nothing in these tests takes nearly as long.
	crashWait = 60 * time.Second
)

// children are what the test binary is when it runs as a process to kill.
var children = map[string]func() int{"sender": senderProcess}

// TestServerKilled kills the server at random moments while clients talk, and
// looks for what was acknowledged, in the database and on the clients' screens.
func TestServerKilled(t *testing.T) {
	program, data, addr := build(t), filepath.Join(t.TempDir(), "data"), freeAddr(t)
	server := serveProcess(t, program, data, addr)
	tokens := map[string]string{"ada": mint(t, data, "ada"), "grace": mint(t, data, "grace")}
	people := make(map[string]*person)
	for name, token := range tokens {
		people[name] = newPerson(t, "http://"+addr, token, t.TempDir())
	}
	var talk sync.WaitGroup
	done := make(chan struct{})
	for name, p := range people {
		talk.Go(func() { p.talk(t, name, perSecond/len(tokens), done) })
	}
	for range crashes {
		time.Sleep(time.Duration(200+rand.IntN(500)) * time.Millisecond) // the random moment
		_ = server.Process.Kill()
		_ = server.Wait()
		server = serveProcess(t, program, data, addr)
	}
	close(done)
	talk.Wait()
	var said int
	for _, p := range people {
		p.settled(t)
		said += len(p.said)
	}
	for name, p := range people {
		p.heardAll(t, said)
		t.Logf("%s said %d and heard %d", name, len(p.said), len(p.heard))
	}
	if !slices.Equal(people["ada"].heard, people["grace"].heard) {
		t.Error("the two saw different orders")
	}
	for name, p := range people {
		var own []string
		for _, text := range people["ada"].heard {
			if strings.HasPrefix(text, name+" ") {
				own = append(own, text)
			}
		}
		if !slices.Equal(own, p.said) {
			t.Errorf("of %s: said %d, shown %d: lost, doubled or out of order", name, len(p.said), len(own))
		}
	}
	_ = server.Process.Kill()
	_ = server.Wait()
	inLog, inModel := inDatabase(t, data)
	if !slices.Equal(inLog, people["ada"].heard) || !slices.Equal(inLog, inModel) {
		t.Errorf("shown are %d; the log has %d and the read model %d, or others, or in another order", len(people["ada"].heard), len(inLog), len(inModel))
	}
	t.Logf("%d are in the database", len(inLog))
}

// inDatabase is what is in a folder that nobody serves: the texts of the log, and
// those of the read model, in their order.
func inDatabase(t *testing.T, data string) (inLog, inModel []string) {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(data, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	events, err := sqlite.Open(t.Context(), db.Writer(), sqlite.Options{Apply: db.Apply, Deliver: func([]chat.Event) {}, Reader: db.Reader()})
	if err != nil {
		t.Fatal(errors.Join(err, db.Close()))
	}
	for after := uint64(0); ; {
		batch, err := events.Read(t.Context(), after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(batch) == 0 {
			break
		}
		after = batch[len(batch)-1].Position.Offset
		for i := range batch {
			if batch[i].Kind == chat.MessageCreated {
				m := batch[i].Message()
				text, _ := m.Text()
				inLog = append(inLog, text)
			}
		}
	}
	var seqs []uint64
	for page := (chat.History{More: true}); page.More; {
		request := chat.HistoryRequest{Room: chat.GeneralRoom, Limit: chat.MaxHistory}
		if len(seqs) > 0 {
			request.Before = seqs[len(seqs)-1]
		}
		if page, err = db.History(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		for _, m := range slices.Backward(page.Messages) {
			text, _ := m.Text()
			inModel, seqs = append(inModel, text), append(seqs, m.Seq)
		}
	}
	slices.Reverse(inModel)
	for i, seq := range seqs {
		if want := uint64(len(seqs) - i); seq != want {
			t.Fatalf("number %d is in the place of %d", seq, want)
		}
	}
	if err := errors.Join(events.Close(), db.Close()); err != nil {
		t.Error(err)
	}
	return inLog, inModel
}

// TestClientKilled kills a client at random moments while it talks: whatever it
// had taken is posted once, in order.
func TestClientKilled(t *testing.T) {
	h := run(t, unlimited(defaults(t)))
	watch := newPerson(t, h.url, mint(t, h.config.data, "watch"), t.TempDir())
	state := t.TempDir()
	var kept []string
	for i := range crashes {
		kept = append(kept, killedSender(t, h.url, mint(t, h.config.data, "ada"), state, i)...)
	}
	// One that is left alone delivers what the others left behind.
	last := newPerson(t, h.url, mint(t, h.config.data, "ada"), state)
	last.settled(t)
	watch.heardAtLeast(t, kept)
	if extra := len(watch.heard) - len(kept); extra < 0 || extra > crashes {
		t.Errorf("heard %d of %d that were kept", len(watch.heard), len(kept))
	}
	seen := make(map[string]int)
	for _, text := range watch.heard {
		seen[text]++
	}
	for text, n := range seen {
		if n != 1 {
			t.Errorf("%q was posted %d times", text, n)
		}
	}
	// In order: what was kept is a subsequence of what was heard.
	rest := watch.heard
	for _, text := range kept {
		i := slices.Index(rest, text)
		if i < 0 {
			t.Fatalf("%q is out of order", text)
		}
		rest = rest[i+1:]
	}
	t.Logf("%d kept by killed clients, %d posted", len(kept), len(watch.heard))
}

func unlimited(c config) config {
	c.rate.PerSecond = 0
	return c
}

// serveProcess starts the program as a host does, and waits for its ready line.
func serveProcess(t *testing.T, program, data, addr string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, "serve", "--addr", addr, "--data", data, "--rate", "0", "--log-level", "error")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ready: ") {
		t.Fatalf("serve said %q (%v)\n%s", line, err, errs.String())
	}
	return cmd
}

// person is a client with somebody reading its screen.
type person struct {
	*client.Client
	said []string

	mu      sync.Mutex
	changed *sync.Cond
	heard   []string
	open    map[string]bool // drafts not yet sent
}

func newPerson(t *testing.T, server, token, state string) *person {
	t.Helper()
	p := &person{open: make(map[string]bool)}
	p.changed = sync.NewCond(&p.mu)
	c, err := client.Open(t.Context(), client.Config{
		Server: server, Dir: state, Name: "test",
		Token: func(context.Context) (string, error) { return token, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Client = c
	var work sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	work.Go(func() {
		if err := c.Run(ctx); err != nil && !errors.Is(err, client.ErrClosed) {
			t.Errorf("run: %v", err)
		}
	})
	work.Go(func() {
		for u := range c.Updates() {
			p.see(u)
		}
	})
	t.Cleanup(func() {
		cancel()
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		work.Wait()
	})
	return p
}

// see is the screen: what an update changes on it.
func (p *person) see(u chat.Update) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch u := u.(type) {
	case chat.Reloaded:
		p.heard = p.heard[:0]
		p.hear(u.Messages)
	case chat.Arrived:
		p.hear(u.Messages)
	case chat.DraftChanged:
		p.open[u.Draft.ID] = u.State != chat.DraftSent
	}
	p.changed.Broadcast()
}

func (p *person) hear(messages []chat.Message) {
	for _, m := range messages {
		text, _ := m.Text()
		p.heard = append(p.heard, text)
	}
}

// talk says numbered things at a rate until done.
func (p *person) talk(t *testing.T, name string, rate int, done <-chan struct{}) {
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		text := fmt.Sprintf("%s %d", name, n)
		if err := p.Enqueue(chat.Draft{Body: chat.TextBody(text)}); err != nil {
			t.Errorf("enqueue: %v", err)
			return
		}
		p.said = append(p.said, text)
	}
}

// until waits for the screen to show something.
func (p *person) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.AfterFunc(crashWait, p.changed.Broadcast)
	defer deadline.Stop()
	begun := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for !holds() {
		if time.Since(begun) >= crashWait {
			t.Fatalf("after %v: %s; heard %d", crashWait, what, len(p.heard))
		}
		p.changed.Wait()
	}
}

// settled waits until everything that was said is acknowledged.
func (p *person) settled(t *testing.T) {
	t.Helper()
	p.until(t, "drafts are not sent", func() bool {
		if len(p.open) < len(p.said) {
			return false
		}
		for _, open := range p.open {
			if open {
				return false
			}
		}
		return true
	})
}

func (p *person) heardAll(t *testing.T, n int) {
	t.Helper()
	p.until(t, fmt.Sprintf("not all %d were heard", n), func() bool { return len(p.heard) >= n })
}

func (p *person) heardAtLeast(t *testing.T, texts []string) {
	t.Helper()
	p.until(t, "what was kept was not heard", func() bool {
		seen := make(map[string]bool, len(p.heard))
		for _, text := range p.heard {
			seen[text] = true
		}
		return !slices.ContainsFunc(texts, func(text string) bool { return !seen[text] })
	})
}

// killedSender runs a client in a process of its own, kills it, and returns what
// it had said that it kept.
func killedSender(t *testing.T, server, token, state string, run int) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "HOBNOB_TEST_CHILD=sender", "SENDER_SERVER="+server, "SENDER_TOKEN="+token,
		"SENDER_STATE="+state, "SENDER_RUN="+strconv.Itoa(run))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var kept []string
	limit := 20 + rand.IntN(100) // the random moment, in messages
	for lines.Scan() {
		kept = append(kept, lines.Text())
		if len(kept) == limit {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	if len(kept) < limit {
		t.Fatalf("the sender ended by itself after %d", len(kept))
	}
	return kept
}

// senderProcess says numbered things and prints each once it is kept, until it
// is killed.
func senderProcess() int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "sender:", err)
		return 1
	}
	ctx, cancel := context.WithTimeout(context.Background(), crashWait)
	defer cancel()
	c, err := client.Open(ctx, client.Config{
		Server: os.Getenv("SENDER_SERVER"), Dir: os.Getenv("SENDER_STATE"), Name: "test",
		Token: func(context.Context) (string, error) { return os.Getenv("SENDER_TOKEN"), nil },
	})
	if err != nil {
		return fail(err)
	}
	go func() { _ = c.Run(ctx) }()
	go func() {
		for range c.Updates() {
		}
	}()
	for n := 1; ctx.Err() == nil; n++ {
		text := fmt.Sprintf("ada %s.%d", os.Getenv("SENDER_RUN"), n)
		if err := errors.Join(c.Enqueue(chat.Draft{Body: chat.TextBody(text)}), c.Kept(ctx)); err != nil && ctx.Err() == nil {
			return fail(err)
		}
		fmt.Println(text)
		time.Sleep(time.Second / perSecond)
	}
	return 0
}
