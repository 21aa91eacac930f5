package socketio

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// EngineType is the type of an Engine.IO packet, as the ASCII byte that a text
// packet begins with. A binary WebSocket frame has none: it is a message.
type EngineType byte

// The types of Engine.IO 4.
const (
	EngineOpen    EngineType = '0' // server: the session begins
	EngineClose   EngineType = '1' // either: the session ends
	EnginePing    EngineType = '2' // server: is anybody there; client: "2probe" of an upgrade
	EnginePong    EngineType = '3' // client: yes; server: "3probe" of an upgrade
	EngineMessage EngineType = '4' // either: a Socket.IO packet
	EngineUpgrade EngineType = '5' // client: the upgrade is done
	EngineNoop    EngineType = '6' // server: frees a waiting poll
)

// Open is the handshake of Engine.IO 4, what the server says in its open
// packet.
type Open struct {
	SID          string   // the session's secret name, not the public one
	Upgrades     []string // transports to upgrade to
	PingInterval time.Duration
	PingTimeout  time.Duration
	MaxPayload   int // bytes the server takes in one frame or body; 0 is not said
}

const (
	maxOpen = 4 << 10              // bytes; the reference's is 120
	maxSID  = 256                  // bytes; the reference's has 20
	maxBeat = 24 * time.Hour       // keeps durations far from overflow
	minBeat = 1 * time.Millisecond // an interval of nothing would spin
)

// openJSON is Open on the wire, durations in milliseconds.
type openJSON struct {
	SID          string   `json:"sid"`
	Upgrades     []string `json:"upgrades"`
	PingInterval int64    `json:"pingInterval"`
	PingTimeout  int64    `json:"pingTimeout"`
	MaxPayload   int      `json:"maxPayload"`
}

// AppendJSON appends the handshake's JSON, without the type byte, with exactly
// the keys of the reference. Durations are cut to milliseconds.
func (o Open) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"sid":`...)
	dst = appendString(dst, o.SID)
	dst = append(dst, `,"upgrades":[`...)
	for i, u := range o.Upgrades {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, u)
	}
	dst = append(dst, `],"pingInterval":`...)
	dst = strconv.AppendInt(dst, o.PingInterval.Milliseconds(), 10)
	dst = append(dst, `,"pingTimeout":`...)
	dst = strconv.AppendInt(dst, o.PingTimeout.Milliseconds(), 10)
	dst = append(dst, `,"maxPayload":`...)
	dst = strconv.AppendInt(dst, int64(o.MaxPayload), 10)
	return append(dst, '}')
}

// DecodeOpen reads the handshake's JSON, without the type byte. Keys it does
// not know are ignored; values no client could live with are an error.
func DecodeOpen(b []byte) (Open, error) {
	if len(b) > maxOpen || !utf8.Valid(b) {
		return Open{}, ErrOpen
	}
	var j openJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return Open{}, ErrOpen
	}
	if j.SID == "" || len(j.SID) > maxSID || j.MaxPayload < 0 ||
		!beat(j.PingInterval) || !beat(j.PingTimeout) {
		return Open{}, ErrOpen
	}
	return Open{
		SID: j.SID, Upgrades: j.Upgrades, MaxPayload: j.MaxPayload,
		PingInterval: time.Duration(j.PingInterval) * time.Millisecond,
		PingTimeout:  time.Duration(j.PingTimeout) * time.Millisecond,
	}, nil
}

// beat tells whether a duration in milliseconds can be a heartbeat's.
func beat(ms int64) bool {
	return ms >= minBeat.Milliseconds() && ms <= maxBeat.Milliseconds()
}
