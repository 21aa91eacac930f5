package server

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// gathering is how long after some newcomers others are stored at the earliest: who
// comes alone does not wait, and of a crowd all go together who came meanwhile. Nobody
// sees so short a time, and everybody comes into a team once.
const gathering = 10 * time.Millisecond

// door is where those wait who come into the team, or are called otherwise than before.
// All who do at a time are one transaction of the log: in one of their own each would
// write the same pages anew. Who waits has a name already that nobody else gets.
type door struct {
	log Log // set once, by Attach

	mu     sync.Mutex // before team's
	coming map[string]*newcomer
	taken  map[string][]string // skeleton of a name → IDs of who comes with it
	queue  []*newcomer         // those that are not in the log's
	led    bool                // one of them waits for all
	began  time.Time           // when the last of them went to the log
}

// newcomer is somebody on their way in.
type newcomer struct {
	event chat.Event
	done  func(chat.Event, error)
	in    chan struct{} // closed when they are in, or could not come in
}

// enter makes u, who goes by a name, one of the team as they are now, and waits until
// that is durable.
func (s *Service) enter(ctx context.Context, u chat.User, name string) error {
	d := &s.door
	for {
		d.mu.Lock()
		same := s.takeName(&u, name)
		other := d.coming[u.ID]
		if !same && other == nil {
			break
		}
		d.mu.Unlock()
		if same {
			return nil
		}
		<-other.in // another device of theirs was faster
	}
	look := chat.Skeleton(u.Name)
	n := &newcomer{in: make(chan struct{})}
	d.coming[u.ID] = n
	d.taken[look] = append(d.taken[look], u.ID)
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.coming, u.ID)
		if d.taken[look] = without(d.taken[look], u.ID); len(d.taken[look]) == 0 {
			delete(d.taken, look)
		}
		close(n.in)
	}()
	_, err := s.changeBy(ctx, func(ctx context.Context, e chat.Event, done func(chat.Event, error)) error {
		n.event, n.done = e, done
		d.append(ctx, n)
		return nil
	}, chat.Event{Kind: chat.UserEntered, Author: u})
	if is(err, chat.CodeUnchanged) {
		return nil
	}
	return err
}

// append is Log.Append of a newcomer, together with others. The first of them waits for
// all, also where what it waits for has ended meanwhile.
func (d *door) append(ctx context.Context, n *newcomer) {
	d.mu.Lock()
	d.queue = append(d.queue, n)
	led, pause := d.led, gathering-time.Since(d.began)
	d.led = true
	d.mu.Unlock()
	if led {
		return
	}
	<-time.After(pause)
	d.mu.Lock()
	queue := d.queue
	d.queue, d.led, d.began = nil, false, time.Now()
	d.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	for _, n := range queue {
		if err := d.log.Append(ctx, n.event, n.done); err != nil {
			n.done(n.event, err)
		}
	}
}

// takeName gives who comes in the name that is theirs here, and tells whether they are
// in the team as they are then. The door is locked.
func (s *Service) takeName(u *chat.User, name string) (same bool) {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	u.Name = s.team.nameFor(u.ID, name, s.door.taken)
	p := s.team.people[u.ID]
	return p != nil && p.Name == u.Name && p.Role == u.Role
}

// isSo tells whether who comes in is in the team under the name that they come with.
func (s *Service) isSo(u chat.User, name string) bool {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	p := s.team.people[u.ID]
	if p == nil || !keeps(p.Name, name) {
		return false
	}
	return p.Role == u.Role
}

// others tells whether one of some lists has somebody else than id.
func others(id string, lists ...[]string) bool {
	return slices.ContainsFunc(lists, func(list []string) bool {
		return slices.ContainsFunc(list, func(other string) bool { return other != id })
	})
}
