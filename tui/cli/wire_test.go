package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// wire is a server on the chat lane, with one room, as its fields have it. A
// connection ends when its script does.
type wire struct {
	*team
	t *testing.T

	mu       sync.Mutex
	messages []chat.Message // of the room, as history has them
	member   bool
	resumes  bool
	epoch    string
	scripts  []func(c *wireConn) // what is told, each after one answer: of the first connection, once tail listens
	hellos   []chat.Hello
	asked    []string
	answers  map[string]func(args []socketio.Value) any // of other requests
	refuses  string                                     // reason
	conns    sync.WaitGroup
}

type wireConn struct {
	w    *wire
	ws   *websocket.Conn
	left int // requests until scripts are run
}

func hostWire(t *testing.T) *wire {
	w := &wire{t: t, member: true, epoch: "e", team: &team{}, answers: map[string]func([]socketio.Value) any{}}
	who := chat.SignIn{User: chat.User{ID: "me", Name: "me", Role: chat.RoleMember}, Team: chat.Team{ID: "t", Name: "acme"}}
	w.about, w.me = chat.About{Software: "hobnob", Team: who.Team}, who
	mux := http.NewServeMux()
	mux.Handle("/", w.team)
	mux.HandleFunc("/socket.io/", w.serve)
	w.Server = httptest.NewServer(mux)
	t.Cleanup(func() { w.Close(); w.conns.Wait() })
	list(t, Account{Server: w.URL, User: who.User, Team: who.Team, Store: storeFile})
	if err := keep(t.Context(), listed(t)[0], "eyJ.eyJ.sig", aloneTime); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *wire) serve(rw http.ResponseWriter, r *http.Request) {
	w.conns.Add(1)
	defer w.conns.Done()
	ws, err := (&websocket.Upgrader{}).Upgrade(rw, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	c := &wireConn{w: w, ws: ws}
	c.raw(`0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`)
	var dec socketio.Decoder
	for {
		_, b, err := ws.ReadMessage()
		if err != nil || len(b) == 0 || b[0] != '4' {
			return
		}
		p, err := dec.Text(b[1:])
		if err != nil || !c.handle(p) {
			return
		}
	}
}

func (c *wireConn) raw(s string) { _ = c.ws.WriteMessage(websocket.TextMessage, []byte(s)) }

func (c *wireConn) emit(name string, args ...any) {
	p, err := socketio.EncodeEvent("/", name, nil, args...)
	if err != nil {
		c.w.t.Error(err)
	}
	c.raw("4" + string(p.AppendText(nil)))
}

func (c *wireConn) ack(id uint64, v any) {
	p, err := socketio.EncodeAck("/", id, v)
	if err != nil {
		c.w.t.Error(err)
	}
	c.raw("4" + string(p.AppendText(nil)))
}

// say tells a message that is the room's next from now on.
func (c *wireConn) say(m chat.Message) {
	c.w.mu.Lock()
	c.w.messages = append(c.w.messages, m)
	c.w.mu.Unlock()
	c.tell(m)
}

func (c *wireConn) tell(m chat.Message) {
	c.emit("message", socketio.Value{JSON: m.JSON}, m.Envelope)
}

func (c *wireConn) handle(p *socketio.Packet) bool {
	if p.Type == socketio.Connect {
		if c.w.refuses != "" {
			c.raw(`44{"message":"Authentication error","data":{"code":"invalid_token","reason":"` + c.w.refuses + `"}}`)
			return true
		}
		c.raw(`40{"sid":"x"}`)
		return true
	}
	if p.Type != socketio.Event {
		return false
	}
	name, args, err := p.Event()
	if err != nil {
		return false
	}
	w := c.w
	w.mu.Lock()
	w.asked = append(w.asked, name)
	var reply any
	var script func(c *wireConn)
	switch {
	case name == "hello":
		var h chat.Hello
		_ = json.Unmarshal(args[0].JSON, &h)
		w.hellos = append(w.hellos, h)
		reply = welcomed{true, w.welcome(h)}
		c.left = 0
		if len(w.hellos) == 1 {
			c.left = 3 // what tail asks before it listens
		}
	case w.answers[name] != nil:
		answer := w.answers[name]
		w.mu.Unlock()
		c.ack(p.ID, answer(args))
		return true
	case name == "history":
		var q chat.HistoryRequest
		_ = json.Unmarshal(args[0].JSON, &q)
		reply = w.history(q)
	case name == "room:list":
		reply = map[string]any{"ok": true, "rooms": []chat.Membership{w.room()}}
	default:
		reply = map[string]any{"ok": false, "error": chat.Error{Code: chat.CodeUnknownEvent, Message: "no"}}
	}
	if c.left--; c.left < 0 && len(w.scripts) > 0 {
		script, w.scripts = w.scripts[0], w.scripts[1:]
	}
	w.mu.Unlock()
	c.ack(p.ID, reply)
	if script != nil {
		script(c)
	}
	return true
}

type welcomed struct {
	OK bool `json:"ok"`
	chat.Welcome
}

func (w *wire) room() chat.Membership {
	m := chat.Membership{Room: chat.Room{ID: "r", Name: "ops", Kind: chat.RoomPublic}, Joined: w.member}
	if n := len(w.messages); n > 0 {
		m.LastSeq = w.messages[n-1].Seq
	}
	return m
}

func (w *wire) welcome(h chat.Hello) chat.Welcome {
	out := chat.Welcome{
		You: chat.User{ID: "me", Name: "me"}, Position: chat.Position{Epoch: w.epoch, Offset: 100},
		Resumed: w.resumes && h.Position.Epoch == w.epoch, Limits: chat.Limits{Body: 2000, History: 200},
	}
	if w.member {
		out.Rooms = append(out.Rooms, w.room())
	}
	return out
}

func (w *wire) history(q chat.HistoryRequest) any {
	if q.Room != "r" && q.Room != "ops" {
		return map[string]any{"ok": false, "error": chat.Error{Code: chat.CodeUnknownRoom, Message: "there is no such room"}}
	}
	page := slices.Clone(w.messages)
	page = slices.DeleteFunc(page, func(m chat.Message) bool {
		return q.After != nil && m.Seq <= *q.After || (q.Before > 0 && m.Seq >= q.Before)
	})
	more := len(page) > q.Limit
	switch {
	case more && q.After != nil:
		page = page[:q.Limit]
	case more:
		page = page[len(page)-q.Limit:]
	}
	return struct {
		OK bool `json:"ok"`
		chat.History
	}{true, chat.History{Room: "r", Messages: page, More: more}}
}

// said is a message of the room.
func said(seq uint64, text string) chat.Message {
	return chat.Message{
		Envelope: chat.Envelope{
			ID: text, Room: "r", Seq: seq, At: 1, From: chat.User{ID: "a", Name: "ada"}, Position: chat.Position{Epoch: "e", Offset: 100 + seq},
		},
		Body: chat.TextBody(text),
	}
}
