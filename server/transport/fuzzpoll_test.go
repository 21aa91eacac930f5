package transport

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// FuzzPolling posts bodies, a 0xFE apart, to a session of either revision, and
// polls what comes. Whatever they are, every POST is answered, the socket is
// closed once, and nothing is left.
func FuzzPolling(f *testing.F) {
	for _, s := range []string{
		"40\xfe42[\"message\",1]\x1e3\xfe1", "451-[\"message\",{\"_placeholder\":true,\"num\":0}]\x1ebAQID", "\x1e\x1e", "",
		"bAQ==", "2", "40\x1e40\x1e40", "5999999-", "4599-[\"message\"]",
	} {
		f.Add([]byte(s), false, false)
	}
	f.Add([]byte("15:42[\"message\",1]1:2\xfe6:b4AQID1:1"), true, false)
	f.Add([]byte("\x00\x02\xff42\x01\x04\xff\x04\x01\x02\x03"), true, true)
	f.Fuzz(func(t *testing.T, stream []byte, old, octets bool) {
		closed, accepted := 0, 0
		server := New(Config{MaxPayload: 1000, AllowEIO3: true}, handlerFunc(func(*Socket, *Handshake) (Receiver, error) {
			accepted++
			return &fuzzReceiver{receive: echo, closed: func(Reason) { closed++ }}, nil
		}))
		request := func(method, query string, body []byte) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), method, "/socket.io/?transport=polling"+query, bytes.NewReader(body))
			if octets && method == http.MethodPost {
				r.Header.Set("Content-Type", "application/octet-stream")
			}
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			return w
		}
		eio, revision := "&EIO=4", socketio.Revision4
		if old {
			eio, revision = "&EIO=3", socketio.Revision3
		}
		w := request(http.MethodGet, eio, nil)
		packet, ok, err := socketio.NewPayload(w.Body.Bytes(), revision, false).Next()
		if !ok || err != nil {
			t.Fatalf("opened by %q", w.Body)
		}
		open, err := socketio.DecodeOpen(packet.Data[1:])
		if err != nil {
			t.Fatal(err)
		}
		sid := "&sid=" + open.SID
		polled := make(chan struct{})
		go func() {
			defer close(polled)
			for request(http.MethodGet, sid, nil).Code == http.StatusOK {
			}
		}()
		for body := range bytes.SplitSeq(stream, []byte{0xFE}) {
			switch w := request(http.MethodPost, sid, body); w.Code {
			case http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
			default:
				t.Fatalf("a POST is answered %d", w.Code)
			}
		}
		request(http.MethodPost, sid, []byte("b!")) // which ends it in either revision
		select {
		case <-polled:
		case <-time.After(10 * time.Second):
			t.Fatal("a GET waits for ever")
		}
		if err := server.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := server.Stats(); closed != accepted || n.Sessions != 0 || n.Sockets != 0 {
			t.Errorf("%d accepted, %d closed, %+v", accepted, closed, n)
		}
	})
}
