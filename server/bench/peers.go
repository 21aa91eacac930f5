package bench

import (
	"bytes"
	"net/url"
	"strconv"
)

// Hub is what a hub of a few lines speaks: whatever JSON a client says is told to
// everyone in its room as it is. The handshake has the token, in its header, and
// the room.
func Hub() Protocol { return hub{} }

type hub struct{}

func (hub) path(who *visitor) string { return "/ws?room=" + url.QueryEscape(who.room) }
func (hub) begin(*visitor) string    { return "" }
func (hub) batched() bool            { return false }

// greeting is what the hub says when a client is in its room.
var greeting = []byte(`"joined"`)

func (hub) take(msg []byte, _ *visitor) (took, string, error) {
	if bytes.Equal(msg, greeting) {
		return tookJoined, "", nil
	}
	return tookMessage, "", nil
}

func (hub) publish(dst, body []byte, _ *visitor, _ uint64, _ bool) []byte {
	dst = append(dst, `{"type":"message","body":`...)
	dst = append(dst, body...)
	return append(dst, '}')
}

// Centrifuge is the JSON protocol of the centrifuge library: a client connects
// with a token, subscribes to a channel, and publishes to it.
func Centrifuge() Protocol { return centrifuge{} }

type centrifuge struct{}

func (centrifuge) path(*visitor) string { return "/connection/websocket" }
func (centrifuge) batched() bool        { return true }

func (centrifuge) begin(who *visitor) string {
	return `{"id":1,"connect":{"token":` + quoted(who.token) + `}}`
}

func (centrifuge) take(msg []byte, who *visitor) (took, string, error) {
	switch {
	case bytes.HasPrefix(msg, []byte(`{"push":{"channel"`)) && bytes.Contains(msg, []byte(`"pub"`)):
		return tookMessage, "", nil
	case bytes.Equal(msg, []byte(`{}`)): // a ping, answered by itself
		return tookNothing, `{}`, nil
	case bytes.Contains(msg, []byte(`"error":`)), bytes.Contains(msg, []byte(`"disconnect":`)):
		return tookNothing, "", &RefusedError{clip(msg)}
	case bytes.Contains(msg, []byte(`"connect":`)):
		return tookNothing, `{"id":2,"subscribe":{"channel":` + quoted(who.room) + `}}`, nil
	case bytes.Contains(msg, []byte(`"subscribe":`)):
		return tookJoined, "", nil
	}
	return tookNothing, "", nil
}

func (centrifuge) publish(dst, body []byte, who *visitor, id uint64, _ bool) []byte {
	dst = append(dst, `{"id":`...)
	dst = strconv.AppendUint(dst, id+2, 10) // 1 and 2 are connect and subscribe
	dst = append(dst, `,"publish":{"channel":`...)
	dst = strconv.AppendQuote(dst, who.room)
	dst = append(dst, `,"data":`...)
	dst = append(dst, body...)
	return append(dst, `}}`...)
}
