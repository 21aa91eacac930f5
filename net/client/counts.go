package client

import (
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// The numbers of a room are those of the welcome, and what is told after it changes them
// (docs/chat-lane.md, "Numbers"). That is so where all is told in order. Behind a gap it is
// not: what becomes of a message may come before the message, a marker counts what is not told
// yet, and a page has messages as they were at its own place in the log. What can be had right
// of that is; for the rest the server is asked, when the gap is closed.

const (
	// countTries is how often the server is asked anew at once because its answer was
	// overtaken: where a room is that lively, the next lull does.
	countTries = 3

	// countPause is how long after those, or after a server that has no time, it is left alone.
	countPause = 5 * time.Second
)

// counts is what the numbers of a connection's rooms are of.
type counts struct {
	upTo    map[string]uint64 // room → what is told up to this offset is in its numbers
	doubts  map[string]*doubt // rooms whose numbers the server is to be asked for
	asking  int               // requests that were made
	unshown bool              // the screen's numbers are other ones
}

// doubt is a room whose numbers may be wrong.
type doubt struct {
	asking bool
	since  uint64    // offset of what changed them last
	tries  int       // answers that were overtaken
	after  time.Time // when to ask, if not at once
}

func newCounts() counts {
	return counts{upTo: make(map[string]uint64), doubts: make(map[string]*doubt)}
}

// news tells whether what is told at an offset changes the numbers of a room.
func (r *resume) news(room string, offset uint64) bool {
	return offset > max(r.cut, r.counts.upTo[room])
}

// doubt has the server asked for the numbers of a room.
func (r *resume) doubt(room string) {
	if r.counts.doubts[room] == nil {
		r.counts.doubts[room] = new(doubt)
	}
}

// counted is that something at an offset changed the numbers of a room.
func (r *resume) counted(room string, offset uint64) {
	r.dirty = true
	if d := r.counts.doubts[room]; d != nil {
		d.since = max(d.since, offset)
	}
}

// count keeps what is known of a room in step with the messages that are told. With paged,
// they are of a page of history, which may be ahead of what is told.
func (r *resume) count(room string, messages []chat.Message, paged bool) {
	m := r.v.mine[room]
	if m == nil {
		return
	}
	you := r.v.who.You.ID
	for i := range messages {
		said := &messages[i]
		if said.Seq <= m.LastSeq {
			continue
		}
		m.LastSeq, m.LastAt = said.Seq, said.At
		if paged {
			r.doubt(room)
		}
		switch names := r.names(said.Mentions); {
		case said.Seq <= m.Read:
		case said.From.ID == you && !said.Auto: // who says something has read what was there
			m.Read, m.Mentions = said.Seq, 0
			r.counted(room, said.Position.Offset)
		case names && said.Position.Offset <= r.counts.upTo[room]:
			r.counts.unshown = true // the screen counts it once more
		case names:
			m.Mentions++
			r.counted(room, said.Position.Offset)
		}
	}
	r.dirty = true
}

// names tells whether mentions are of the user, too.
func (r *resume) names(mentions []string) bool {
	return chat.Calls(mentions, r.v.who.You.ID)
}

// named counts the mentions that came and went with another text, or with none. Those of a
// message that is not told yet come with it.
func (r *resume) named(c *chat.MessageChanged) {
	m := r.v.mine[c.Room]
	if m == nil || c.Seq <= m.Read || !r.news(c.Room, c.Position.Offset) {
		return
	}
	was, is := r.names(c.Mentioned), r.names(c.Mentions)
	switch {
	case was == is:
		return
	case c.Seq > m.LastSeq:
		r.doubt(c.Room)
	case is:
		m.Mentions++
	default:
		m.Mentions = max(m.Mentions-1, 0)
	}
	r.counted(c.Room, c.Position.Offset)
	r.counts.unshown = true
}

// marked takes how far the user has read a room.
func (r *resume) marked(what chat.Marker) {
	m := r.v.mine[what.Room]
	if m == nil || what.Read < m.Read || !r.news(what.Room, what.Position.Offset) {
		return
	}
	m.Read, m.Mentions = what.Read, what.Mentions
	r.counts.upTo[what.Room] = what.Position.Offset
	r.counted(what.Room, what.Position.Offset)
	r.s.c.feed.push(chat.MarkerSet{Marker: what})
}

// trimmedUnread takes that what was said up to a message is gone: who had not read so far never
// will. How many mentions went with it, the server knows.
func (r *resume) trimmedUnread(what chat.RoomTrimmedTold) {
	m := r.v.mine[what.Room]
	if m == nil || what.Seq <= m.Read || !r.news(what.Room, what.Position.Offset) {
		return
	}
	if m.Mentions > 0 {
		r.doubt(what.Room)
	}
	m.Read = min(what.Seq, m.LastSeq)
	m.Mentions = min(m.Mentions, int(m.LastSeq-m.Read))
	r.counted(what.Room, what.Position.Offset)
}

// recount asks the server for the numbers of rooms in doubt, and tells the screen those it
// cannot know.
func (r *resume) recount(now time.Time) error {
	if r.counts.unshown {
		r.counts.unshown = false
		r.roomsChanged(false)
	}
	for room, d := range r.counts.doubts {
		if r.counts.asking == askAtOnce {
			break
		}
		if d.asking || r.fills[room] != nil || now.Before(d.after) {
			continue
		}
		d.asking = true
		r.counts.asking++
		// A marker that moves nothing: the answer says where it stands.
		_, err := r.s.request(nil, "read", func(args []socketio.Value, err error) {
			d.asking = false
			r.counts.asking--
			if err == nil {
				err = r.recounted(room, d, args)
			}
			if err != nil {
				r.s.end(err)
			}
		}, chat.ReadRequest{Room: room})
		if err != nil {
			return err
		}
	}
	return nil
}

// recounted takes where the server says the user is in a room.
func (r *resume) recounted(room string, d *doubt, args []socketio.Value) error {
	m := r.v.mine[room]
	if m == nil || r.counts.doubts[room] != d {
		return nil // the room was left meanwhile
	}
	is, err := answer[chat.Marker](args)
	var e *chat.Error
	switch at := is.Position; {
	case errors.As(err, &e) && fateOf(err) == isLater:
		d.after = time.Now().Add(countPause)
	case errors.As(err, &e):
		delete(r.counts.doubts, room) // it is not said; the next welcome does
	case err != nil:
		return err
	case is.Read >= newest || is.Mentions < 0 || at.Epoch != r.epoch:
		return protocolError("where one is in a room", errTold)
	case at.Offset < d.since: // the answer was on its way
		if d.tries++; d.tries >= countTries {
			d.tries, d.after = 0, time.Now().Add(countPause)
		}
	default:
		delete(r.counts.doubts, room)
		r.counts.upTo[room] = max(r.counts.upTo[room], at.Offset)
		if is.Read < m.Read { // it was not told of a mark yet, and says more when it was
			break
		}
		r.counts.unshown = r.counts.unshown || m.Read != is.Read || m.Mentions != is.Mentions
		m.Read, m.Mentions = is.Read, is.Mentions
		r.dirty = true
	}
	return nil
}

// uncount forgets what is known of the numbers of a room that was left.
func (r *resume) uncount(room string) {
	delete(r.counts.doubts, room)
	delete(r.counts.upTo, room)
}
