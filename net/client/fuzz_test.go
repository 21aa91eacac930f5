package client

import (
	"bytes"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// FuzzServerBytes gives a connection whatever bytes a server may send, a line
// each, binary where it begins with "b". It may end the connection and nothing
// else: no panic, no waiting for ever, no gap on the screen.
func FuzzServerBytes(f *testing.F) {
	const (
		begin = `0{"sid":"s","upgrades":[],"pingInterval":1000,"pingTimeout":1000,"maxPayload":1000}` + "\n" + `40{"sid":"x"}` + "\n"
		hello = begin + `431[{"ok":true,"you":{"id":"u1"},"rooms":[{"id":"general","last_seq":2}],"position":"e.2","resumed":false}]` + "\n"
		page  = `432[{"ok":true,"messages":[{"id":"a","room":"general","seq":1,"body":"x"},{"id":"b","room":"general","seq":2,"body":"y"}]}]` + "\n"
	)
	for _, seed := range []string{
		"", "<html>", "0{}", begin, begin + "2\n3\n6\n1", begin + `44{"message":"Authentication error"}`,
		begin[:len(begin)-len("40{\"sid\":\"x\"}\n")] + `44{"message":"Authentication error","data":{"code":"invalid_token","reason":"token_expired"}}`,
		begin + `431[{"ok":false,"error":{"code":"unsupported","message":"no"}}]`, begin + `431[]`, begin + `431[{"ok":true}]`,
		hello, hello + page, hello + `432[{"ok":true,"messages":[{}]}]`, hello + `432[{"ok":false}]`, hello + "41",
		hello + page + `42["message","z",{"id":"c","room":"general","seq":3,"position":"e.3","from":{"id":"u1"}}]`,
		hello + page + `42["message","z",{"id":"c","room":"general","seq":18446744073709551615}]`,
		hello + page + `42["message","z",{"id":"c","room":"general","seq":9000000000,"position":"e.9"}]`,
		hello + page + `42["message","z",{"id":"c","room":"new","seq":1,"position":"f.3"}]`,
		hello + page + `451-["message",{"_placeholder":true,"num":0},{"id":"c","room":"general","seq":3}]` + "\nb\x00\x01",
		begin + `431[{"ok":true,"you":{"id":"u1"},"rooms":[{"id":"a","last_seq":1},{"id":"a","last_seq":1},{"id":"","last_seq":9}],"position":"e.2"}]` +
			"\n432[{\"ok\":true}]\n433[{\"ok\":true}]\n434[{\"ok\":true}]\n435[{\"ok\":true}]\n436[{\"ok\":true}]",
		hello + page + `42["message:edited","z",{"position":"e.3","room":"general","seq":2,"revision":1,"mentions":["u1"]}]` + "\n" +
			`42["message:edited",1]` + "\n" + `42["message:edited","z",{"room":"general","seq":0}]`,
		hello + page + `42["message:deleted",{"position":"e.3","room":"general","seq":2}]` + "\n" +
			`42["message:reaction",{"position":"e.4","room":"general","seq":1,"emoji":"👍","by":{"id":"u1"}}]` + "\n" +
			`42["message:pinned",{"position":"e.5","room":"general","seq":1,"on":false}]` + "\n" + `42["room:trimmed",{"position":"e.6","room":"general","seq":9}]`,
		hello + page + `42["room:left",{"position":"e.3","room":{"id":"general"},"users":[{"id":"u1"}]}]` + "\n" +
			`42["room:joined",{"position":"e.4","room":{"id":"general","last_seq":7},"users":[{"id":"u1"}]}]` + "\n" +
			`42["room:updated",{"position":"e.5","room":{"id":"new"},"users":[{"id":"u1"}]}]`,
		hello + `42["room:left",{"position":"e.3","room":{"id":"general"},"users":[{"id":"u1"}]}]` + "\n" + page,
		hello + page + `42["read",{"room":"general","read":1,"mentions":-1}]`, hello + page + `42["read",{"room":"general","read":9,"position":"e.9"}]`,
		hello + page + `42["user:updated",{"position":"e.9","user":{"id":"u1","name":"x"}}]` + "\n" + `42["notify",{"room":"general","level":"none","position":"e.10"}]` +
			"\n" + `42["follow",{"room":"x"}]` + "\n" + `42["typing",{"room":"x"}]` + "\n" + `42["presence"]`,
		hello + page + `451-["message",1]` + "\n2\nbx", hello + `42["unauthorized",5]`, hello + `42["unauthorized"]`,
		hello + "42[\"message\"]\n42[\"connect\"]\n42[]", hello + "40/x,", hello + "4999[]", hello + "42/x,[\"message\",1,{}]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		dir := folder(t)
		c, err := Open(t.Context(), Config{Server: "http://x", Dir: dir, Token: config(t, "").Token, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		s := newScreen()
		consumed := make(chan struct{})
		go func() { defer close(consumed); s.consume(c) }()
		<-c.loaded
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { babble(w, r, stream) }))
		c.endpoint = "ws" + srv.URL[len("http"):]
		began := time.Now()
		if _, err := c.connect(t.Context()); err == nil {
			t.Error("a connection ended without a cause")
		} else if reasonFor(err) == "" && err.Error() == "" {
			t.Errorf("no reason for %v", err)
		}
		if d := time.Since(began); d > 8*time.Second {
			t.Errorf("the connection lasted %v", d)
		}
		c.Close()
		srv.Close()
		<-consumed
		if s.err != nil {
			t.Error(s.err)
		}
	})
}

// babble sends the lines and ends the connection.
func babble(w http.ResponseWriter, r *http.Request, stream []byte) {
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	for line := range bytes.Lines(stream) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		kind := websocket.TextMessage
		if len(line) > 0 && line[0] == 'b' {
			kind, line = websocket.BinaryMessage, line[1:]
		}
		if ws.WriteMessage(kind, line) != nil {
			return
		}
	}
	// Half-closed, so that what was sent is read before the end is.
	if tcp, ok := ws.NetConn().(*net.TCPConn); ok {
		tcp.CloseWrite() //nolint:errcheck // the peer may be gone
	}
	ws.SetReadDeadline(time.Now().Add(time.Second)) //nolint:errcheck // see above
	for {
		if _, _, err := ws.NextReader(); err != nil {
			return
		}
	}
}

// FuzzTold reads what a server may tell, as a Line does: it is whole, or refused.
func FuzzTold(f *testing.F) {
	for name := range tells {
		f.Add(name, []byte(`"x"`), []byte(`{"position":"e.1","room":"r","seq":1,"id":"i","user":{"id":"u"},"revision":1}`))
		f.Add(name, []byte(`{"position":"e.1","room":{"id":"r"},"users":[],"user":"u"}`), []byte(``))
		f.Add(name, []byte(`{"room":"r","seq":18446744073709551615,"read":1,"mentions":-1}`), []byte(`null`))
	}
	f.Fuzz(func(t *testing.T, name string, first, second []byte) {
		args := []socketio.Value{{JSON: first}}
		if len(second) > 0 {
			args = append(args, socketio.Value{JSON: second})
		}
		told, known, err := readTold(name, args)
		if err != nil && (known || reasonFor(err) == "") {
			t.Errorf("%v without a reason", err)
		}
		switch what := told.What.(type) {
		case nil:
			if known {
				t.Error("known, and nothing is told")
			}
		case chat.Message:
			if isMessage(what) != nil {
				t.Errorf("took %+v", what)
			}
		case chat.MessageRevised:
			if !refers(&what.MessageChanged) || len(what.JSON) == 0 {
				t.Errorf("took %+v", what)
			}
		case chat.MessageChanged:
			if !refers(&what) {
				t.Errorf("took %+v", what)
			}
		}
	})
}

// FuzzAnswer reads answers of any shape.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `5`, `{}`, `{"ok":true}`, `{"ok":false}`, `{"ok":false,"error":{"code":"internal","message":"\u001b[2J"}}`,
		`{"ok":true,"messages":[{"id":"a","room":"r","seq":1,"body":1}],"more":true}`, `{"ok":true,"messages":{}}`, `{"ok":1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := answer[chat.History]([]socketio.Value{{JSON: b}})
		if err == nil && isPage("r", h.Messages) == nil {
			for i, m := range h.Messages {
				if m.Room != "r" || m.ID == "" || m.Seq != h.Messages[0].Seq+uint64(i) {
					t.Errorf("took %+v", m)
				}
			}
		}
		if err != nil && bytes.ContainsRune([]byte(reasonFor(err)), 0x1b) {
			t.Errorf("escape in %q", reasonFor(err))
		}
		connectError(b)
		unauthorized([]socketio.Value{{JSON: b}})
	})
}
