package transport

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

func TestEventAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := make(chan *Event, 1)
		h := serve(t, Config{}, func(e *Event) { events <- e })
		p, r := h.connect()
		p.send(`429["question"]`)
		e := <-events
		if !e.HasAck() {
			t.Error("no ack")
		}
		if err := e.Ack(func() {}); err == nil {
			t.Error("a function was encoded")
		}
		var wg sync.WaitGroup
		for i := range 8 { // whoever is first
			wg.Go(func() {
				if err := e.Ack(i / 8); err != nil {
					t.Error(err)
				}
			})
		}
		p.expect(`439[0]`)
		wg.Wait()
		p.send(`42["no question"]`)
		e = <-events
		if e.HasAck() {
			t.Error("has an ack")
		}
		if err := e.Ack("x"); err != nil {
			t.Errorf("Ack of no question: %v", err)
		}
		p.send(`420["last"]`)
		e = <-events
		if err := r.socket.Emit("marker"); err != nil {
			t.Fatal(err)
		}
		p.expect(`42["marker"]`) // and no further ack before it
		r.socket.Close("end")
		if err := e.Ack(); !errors.Is(err, ErrClosed) {
			t.Errorf("Ack after the end: %v", err)
		}
		p.expectClose(closeGoingAway)
	})
}

func TestEmitAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, echo)
		p, r := h.connect()
		answers := make(chan []socketio.Value, 2)
		answered := func(args []socketio.Value) { answers <- args }
		for i := range 2 {
			if err := r.socket.EmitAck(answered, "question", i); err != nil {
				t.Fatal(err)
			}
		}
		p.expect(`420["question",0]`, `421["question",1]`)
		p.send(`431["yes",{}]`, `431["again"]`, `437["never asked"]`)
		if args := <-answers; len(args) != 2 || string(args[0].JSON) != `"yes"` || string(args[1].JSON) != `{}` {
			t.Errorf("answered %s", args)
		}
		p.send(`461-0[{"_placeholder":true,"num":0}]`)
		if err := p.ws.WriteMessage(websocket.BinaryMessage, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if args := <-answers; len(args) != 1 || len(args[0].Attachments) != 1 {
			t.Errorf("answered %s", args)
		}
		if err := r.socket.EmitAck(answered, "question", func() {}); err == nil {
			t.Error("a function was encoded")
		}
		if err := r.socket.EmitAck(answered, "connect"); !errors.Is(err, socketio.ErrReserved) {
			t.Errorf("reserved name: %v", err)
		}
		p.discard()
		for range maxAcks {
			if err := r.socket.EmitAck(answered, "question"); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.socket.EmitAck(answered, "question"); !errors.Is(err, ErrTooManyAcks) {
			t.Errorf("too many: %v", err)
		}
		r.socket.Close("end")
		if err := r.socket.EmitAck(answered, "question"); !errors.Is(err, ErrClosed) {
			t.Errorf("after the end: %v", err)
		}
		r.closed(t, "end")
		select {
		case <-answers:
			t.Error("an answer that did not come was told")
		default:
		}
	})
}
