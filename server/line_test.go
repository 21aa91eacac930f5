package server

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// slowLog is a log that stores when it is told to.
type slowLog struct {
	journal
	queue []slowRequest
}

type slowRequest struct {
	event chat.Event
	may   func() bool
	done  func(chat.Event, error)
}

func (l *slowLog) AppendIf(_ context.Context, e chat.Event, may func() bool, done func(chat.Event, error)) error {
	l.queue = append(l.queue, slowRequest{e, may, done})
	return nil
}

// commit stores a batch of at most n, or fails to.
func (l *slowLog) commit(n int, fails bool) {
	n = min(n, len(l.queue))
	batch := l.queue[:n]
	l.queue = l.queue[n:]
	for _, r := range batch {
		err := error(&chat.Error{Code: chat.CodeUnavailable, Message: "the disk is full"})
		if !fails && (r.may == nil || r.may()) {
			err = nil
			if !slices.ContainsFunc(l.appended, func(e chat.Event) bool { return e.ID == r.event.ID }) {
				l.appended = append(l.appended, r.event)
			}
		}
		r.done(r.event, err)
	}
}

// sender is a client that sends ahead of the answers as hobnob's own does: what could
// not be stored is sent again in its order, each alone.
type sender struct {
	s       *Service
	line    Line
	state   []string // of each draft: "", "sent", "stored"
	putOff  []bool   // it could not be stored once
	wire    []int    // on their way to the server
	answers []func() // on their way back
}

func (c *sender) send() {
	for n, state := range c.state {
		switch {
		case state == "sent" && c.putOff[n]:
			return
		case state == "":
			c.state[n] = "sent"
			c.wire = append(c.wire, n)
			return
		}
	}
}

// arrive has the server read the next one.
func (c *sender) arrive() {
	if len(c.wire) == 0 {
		return
	}
	n := c.wire[0]
	c.wire = c.wire[1:]
	draft := chat.Draft{ID: strconv.Itoa(n), Body: chat.TextBody("x")}
	c.s.PostInLine(context.Background(), &c.line, ada, draft, func(_ chat.Posted, err error) {
		c.answers = append(c.answers, func() {
			c.state[n] = "stored"
			if err != nil {
				c.state[n], c.putOff[n] = "", true
			}
		})
	})
}

func (c *sender) hear() {
	if len(c.answers) > 0 {
		c.answers[0]()
		c.answers = c.answers[1:]
	}
}

// TestLineKeepsOrder: whatever fails and however far ahead a client has sent, its
// drafts are stored in its order, each once.
func TestLineKeepsOrder(t *testing.T) {
	service := newService(t, &journal{})
	rapid.Check(t, func(t *rapid.T) {
		log := &slowLog{}
		service.Attach(log, nobody{})
		drafts := rapid.IntRange(1, 12).Draw(t, "drafts")
		c := &sender{s: service, state: make([]string, drafts), putOff: make([]bool, drafts)}
		t.Repeat(map[string]func(*rapid.T){
			"send":   func(*rapid.T) { c.send() },
			"arrive": func(*rapid.T) { c.arrive() },
			"hear":   func(*rapid.T) { c.hear() },
			"commit": func(t *rapid.T) {
				log.commit(rapid.IntRange(1, 4).Draw(t, "batch"), rapid.Bool().Draw(t, "fails"))
			},
		})
		for range drafts * (drafts + 1) {
			c.send()
			for len(c.wire) > 0 {
				c.arrive()
			}
			log.commit(len(log.queue), false)
			for len(c.answers) > 0 {
				c.hear()
			}
		}
		if len(log.appended) != drafts {
			t.Fatalf("%d of %d drafts are stored", len(log.appended), drafts)
		}
		for i, e := range log.appended {
			if e.ID != strconv.Itoa(i) {
				t.Fatalf("draft %s is stored as number %d", e.ID, i)
			}
		}
	})
}

// TestLineGoesOn: a draft without an ID waits for none, and a line whose stuck draft
// never comes again goes on after a while.
func TestLineGoesOn(t *testing.T) {
	log := &slowLog{}
	service := newService(t, &journal{})
	now := time.Now()
	service.cfg.Now = func() time.Time { return now }
	service.Attach(log, nobody{})
	var line Line
	post := func(id string, fails bool) error {
		var got error
		service.PostInLine(t.Context(), &line, ada, chat.Draft{ID: id, Body: chat.TextBody("x")},
			func(_ chat.Posted, err error) { got = err })
		log.commit(1, fails)
		return got
	}
	for _, tc := range []struct {
		id     string
		after  time.Duration
		fails  bool
		stored bool
	}{
		{id: "1", fails: true},
		{id: "2"},
		{id: "", stored: true},
		{id: "1", fails: true},
		{id: "2"},
		{id: "1", stored: true},
		{id: "2", stored: true},
		{id: "3", fails: true},
		{id: "4", after: stuckTime - 1},
		{id: "4", after: 1, stored: true},
		{id: "3", stored: true},
	} {
		now = now.Add(tc.after)
		if err := post(tc.id, tc.fails); (err == nil) != tc.stored || err != nil && !errors.Is(err, errStuck) {
			t.Errorf("%+v: %v", tc, err)
		}
	}
}
