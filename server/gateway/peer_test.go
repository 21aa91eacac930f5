package gateway

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/pipe"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// patience bounds every wait for something that has to come.
const patience = 20 * time.Second

// peer is a client that says and hears packets.
type peer struct {
	t       *testing.T
	conn    *websocket.Conn
	decoder socketio.Decoder
	acks    map[uint64]socketio.Packet
	lastAck uint64
	patient time.Duration
	all     bool // also who came into the team, and who is there: nothing most tests ask for
}

// told is an event that a peer heard.
type told struct {
	name  string
	args  []socketio.Value
	ackID uint64
	asks  bool
}

// dial opens a session; payload is that of the CONNECT packet.
func dial(t *testing.T, server *httptest.Server, query, payload string) *peer {
	t.Helper()
	dialer := *websocket.DefaultDialer
	patient := patience
	if m, ok := server.Listener.(*pipe.Listener); ok {
		dialer.NetDialContext, patient = m.Dial, 24*time.Hour // of the bubble's
	}
	address := "ws" + strings.TrimPrefix(server.URL, "http") + "/socket.io/?EIO=4&transport=websocket" + query
	conn, response, err := dialer.DialContext(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	p := &peer{t: t, conn: conn, decoder: socketio.Decoder{MaxAttachments: 10, MaxBytes: 1 << 20}, acks: map[uint64]socketio.Packet{}, patient: patient}
	p.read() // the Engine.IO open packet
	p.write("40" + payload)
	return p
}

func (p *peer) write(text string) {
	p.t.Helper()
	if err := p.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		p.t.Fatalf("write: %v", err)
	}
}

func (p *peer) read() []byte {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(p.patient))
	_, b, err := p.conn.ReadMessage()
	if err != nil {
		p.t.Fatalf("read: %v", err)
	}
	return b
}

// packet is the next one that is not a heartbeat.
func (p *peer) packet() *socketio.Packet {
	p.t.Helper()
	for {
		b := p.read()
		if b[0] == '2' {
			p.write("3")
			continue
		}
		packet, err := p.decoder.Text(b[1:])
		if err != nil {
			p.t.Fatalf("%q: %v", b, err)
		}
		return packet
	}
}

// expect is the next packet, of a type.
func (p *peer) expect(want socketio.Type) *socketio.Packet {
	p.t.Helper()
	packet := p.packet()
	if packet.Type != want {
		p.t.Fatalf("got a packet of type %d, want %d: %s", packet.Type, want, packet.Data)
	}
	return packet
}

// next is the next event; acks that come before it are kept.
func (p *peer) next() told {
	p.t.Helper()
	for {
		packet := p.packet()
		if packet.Type == socketio.Ack {
			p.acks[packet.ID] = *packet
			continue
		}
		if packet.Type != socketio.Event {
			p.t.Fatalf("got a packet of type %d, want an event: %s", packet.Type, packet.Data)
		}
		name, args, err := packet.Event()
		if err != nil {
			p.t.Fatal(err)
		}
		if p.skips(name) {
			continue
		}
		return told{name, args, packet.ID, packet.HasID}
	}
}

func (p *peer) skips(name string) bool {
	return !p.all && (name == "user:updated" || name == "presence")
}

// emit says an event that asks for no answer.
func (p *peer) emit(name string, args ...any) {
	p.t.Helper()
	p.say(nil, name, args...)
}

func (p *peer) say(id *uint64, name string, args ...any) {
	p.t.Helper()
	packet, err := socketio.EncodeEvent("/", name, id, args...)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write("4" + string(packet.AppendText(nil)))
}

// request says an event, and returns its id for answer.
func (p *peer) request(name string, args ...any) uint64 {
	p.t.Helper()
	id := p.lastAck
	p.lastAck++
	p.say(&id, name, args...)
	return id
}

// answer waits for the ack of a request, and hands on what is heard meanwhile.
func (p *peer) answer(id uint64, out any, heard func(told)) {
	p.t.Helper()
	for {
		packet, ok := p.acks[id]
		if !ok {
			got := p.packet()
			if got.Type == socketio.Ack {
				p.acks[got.ID] = *got
				continue
			}
			name, args, err := got.Event()
			if err != nil {
				p.t.Fatal(err)
			}
			if heard != nil && !p.skips(name) {
				heard(told{name, args, got.ID, got.HasID})
			}
			continue
		}
		args, err := packet.Args()
		if err != nil || len(args) != 1 {
			p.t.Fatalf("ack with %d arguments: %v", len(args), err)
		}
		if err := json.Unmarshal(args[0].JSON, out); err != nil {
			p.t.Fatalf("%s: %v", args[0].JSON, err)
		}
		return
	}
}
