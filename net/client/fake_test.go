package client

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// fake is a server that keeps the promises of the chat lane and breaks off where
// it is told to. It posts for others by say.
type fake struct {
	open socketio.Open

	mu       sync.Mutex
	epoch    string
	log      []chat.Message // offset is the index + 1
	posted   map[string]chat.Posted
	rooms    []string
	conns    map[*fakeConn]bool
	accepted int
	refuse   func(token string) string                    // a reason, or "" to let in
	cut      func(point string) bool                      // end the connection here
	lie      func(*chat.Posted)                           // makes another answer of it
	deny     func(o chat.PostOptions, n int) *chat.Error  // n: how often this ID was refused
	hide     func(m chat.Message) bool                    // do not deliver it live
	forget   bool                                         // never resume
	silent   bool                                         // resume, but replay nothing
	early    func(c *fakeConn)                            // happens between hello and its answer
	history  func(q chat.HistoryRequest, h *chat.History) // change the answer
	denied   map[string]int
	asked    []chat.HistoryRequest
	hellos   []chat.Hello
	mute     bool // take drafts, never answer
	ackFirst bool // answer a draft before its message is delivered
	deaf     bool // answer no history
	pongs    int
	others   int // messages that are not the client's
	expires  time.Time
	limits   chat.Limits
	tokens   func(c *fakeConn, name string, args []socketio.Value, p *socketio.Packet)
	team     fakeTeam
	wg       sync.WaitGroup
}

var (
	you   = chat.User{ID: "u1", Name: "ann", Role: chat.RoleMember}
	other = chat.User{ID: "u2", Name: "bob", Role: chat.RoleMember}
)

func newFake(rooms ...string) *fake {
	return &fake{
		open:  socketio.Open{SID: "s", Upgrades: []string{}, PingInterval: 25 * time.Second, PingTimeout: 20 * time.Second, MaxPayload: 1_000_000},
		epoch: "e1", posted: map[string]chat.Posted{}, rooms: rooms, conns: map[*fakeConn]bool{}, denied: map[string]int{},
	}
}

// start serves f on a real socket.
func (f *fake) start(t testing.TB) string {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(func() { f.cutAll(); srv.Close(); f.wg.Wait() })
	return srv.URL
}

type fakeConn struct {
	f     *fake
	ws    *websocket.Conn
	user  chat.User
	lane  bool // hello was answered
	mu    sync.Mutex
	queue []frame
	more  *sync.Cond
	over  bool
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/socket.io/" || r.URL.Query().Get("EIO") != "4" || r.URL.Query().Get("transport") != "websocket" {
		http.NotFound(w, r)
		return
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &fakeConn{f: f, ws: ws}
	c.more = sync.NewCond(&c.mu)
	f.mu.Lock()
	f.accepted++
	f.conns[c] = true
	f.mu.Unlock()
	f.wg.Add(1)
	go c.write()
	c.push(frame{text: append([]byte{'0'}, f.open.AppendJSON(nil)...)})
	c.read()
	f.mu.Lock()
	delete(f.conns, c)
	f.mu.Unlock()
	c.end()
}

func (c *fakeConn) push(fr frame) {
	c.mu.Lock()
	c.queue = append(c.queue, fr)
	c.mu.Unlock()
	c.more.Signal()
}

func (c *fakeConn) end() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.more.Signal()
	c.ws.Close()
}

func (c *fakeConn) write() {
	defer c.f.wg.Done()
	for {
		c.mu.Lock()
		for len(c.queue) == 0 && !c.over {
			c.more.Wait()
		}
		if c.over {
			c.mu.Unlock()
			return
		}
		fr := c.queue[0]
		c.queue = c.queue[1:]
		c.mu.Unlock()
		if c.ws.WriteMessage(websocket.TextMessage, fr.text) != nil {
			return
		}
		for _, a := range fr.attachments {
			if c.ws.WriteMessage(websocket.BinaryMessage, a) != nil {
				return
			}
		}
		if c.f.cuts("written") {
			c.ws.Close()
		}
	}
}

func (c *fakeConn) emit(name string, args ...any) {
	p, err := socketio.EncodeEvent("/", name, nil, args...)
	if err != nil {
		panic(err)
	}
	c.push(encodeFrame(&p))
}

func (c *fakeConn) raw(s string) { c.push(frame{text: []byte(s)}) }

func (c *fakeConn) ack(p *socketio.Packet, v any) {
	if !p.HasID {
		return
	}
	a, err := socketio.EncodeAck("/", p.ID, v)
	if err != nil {
		panic(err)
	}
	c.push(encodeFrame(&a))
}

func (f *fake) cuts(point string) bool {
	f.mu.Lock()
	cut := f.cut
	f.mu.Unlock()
	return cut != nil && cut(point)
}

func (f *fake) cutAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		c.end()
	}
}

// each calls do for every connection on the chat lane.
func (f *fake) each(do func(c *fakeConn)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		if c.lane {
			do(c)
		}
	}
}

func (f *fake) answered() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pongs
}

func (f *fake) set(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

func (c *fakeConn) read() {
	dec := socketio.Decoder{MaxBytes: 2_000_000}
	for {
		kind, b, err := c.ws.ReadMessage()
		if err != nil || c.f.cuts("read") {
			return
		}
		var p *socketio.Packet
		switch {
		case kind == websocket.BinaryMessage:
			p, err = dec.Binary(b)
		case len(b) > 0 && b[0] == '4':
			p, err = dec.Text(b[1:])
		default:
			if string(b) == "3" {
				c.f.set(func() { c.f.pongs++ })
			}
			continue
		}
		if err != nil {
			return
		}
		if p != nil && !c.handle(p) {
			return
		}
	}
}

func (c *fakeConn) handle(p *socketio.Packet) bool {
	switch p.Type {
	case socketio.Connect:
		var auth struct{ Token string }
		if json.Unmarshal(p.Data, &auth) != nil {
			return false
		}
		c.f.mu.Lock()
		refuse := c.f.refuse
		c.f.mu.Unlock()
		if refuse != nil {
			if reason := refuse(auth.Token); reason != "" {
				c.raw(`44{"message":"Authentication error","data":{"code":"invalid_token","reason":"` + reason + `"}}`)
				return true
			}
		}
		c.user = you
		c.raw(`40{"sid":"x"}`)
		c.emit("message", "of the plain lane")
	case socketio.Event, socketio.BinaryEvent:
		name, args, err := p.Event()
		if err != nil {
			return false
		}
		return c.event(name, args, p)
	case socketio.Disconnect:
		return false
	}
	return true
}

func (c *fakeConn) event(name string, args []socketio.Value, p *socketio.Packet) bool {
	switch name {
	case "hello":
		return c.hello(args, p)
	case "message":
		return c.message(args, p)
	case "history":
		var q chat.HistoryRequest
		if json.Unmarshal(args[0].JSON, &q) != nil || c.f.cuts("history") {
			return false
		}
		page := c.f.page(q)
		c.f.mu.Lock()
		deaf := c.f.deaf
		c.f.mu.Unlock()
		if !deaf {
			c.ack(p, struct {
				OK bool `json:"ok"`
				chat.History
			}{true, page})
		}
	case "read":
		return c.marked(args, p)
	case "token:renew", "authenticate":
		if c.f.tokens != nil {
			c.f.tokens(c, name, args, p)
		}
	}
	return true
}

func (c *fakeConn) hello(args []socketio.Value, p *socketio.Packet) bool {
	f := c.f
	if f.cuts("hello") {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var h chat.Hello
	if json.Unmarshal(args[0].JSON, &h) != nil || h.Protocol != 1 {
		return false
	}
	f.hellos = append(f.hellos, h)
	w := chat.Welcome{
		Limits: f.limits, You: c.user, Team: chat.Team{ID: "t", Name: "team"}, Position: chat.Position{Epoch: f.epoch, Offset: uint64(len(f.log))},
		Resumed: !f.forget && h.Position.Epoch == f.epoch && h.Position.Offset <= uint64(len(f.log)),
	}
	if !f.expires.IsZero() {
		w.Expires = chat.ToMillis(f.expires)
	}
	for _, r := range f.rooms {
		w.Rooms = append(w.Rooms, f.membership(r))
	}
	before := f.log
	if c.lane = true; f.early != nil {
		f.early(c)
	}
	c.ack(p, struct {
		OK bool `json:"ok"`
		chat.Welcome
	}{true, w})
	if w.Resumed && !f.silent {
		for _, m := range before[h.Position.Offset:] {
			c.deliver(m)
		}
	}
	return true
}

func (c *fakeConn) deliver(m chat.Message) {
	if c.f.team.unheard[m.Position.Offset] {
		return
	}
	if tell := c.f.team.events[m.Position.Offset]; m.Seq == 0 && tell != nil {
		tell(c)
		return
	}
	m = c.f.asTold(m)
	c.emit("message", socketio.Value{JSON: m.JSON, Attachments: m.Attachments}, m.Envelope)
}

func (f *fake) last(room string) (seq uint64) {
	for _, m := range f.log {
		if m.Room == room {
			seq = m.Seq
		}
	}
	return seq
}

func (c *fakeConn) message(args []socketio.Value, p *socketio.Packet) bool {
	f := c.f
	var o chat.PostOptions
	if json.Unmarshal(args[1].JSON, &o) != nil || f.cuts("before") {
		return false
	}
	f.mu.Lock()
	if f.deny != nil {
		if e := f.deny(o, f.denied[o.ID]); e != nil {
			f.denied[o.ID]++
			f.mu.Unlock()
			c.ack(p, map[string]any{"ok": false, "error": e})
			return true
		}
	}
	body := chat.Body{JSON: args[0].JSON, Attachments: args[0].Attachments}
	answer := func(posted chat.Posted) {
		if f.lie != nil {
			f.lie(&posted)
		}
		if !f.mute {
			c.ack(p, struct {
				OK bool `json:"ok"`
				chat.Posted
			}{true, posted})
		}
	}
	if f.ackFirst {
		hide := f.hide
		f.hide = func(chat.Message) bool { return true }
		n := len(f.log)
		answer(f.post(c.user, o, body))
		f.hide = hide
		if len(f.log) > n {
			f.tell(f.log[n])
		}
		f.mu.Unlock()
		return !f.cuts("stored")
	}
	posted := f.post(c.user, o, body)
	f.mu.Unlock()
	if f.cuts("stored") {
		return false
	}
	f.set(func() { answer(posted) })
	return true
}
