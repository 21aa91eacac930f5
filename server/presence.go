package server

import (
	"context"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// absentAfter is how long somebody whose last device has gone is still shown as
	// they were: a connection that comes back at once was never noticed to be away.
	absentAfter = 15 * time.Second

	// maxPresence is how many people may be connected for their presence to be told
	// to each other as it changes. In a larger team each change would be thousands
	// of writes that nobody reads; there members tells it who asks.
	maxPresence = 500

	// untilLook is how often it is looked whether a time has come that somebody gave. A timer alone
	// stands still while the machine sleeps, and would end it by as much later.
	untilLook = time.Minute
)

// presences knows who can be reached just now. A device holds its person's presence
// for as long as its session lives, which its heartbeat decides; so nothing here
// outlives a connection that died, but what somebody said of themselves: that they are
// away, or not to be disturbed, holds until they say otherwise, until the time they gave, or
// the server ends. It is safe from any goroutine.
type presences struct {
	now  func() time.Time
	tell func(chat.PresenceTold) // may be nil

	// telling is held from before a change until it was told: of two changes the later
	// one is told last. It is taken before mu, which is not held while anything is told.
	telling sync.Mutex

	mu     sync.Mutex
	people map[string]*present
	said   map[string]chat.Presence // of who is not connected: what they said of themselves
}

// present is one person.
type present struct {
	devices map[any]chat.PresenceState // session → Active or Idle
	said    chat.PresenceState         // Away or DoNotDisturb, "" for neither
	text    string
	until   chat.Millis // when said ends by itself, 0 for never
	told    chat.Presence
	leaving *time.Timer // after the last device
	ending  *time.Timer // of said, at until or the next look before it; nil for none
}

func newPresences(now func() time.Time) *presences {
	return &presences{now: now, people: make(map[string]*present), said: make(map[string]chat.Presence)}
}

// state is how somebody is to be shown.
func (p *present) state() chat.PresenceState {
	if p.said != "" {
		return p.said
	}
	for _, s := range p.devices {
		if s == chat.Active {
			return chat.Active
		}
	}
	return chat.Idle
}

// arrive begins the lease of a device.
func (p *presences) arrive(user string, device any) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	who := p.people[user]
	if who == nil {
		kept := p.said[user]
		delete(p.said, user)
		who = &present{devices: make(map[any]chat.PresenceState, 1)}
		p.people[user] = who
		if kept.Until == 0 || kept.Until.Time().After(p.now()) {
			p.says(user, who, kept)
		}
	}
	if who.leaving != nil {
		who.leaving.Stop()
		who.leaving = nil
	}
	who.devices[device] = chat.Active
	p.changed(user, who)
}

// depart ends it. Who has no other device is absent after a while.
func (p *presences) depart(user string, device any) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	who := p.people[user]
	if who == nil {
		p.mu.Unlock()
		return
	}
	delete(who.devices, device)
	if len(who.devices) == 0 && who.leaving == nil {
		who.leaving = time.AfterFunc(absentAfter, func() { p.gone(user, who) })
		p.mu.Unlock()
		return
	}
	p.changed(user, who)
}

// gone forgets somebody, unless they came back while the timer fired.
func (p *presences) gone(user string, who *present) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	if p.people[user] != who || len(who.devices) > 0 {
		p.mu.Unlock()
		return
	}
	delete(p.people, user)
	if who.ending != nil {
		who.ending.Stop()
	}
	if who.said != "" || who.text != "" {
		p.said[user] = chat.Presence{State: who.said, Text: who.text, Until: who.until}
	}
	p.notify(user, chat.Presence{State: chat.Absent, Since: chat.ToMillis(p.now())})
}

// set takes what a device, or its person, says.
func (p *presences) set(user string, device any, r chat.PresenceRequest) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	who := p.people[user]
	if who == nil || who.devices[device] == "" {
		p.mu.Unlock()
		return
	}
	switch r.State {
	case chat.Away, chat.DoNotDisturb:
		p.says(user, who, chat.Presence{State: r.State, Text: r.Text, Until: r.Until})
	default:
		who.devices[device] = r.State
		if !r.Auto {
			p.says(user, who, chat.Presence{Text: r.Text})
		}
	}
	p.changed(user, who)
}

// says takes what somebody says of themselves, in place of what they said before. It is called
// with mu held.
func (p *presences) says(user string, who *present, said chat.Presence) {
	if who.ending != nil {
		who.ending.Stop()
		who.ending = nil
	}
	who.said, who.text, who.until = said.State, said.Text, said.Until
	if said.Until != 0 {
		p.awaits(user, who)
	}
}

// awaits looks at the end of what somebody said, when it comes by the clock and before. It is called
// with mu held.
func (p *presences) awaits(user string, who *present) {
	if who.ending != nil {
		who.ending.Stop()
	}
	until := who.until
	who.ending = time.AfterFunc(min(until.Time().Sub(p.now()), untilLook), func() { p.ended(user, who, until) })
}

// ended takes away what somebody said of themselves until now, unless that is to come yet or they
// said something else while the timer fired.
func (p *presences) ended(user string, who *present, until chat.Millis) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	if p.people[user] != who || who.until != until {
		p.mu.Unlock()
		return
	}
	if until.Time().After(p.now()) {
		p.awaits(user, who)
		p.mu.Unlock()
		return
	}
	p.says(user, who, chat.Presence{})
	p.changed(user, who)
}

// changed tells how somebody is shown now, if that is another way than before. It
// is called with mu held, and gives it back.
func (p *presences) changed(user string, who *present) {
	now := chat.Presence{State: who.state(), Text: who.text, Since: who.told.Since, Until: who.until}
	if now == who.told {
		p.mu.Unlock()
		return
	}
	now.Since = chat.ToMillis(p.now())
	who.told = now
	p.notify(user, now)
}

// notify is called with mu held, and gives it back: whoever is told may look again.
func (p *presences) notify(user string, now chat.Presence) {
	many := len(p.people) > maxPresence
	p.mu.Unlock()
	if p.tell != nil && !many {
		p.tell(chat.PresenceTold{User: user, Presence: now})
	}
}

// many tells whether more people are connected than are told of each other.
func (p *presences) many() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.people) > maxPresence
}

// of is how somebody is shown.
func (p *presences) of(user string) chat.Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	if who := p.people[user]; who != nil {
		return who.told
	}
	return chat.Presence{State: chat.Absent}
}

// active are the IDs of all who are shown as active.
func (p *presences) active() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]string, 0, len(p.people))
	for id, who := range p.people {
		if who.told.State == chat.Active {
			list = append(list, id)
		}
	}
	return list
}

// close ends the timers.
func (p *presences) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, who := range p.people {
		if who.leaving != nil {
			who.leaving.Stop()
		}
		if who.ending != nil {
			who.ending.Stop()
		}
	}
	clear(p.people)
}

// Arrive tells that a session of somebody's is on the chat lane; device names it
// until Depart. Presence is told by what Attach was given.
func (s *Service) Arrive(who chat.User, device any) { s.presence.arrive(who.ID, device) }

// Depart tells that a session has ended.
func (s *Service) Depart(who chat.User, device any) { s.presence.depart(who.ID, device) }

// SetPresence takes how somebody says they can be reached, or their device finds.
func (s *Service) SetPresence(_ context.Context, who chat.User, device any, r chat.PresenceRequest) error {
	by := s.Standing(who)
	if err := permit(SetPresence, by, nil); err != nil {
		return err
	}
	if r.Text != "" {
		if err := muted(by, nil); err != nil {
			return err
		}
	}
	switch r.State {
	case chat.Active, chat.Idle, chat.Away, chat.DoNotDisturb:
	default:
		return badRequest("state is active, idle, away or dnd")
	}
	if err := checkLine("text", r.Text); err != nil {
		return err
	}
	if err := s.checkUntil(r); err != nil {
		return err
	}
	s.presence.set(who.ID, device, r)
	return nil
}

// checkUntil tells whether what somebody says of themselves can end when they say.
func (s *Service) checkUntil(r chat.PresenceRequest) error {
	now := s.cfg.Now()
	switch end := r.Until.Time(); {
	case r.Until == 0:
	case r.State != chat.Away && r.State != chat.DoNotDisturb:
		return badRequest("until is of away and dnd alone")
	case !end.After(now):
		return badRequest("that time has passed on the server, where it is %s UTC; if it is to come for you, the clocks differ, and one is to be set right", now.UTC().Format("15:04 on 2 January"))
	}
	return nil
}

// OnPresence has changes of presence told to tell, which is called from several
// goroutines and must not block. It is called before anybody arrives.
func (s *Service) OnPresence(tell func(chat.PresenceTold)) { s.presence.tell = tell }

// Close ends what the Service itself has running.
func (s *Service) Close() { s.presence.close() }

// Typing tells where somebody is writing, and whether it is to be told again yet.
func (s *Service) Typing(_ context.Context, who chat.User, r chat.TypingRequest) (told chat.TypingTold, again bool, err error) {
	by := s.Standing(who)
	in, err := s.at(Post, by, r.Room)
	if err != nil {
		return chat.TypingTold{}, false, err
	}
	told = chat.TypingTold{Room: in.ID, User: by.User, On: r.On}
	return told, s.typing.due(in.ID, by.ID, r.On, s.cfg.Now()), nil
}

// typing remembers when it was told last that somebody writes.
type typing struct {
	mu   sync.Mutex
	last map[[2]string]time.Time // room's ID, person's ID
}

// due tells whether a word of it is news: not when the same was told a moment ago,
// and not that somebody stopped who was not known to write.
func (t *typing) due(in, user string, on bool, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := [2]string{in, user}
	last, known := t.last[key]
	if !on {
		delete(t.last, key)
		return known && now.Sub(last) < chat.TypingLease
	}
	if known && now.Sub(last) < chat.TypingEvery {
		return false
	}
	if t.last == nil || len(t.last) > maxSlowed {
		t.last = make(map[[2]string]time.Time)
	}
	t.last[key] = now
	return true
}
