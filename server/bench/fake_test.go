package bench

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// lie is what a fake server does wrong, once, to its third client.
type lie int

const (
	none lie = iota
	lose
	double
	swap
	cut
	invent
	hangUp
)

// liesAt is the number of the message at which a fake lies.
const liesAt = 20

// fake is a server of the plain lane that tells everything to everyone.
type fake struct {
	lie      lie
	notFound bool
	pace     <-chan time.Time // one message is taken at each, if it is there

	serving sync.WaitGroup

	mu    sync.Mutex
	conns []*websocket.Conn
	said  int
	held  string
}

func (f *fake) wait() { f.serving.Wait() }

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.notFound {
		http.NotFound(w, r)
		return
	}
	f.serving.Add(1) // while the server waits for the request: of what was upgraded it knows nothing
	defer f.serving.Done()
	ws, err := new(websocket.Upgrader).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	f.write(ws, `0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`)
	for {
		_, msg, err := ws.ReadMessage()
		if err != nil {
			f.leave(ws)
			return
		}
		if f.pace != nil && strings.HasPrefix(string(msg), "42") {
			<-f.pace
		}
		f.take(ws, string(msg))
	}
}

func (f *fake) leave(ws *websocket.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, c := range f.conns {
		if c == ws {
			f.conns = append(f.conns[:i:i], f.conns[i+1:]...)
		}
	}
}

func (f *fake) take(ws *websocket.Conn, msg string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case strings.HasPrefix(msg, "40") && !strings.Contains(msg, "good"):
		f.writeLocked(ws, `44{"message":"Authentication error","data":{"reason":"invalid_signature"}}`)
	case strings.HasPrefix(msg, "40"):
		f.writeLocked(ws, `40{"sid":"y"}`)
		f.writeLocked(ws, "2")
		f.conns = append(f.conns, ws)
	case strings.HasPrefix(msg, "42"):
		id, event, _ := strings.Cut(msg[2:], "[")
		f.said++
		for i, c := range f.conns {
			f.tell(i, c, "42["+event)
		}
		if id != "" {
			f.writeLocked(ws, "43"+id+`[{"ok":true}]`)
		}
	}
}

// tell tells a message, or lies about it.
func (f *fake) tell(i int, ws *websocket.Conn, event string) {
	if i != 2 || f.said < liesAt || f.said > liesAt+40 {
		f.writeLocked(ws, event)
		return
	}
	lie := f.lie
	if f.said != liesAt && lie != swap {
		lie = none
	}
	switch lie {
	case lose:
	case double:
		f.writeLocked(ws, event)
		f.writeLocked(ws, event)
	case swap:
		f.swap(ws, event)
	case cut:
		_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1013, "too slow"), time.Now().Add(time.Second))
	case invent:
		f.writeLocked(ws, `42["message","hello"]`)
		f.writeLocked(ws, event)
	case hangUp:
		_ = ws.NetConn().Close()
	case none:
		f.writeLocked(ws, event)
	}
}

// swap holds one message back until the next of the same speaker was told.
func (f *fake) swap(ws *websocket.Conn, event string) {
	speaker := func(event string) string {
		at := strings.Index(event, mark) + len(mark) + runDigits
		return event[at : at+senderDigits]
	}
	if f.held == "" && f.said == liesAt {
		f.held = event
		return
	}
	f.writeLocked(ws, event)
	if f.held != "" && speaker(f.held) == speaker(event) {
		f.writeLocked(ws, f.held)
		f.held = ""
	}
}

func (f *fake) write(ws *websocket.Conn, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writeLocked(ws, text)
}

func (f *fake) writeLocked(ws *websocket.Conn, text string) {
	_ = ws.SetWriteDeadline(time.Now().Add(time.Second))
	if ws.WriteMessage(websocket.TextMessage, []byte(text)) != nil {
		_ = ws.Close()
	}
}
