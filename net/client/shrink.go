package client

import (
	"errors"
	"fmt"
	"io"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

const (
	// showLimit is the longest body of a message that a screen takes, in bytes of JSON:
	// twice what servers take unless their host says otherwise, and far more than anybody
	// reads in a terminal.
	showLimit = 2 << 20

	// depthLimit is how deep what is shrunk may be nested.
	depthLimit = 1000
)

var errShrunk = errors.New("it is longer than all that is shown of it")

// read reads one WebSocket message. For a screen, which has a bound of what it shows, one
// that is longer than that is shrunk while it is read, so that it never is in memory as a
// whole; attachments that are longer than that together are empty.
func (l *link) read() (kind int, b []byte, err error) {
	kind, r, err := l.conn.NextReader()
	if err != nil {
		return kind, nil, err
	}
	if l.show <= 0 {
		b, err = io.ReadAll(r)
		return kind, b, err
	}
	limit := l.show
	if kind == websocket.BinaryMessage {
		limit -= l.attached
	}
	b, err = io.ReadAll(io.LimitReader(r, int64(limit)+1))
	switch {
	case err != nil:
		return kind, nil, err
	case kind == websocket.BinaryMessage && len(b) > limit:
		_, err = io.Copy(io.Discard, r)
		return kind, nil, err
	case kind == websocket.BinaryMessage:
		l.attached += len(b)
		return kind, b, nil
	}
	if l.attached = 0; len(b) > limit {
		b, err = shrink(b, r, limit)
	}
	return kind, b, err
}

// shrink shrinks a text of which the beginning was read.
func shrink(begin []byte, rest io.Reader, limit int) ([]byte, error) {
	s := shrinker{limit: limit, whole: readLimit}
	if err := s.take(begin); err != nil {
		return nil, err
	}
	chunk := make([]byte, 32<<10)
	for {
		n, err := rest.Read(chunk)
		if err := s.take(chunk[:n]); err != nil {
			return nil, err
		}
		if errors.Is(err, io.EOF) {
			return s.out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// shrinker copies the text of a packet, but for bodies of messages that are longer than a
// limit: in their place is a sentence that says so. A body is the argument of an event,
// or what is called "body" in an answer, where "attachments" are beside it and left out
// alike. That the rest is JSON is for the decoder to see.
type shrinker struct {
	limit int    // of a body
	whole int    // of all that is left
	out   []byte // what is left

	began   bool // the packet's type, namespace and number are over
	event   bool // it is no ack
	nest    []level
	quoted  bool
	escaped bool

	in      bool // a body, or attachments
	list    bool // attachments
	at      int  // where it begins in out
	depth   int  // how deep it is
	skipped int  // bytes of it that are not in out, 0 while it is short enough
}

// level is an array or an object that is not yet closed.
type level struct {
	object bool
	value  bool   // of an object: what comes is a value, not a key
	key    string // the key before it, if it is one of a message
	from   int    // where that begins in out
	index  int    // of an array
}

// take takes the next bytes.
func (s *shrinker) take(b []byte) error {
	for _, c := range b {
		if err := s.next(c); err != nil {
			return err
		}
	}
	return nil
}

func (s *shrinker) next(c byte) error {
	if !s.began {
		if s.put(c); len(s.out) == 2 {
			t := socketio.Type(c - '0')
			s.event = t == socketio.Event || t == socketio.BinaryEvent
		}
		s.began = c == '['
		if s.began {
			s.nest = append(s.nest, level{})
		}
		return s.fits()
	}
	switch {
	case s.escaped:
		s.escaped = false
	case s.quoted && c == '\\':
		s.escaped = true
	case s.quoted && c != '"':
	default:
		return s.mark(c)
	}
	s.put(c)
	return s.fits()
}

// mark takes a byte that is not within a string.
func (s *shrinker) mark(c byte) error {
	if len(s.nest) == 0 { // behind the end: the decoder will not like it
		s.put(c)
		return s.fits()
	}
	top := &s.nest[len(s.nest)-1]
	switch c {
	case ',', ']', '}':
		s.ends(len(s.nest))
	case ' ', '\t', '\r', '\n', ':':
	default:
		s.begins(top)
	}
	switch c {
	case '"':
		if s.quoted = !s.quoted; top.object && !top.value {
			s.named(top)
		}
	case ':':
		top.value = true
	case ',':
		top.index++
		top.value, top.key = false, ""
	case '[', '{':
		if s.nest = append(s.nest, level{object: c == '{'}); len(s.nest) > depthLimit {
			return errShrunk
		}
	case ']', '}':
		s.nest = s.nest[:len(s.nest)-1]
	}
	s.put(c)
	return s.fits()
}

// What a message says, as the keys begin.
const (
	bodyKey        = `"body`
	attachmentsKey = `"attachments`
)

// named notes where a key begins, and when it ends, whether it is one of a message's.
func (s *shrinker) named(top *level) {
	switch {
	case s.in, s.event:
	case s.quoted:
		top.from = len(s.out)
	default:
		if key := string(s.out[top.from:]); key == bodyKey || key == attachmentsKey {
			top.key = key
		}
	}
}

// begins notes where a body does.
func (s *shrinker) begins(top *level) {
	argument := s.event && len(s.nest) == 1 && top.index == 1
	if !s.in && (argument || top.value && top.key != "") {
		s.in, s.list = true, top.key == attachmentsKey
		s.at, s.depth, s.skipped = len(s.out), len(s.nest), 0
	}
}

// ends puts the sentence in the place of a body that was too long.
func (s *shrinker) ends(depth int) {
	if !s.in || depth != s.depth {
		return
	}
	switch s.in = false; {
	case s.skipped == 0:
	case s.list:
		s.out = append(s.out, "[]"...)
	default:
		s.out = fmt.Appendf(s.out, `"[this message has %s, which is more than is shown here]"`, chat.Size(int64(s.skipped)))
	}
}

// put copies a byte, unless it is of a body that is too long.
func (s *shrinker) put(c byte) {
	switch {
	case !s.in:
		s.out = append(s.out, c)
	case s.skipped > 0:
		s.skipped++
	case len(s.out)-s.at >= s.limit:
		s.skipped = len(s.out) - s.at + 1
		s.out = s.out[:s.at]
	default:
		s.out = append(s.out, c)
	}
}

// fits tells whether what is left is still short enough.
func (s *shrinker) fits() error {
	if len(s.out) > s.whole {
		return errShrunk
	}
	return nil
}
