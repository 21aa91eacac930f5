package export

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// chunkMessages and chunkBytes bound how many messages are appended before what
	// became of them is: enough for large transactions.
	chunkMessages = 512
	chunkBytes    = 8 << 20
)

// said is a message on its way into the log.
type said struct {
	*Message
	in     *placed
	seq    uint64 // its number in the team
	offset uint64
	before bool // it was there before the import
}

// say is the second pass: messages, a chunk at a time.
func (i *importing) say(l Line) error {
	m, ok := l.(*Message)
	if !ok {
		return nil
	}
	p := i.rooms[m.Room]
	if i.outside(p, m.From.ID) {
		_, there, err := i.team.Posted(i.ctx, m.From.ID, m.ID)
		if err == nil && !there {
			err = i.letIn(p, m.From.ID, m.At, m.ID)
		}
		if err != nil {
			return err
		}
	}
	i.chunk = append(i.chunk, &said{Message: m, in: p})
	i.bytes += len(m.JSON)
	for _, a := range m.Attachments {
		i.bytes += len(a)
	}
	if len(i.chunk) < chunkMessages && i.bytes < chunkBytes {
		return nil
	}
	return i.flush()
}

// outside tells whether somebody has to be let into a room to say something.
func (i *importing) outside(p *placed, user string) bool {
	return user != chat.System.ID && p.Kind != chat.RoomDirect && !p.inside[user]
}

// flush appends a chunk, and then what became of its messages.
func (i *importing) flush() error {
	for _, s := range i.chunk {
		i.do(i.created(s), nil, func(stored chat.Event, before bool) {
			s.seq, s.offset, s.before = stored.Seq, stored.Position.Offset, before
		})
	}
	if err := i.settle(); err != nil {
		return err
	}
	for _, s := range i.chunk {
		s.in.numbered(s)
		if s.before {
			i.result.Known++
		} else {
			i.result.Messages++
			s.in.fresh++
		}
		// A message that the team itself has had all the while has become what it is.
		if !s.before || !i.own || s.offset != s.Position.Offset {
			if err := i.became(s); err != nil {
				return err
			}
		}
	}
	if err := i.late(); err != nil {
		return err
	}
	if i.progress != nil && len(i.chunk) > 0 {
		i.progress(i.result.Messages + i.result.Known)
	}
	i.chunk, i.bytes = i.chunk[:0], 0
	return i.settle()
}

// created is the event of a message, with the text that it had at first.
func (i *importing) created(s *said) chat.Event {
	e := chat.Event{
		Kind: chat.MessageCreated, ID: s.ID, Author: i.who(s.From.ID), At: s.At, Room: s.in.dest,
		ReplyTo: s.ReplyTo, Thread: s.Thread,
	}
	if s.Deleted != 0 {
		return e // its place is kept
	}
	e.Body, e.Extra = s.Body, s.Extra
	if len(s.Edits) > 0 {
		e.Body = s.Edits[0].Body
	}
	return e
}

// late appends the reactions of those who were not in a room any more, to messages that
// an interrupted import brought.
func (i *importing) late() error {
	if err := i.settle(); err != nil {
		return err
	}
	i.mu.Lock()
	later := i.later
	i.later = nil
	i.mu.Unlock()
	for _, e := range later {
		p := i.at(e.Room)
		if i.outside(p, e.Author.ID) {
			if err := i.letIn(p, e.Author.ID, e.At, e.ID); err != nil {
				return err
			}
		}
		i.do(e, had, nil)
	}
	return i.settle()
}

// at is the room of the export that is in that one of the team.
func (i *importing) at(dest string) *placed {
	for _, p := range i.order {
		if p.dest == dest {
			return p
		}
	}
	return nil
}

// had tells whether an event was refused because another import, or the team itself,
// has been there.
func had(err error) bool {
	return isCode(err, chat.CodeConflict) || isCode(err, chat.CodeDeleted) || isCode(err, chat.CodeArchived) ||
		isCode(err, chat.CodeNotFound) || isCode(err, chat.CodeBanned)
}

// became appends what became of a message. What of it an import of another file brought
// already is refused, or changes nothing.
func (i *importing) became(s *said) error {
	refused := func(err error) bool { return s.before && had(err) }
	author := i.who(s.From.ID)
	if s.Deleted != 0 {
		i.do(i.about(s, chat.MessageDeleted, author, s.Deleted, chat.Change{User: &author}), refused, nil)
		return nil
	}
	for n := 1; n <= len(s.Edits); n++ {
		text := chat.Edit{At: s.Edited, Body: s.Body}
		if n < len(s.Edits) {
			text = s.Edits[n]
		}
		replaced := n - 1
		e := i.about(s, chat.MessageEdited, author, text.At, chat.Change{Revision: &replaced}, strconv.Itoa(n))
		e.Body = text.Body
		if n == len(s.Edits) {
			e.Extra.Mentions = s.Mentions
		}
		i.do(e, refused, nil)
	}
	for _, r := range s.Reactions {
		for _, user := range r.Users {
			if err := i.reacted(s, r.Emoji, user, refused); err != nil {
				return err
			}
		}
	}
	if s.Pinned {
		i.do(i.about(s, chat.MessagePinned, chat.System, 0, chat.Change{On: true}), refused, nil)
	}
	return nil
}

// about is an event that concerns a message.
func (i *importing) about(s *said, kind chat.EventKind, author chat.User, at chat.Millis, c chat.Change, what ...string) chat.Event {
	c.Target = s.seq
	id := i.id(append([]string{string(kind), s.in.dest, s.From.ID, s.ID}, what...)...)
	return chat.Event{Kind: kind, ID: id, Author: author, At: cmp.Or(at, s.At), Room: s.in.dest, Change: c}
}

// reacted appends a reaction. Who was not in the room any more is let in for it.
func (i *importing) reacted(s *said, emoji, user string, refused func(error) bool) error {
	e := i.about(s, chat.MessageReacted, i.who(user), 0, chat.Change{Emoji: emoji, On: true}, emoji, user)
	if !s.before && i.outside(s.in, user) {
		if err := i.letIn(s.in, user, s.At, e.ID); err != nil {
			return err
		}
	}
	i.do(e, func(err error) bool {
		if s.before && isCode(err, chat.CodeNotMember) {
			i.mu.Lock()
			defer i.mu.Unlock()
			i.later = append(i.later, e)
			return true
		}
		return refused(err)
	}, nil)
	return nil
}

// numbered remembers which number a message has in the team.
func (p *placed) numbered(s *said) {
	p.newest = max(p.newest, s.seq)
	by := int64(s.seq) - int64(s.Seq)
	if n := len(p.shifts); n == 0 || p.shifts[n-1].by != by {
		p.shifts = append(p.shifts, shift{s.Seq, by})
	}
}

// read is the number in the team up to which somebody has read who read up to seq.
func (p *placed) read(seq uint64) uint64 {
	for _, s := range slices.Backward(p.shifts) {
		if s.from <= seq {
			return min(uint64(int64(min(seq, 1<<62))+s.by), p.newest)
		}
	}
	return 0
}

// mark moves everybody's markers to where they had read, and those of who had read all
// of a room behind what came into it.
func (i *importing) mark() error {
	for _, p := range i.order {
		if p.fresh == 0 && i.own {
			continue
		}
		for _, m := range p.Members {
			if p.inside[m.ID] {
				i.markRead(p, m.ID, p.read(m.Read))
			}
		}
	}
	if err := i.settle(); err != nil {
		return err
	}
	for _, user := range sortedKeys(i.known) {
		if err := i.markKnown(user); err != nil {
			return err
		}
	}
	return i.settle()
}

// markKnown moves the markers of somebody who was in the team, in rooms that they are in
// and were not in when they were exported.
func (i *importing) markKnown(user string) error {
	var read map[string]uint64 // by room; asked for once, and only where it is needed
	for _, p := range i.order {
		if p.fresh == 0 || p.belongs[user] || !p.inside[user] {
			continue
		}
		if read == nil {
			list, _, err := i.team.Memberships(i.ctx, user, "")
			if err != nil {
				return err
			}
			read = make(map[string]uint64, len(list))
			for _, m := range list {
				read[m.ID] = m.Read
			}
		}
		if n, in := read[p.dest]; in && n >= p.before {
			i.markRead(p, user, p.newest)
		}
	}
	return nil
}

func (i *importing) markRead(p *placed, user string, seq uint64) {
	if seq == 0 {
		return
	}
	i.do(chat.Event{
		Kind: chat.MarkerMoved, ID: i.id("read", p.dest, user, strconv.FormatUint(seq, 10)), Author: i.who(user), At: i.source.At, Room: p.dest,
		Change: chat.Change{Target: seq},
	}, out, nil)
}
