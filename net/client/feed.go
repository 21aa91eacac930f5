package client

import (
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// feedLimit is how much a slow screen may lag behind, in bytes, before the
	// connection is read more slowly.
	feedLimit = 4 << 20

	// mergeLimit is the most messages that are merged into one Arrived, so that
	// a screen which catches up still draws in between.
	mergeLimit = 512

	// updateWeight is what an update or a message costs beside its text.
	updateWeight = 256
)

// feed is the queue between those who tell updates and the one consumer. push
// never waits, so that Enqueue can be called by the consumer itself; whoever
// tells what the network brought calls wait first.
//
// It is bounded all the same: network updates by wait, and drafts because there
// is at most one update a draft and the outbox is bounded.
type feed struct {
	filled chan struct{} // capacity 1: there is something to take

	mu     sync.Mutex
	list   []chat.Update
	taken  uint64            // how many were taken: the absolute index of list[0]
	drafts map[string]uint64 // absolute index of the update of a draft
	weight int
	space  chan struct{} // nil, or what waits: closed when weight falls below the limit
}

func newFeed() *feed {
	return &feed{
		filled: make(chan struct{}, 1),
		drafts: make(map[string]uint64),
	}
}

// push adds u, or merges it into what the consumer has not taken yet.
func (f *feed) push(u chat.Update) {
	f.mu.Lock()
	if !f.merge(u) {
		if d, ok := u.(chat.DraftChanged); ok {
			f.drafts[d.Draft.ID] = f.taken + uint64(len(f.list))
		}
		f.list = append(f.list, u)
	}
	f.weight += weigh(u)
	f.mu.Unlock()
	select {
	case f.filled <- struct{}{}:
	default:
	}
}

func (f *feed) merge(u chat.Update) bool {
	if d, ok := u.(chat.DraftChanged); ok {
		at, ok := f.drafts[d.Draft.ID]
		if ok {
			old := f.list[at-f.taken]
			f.weight -= weigh(old)
			f.list[at-f.taken] = d
		}
		return ok
	}
	if len(f.list) == 0 {
		return false
	}
	last := len(f.list) - 1
	switch u := u.(type) {
	case chat.Arrived:
		old, ok := f.list[last].(chat.Arrived)
		if !ok || len(old.Messages)+len(u.Messages) > mergeLimit {
			return false
		}
		old.Messages = append(old.Messages, u.Messages...)
		f.list[last] = old
		return true
	case chat.RoomsChanged:
		old, ok := f.list[last].(chat.RoomsChanged)
		if ok {
			f.weight -= weigh(old)
			f.list[last] = u
		}
		return ok
	case chat.Connection:
		old, ok := f.list[last].(chat.Connection)
		if ok {
			f.weight -= weigh(old)
			f.list[last] = u
		}
		return ok
	}
	return false
}

// forget removes the update of a draft that was not taken yet.
func (f *feed) forget(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, ok := f.drafts[id]
	if !ok {
		return
	}
	delete(f.drafts, id)
	f.weight -= weigh(f.list[at-f.taken])
	f.list[at-f.taken] = nil // take skips it
	for last := len(f.list) - 1; last >= 0 && f.list[last] == nil; last-- {
		f.list = f.list[:last]
	}
	f.signalSpace()
}

// take returns the oldest update, if there is one.
func (f *feed) take() (chat.Update, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.list) > 0 {
		u := f.list[0]
		f.list[0] = nil
		f.list = f.list[1:]
		f.taken++
		if u == nil {
			continue
		}
		if d, ok := u.(chat.DraftChanged); ok {
			delete(f.drafts, d.Draft.ID)
		}
		f.weight -= weigh(u)
		f.signalSpace()
		return u, true
	}
	return nil, false
}

func (f *feed) signalSpace() {
	if f.space != nil && f.weight < feedLimit {
		close(f.space)
		f.space = nil
	}
}

// wait blocks while the feed is full. It reports false when stop was closed
// before there was room.
func (f *feed) wait(stop <-chan struct{}) bool {
	for {
		f.mu.Lock()
		if f.weight < feedLimit {
			f.mu.Unlock()
			return true
		}
		if f.space == nil {
			f.space = make(chan struct{})
		}
		space := f.space
		f.mu.Unlock()
		select {
		case <-space:
		case <-stop:
			return false
		}
	}
}

// weigh is the memory an update holds, roughly, in bytes.
func weigh(u chat.Update) int {
	switch u := u.(type) {
	case chat.Arrived:
		return weighMessages(u.Messages)
	case chat.Reloaded:
		return updateWeight + weighMessages(u.Messages)
	case chat.DraftChanged:
		return updateWeight + weighBody(u.Draft.Body)
	case chat.MessageRevised:
		return updateWeight + weighBody(u.Body)
	case chat.RoomsChanged:
		return updateWeight * (1 + len(u.Rooms))
	case chat.Identified:
		return updateWeight * (1 + len(u.Rooms))
	}
	return updateWeight
}

func weighMessages(messages []chat.Message) int {
	n := 0
	for _, m := range messages {
		n += updateWeight + weighBody(m.Body)
	}
	return n
}

func weighBody(b chat.Body) int {
	n := len(b.JSON)
	for _, a := range b.Attachments {
		n += len(a)
	}
	return n
}
