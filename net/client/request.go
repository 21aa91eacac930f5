package client

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

const (
	// answerWait is how long the server may take to answer a request for
	// history before the connection is given up. It is looked at when something
	// is heard, a heartbeat at least.
	answerWait = 15 * time.Second

	// ackWait is how long nothing may be acknowledged while drafts are on the
	// wire. A host may slow a sender down to a message in seconds.
	ackWait = 60 * time.Second
)

// call is a request that was not answered yet. done runs on the read loop: with
// the answer's arguments, or with ErrOffline when the connection ended.
type call struct {
	done  func(args []socketio.Value, err error)
	due   time.Time // zero for one that may take as long as the connection
	draft bool      // due when nothing was acknowledged for ackWait
	shows bool      // it shows another token, which the server may refuse
	pages bool      // it asks for messages, which may be answered as they were a moment ago
}

// frame is one packet as it is written: its text, and its attachments.
type frame struct {
	text        []byte
	attachments [][]byte
}

func (f frame) size() int {
	n := len(f.text)
	for _, a := range f.attachments {
		n += len(a)
	}
	return n
}

func encodeFrame(p *socketio.Packet) frame {
	return frame{p.AppendText([]byte{byte(socketio.EngineMessage)}), p.Attachments}
}

// request asks the server, and waits while the writer is behind; stop may be
// nil. It is safe from any goroutine. Whoever gives up before done was called
// unregisters id.
func (l *link) request(stop <-chan struct{}, name string, done func([]socketio.Value, error), arg any) (id uint64, err error) {
	id = l.register(call{done: done, due: time.Now().Add(answerWait), pages: name == "history"})
	p, err := socketio.EncodeEvent("/", name, &id, arg)
	if err == nil {
		err = l.send(stop, encodeFrame(&p))
	}
	if err != nil {
		l.unregister(id)
	}
	return id, err
}

func (l *link) register(k call) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lastID++
	if k.draft {
		if l.drafts == 0 {
			l.acked = time.Now()
		}
		l.drafts++
	}
	l.calls[l.lastID] = k
	l.wire.pace.owes(len(l.calls))
	return l.lastID
}

// unregister forgets a call. It reports false when there is none: its asker gave
// up, or the server answers what nobody asked.
func (l *link) unregister(id uint64) (call, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, ok := l.calls[id]
	if ok && k.draft {
		l.drafts--
		l.acked = time.Now()
	}
	delete(l.calls, id)
	l.wire.pace.owes(len(l.calls))
	return k, ok
}

// overdue tells whether the server owes an answer for too long.
func (l *link) overdue(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.drafts > 0 && now.Sub(l.acked) > ackWait {
		return true
	}
	for _, k := range l.calls {
		if !k.due.IsZero() && now.After(k.due) {
			return true
		}
	}
	return false
}

// shows tells whether the server was shown another token and has not answered.
func (l *link) shows() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.calls {
		if k.shows {
			return true
		}
	}
	return false
}

// reading tells whether messages were asked for that have not come yet.
func (l *link) reading() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.calls {
		if k.pages {
			return true
		}
	}
	return false
}

// abandon ends all calls; the connection is gone.
func (l *link) abandon() {
	l.mu.Lock()
	calls := l.calls
	l.calls = make(map[uint64]call)
	l.mu.Unlock()
	for _, k := range calls {
		k.done(nil, ErrOffline)
	}
}

// answer reads what the chat lane answers: {ok:true, …} or {ok:false, error}.
func answer[T any](args []socketio.Value) (T, error) {
	var (
		value  T
		status struct {
			OK    bool        `json:"ok"`
			Error *chat.Error `json:"error"`
		}
	)
	if len(args) == 0 {
		return value, protocolError("an empty answer", nil)
	}
	if !listsFew(args[0].JSON) {
		return value, protocolError("an answer with too long a list", nil)
	}
	if err := json.Unmarshal(args[0].JSON, &status); err != nil {
		return value, protocolError("an answer", err)
	}
	if !status.OK {
		if status.Error == nil || status.Error.Code == "" {
			return value, protocolError("a refusal without a code", nil)
		}
		status.Error.Message = plain(status.Error.Message)
		return value, status.Error
	}
	if err := json.Unmarshal(args[0].JSON, &value); err != nil {
		return value, protocolError("an answer", err)
	}
	return value, nil
}

// isPage checks what a page of history promises: messages of the room, their
// seqs following one another.
func isPage(room string, messages []chat.Message) error {
	for i, m := range messages {
		if err := isMessage(m); err != nil {
			return err
		}
		if m.Room != room || (i > 0 && m.Seq != messages[i-1].Seq+1) {
			return protocolError("a page of history out of order", nil)
		}
	}
	return nil
}

var errMessage = errors.New("a field is missing or out of range")

// isMessage checks what everything else relies on.
func isMessage(m chat.Message) error {
	if m.ID == "" || m.Room == "" || m.Seq == 0 || m.Seq >= newest || len(m.JSON) == 0 {
		return protocolError("a message", errMessage)
	}
	return nil
}
