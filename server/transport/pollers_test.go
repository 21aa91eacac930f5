package transport

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// TestPollersAreBounded: of those who poll, a stranger makes room for the next;
// who has a socket does not, and a session that moved or ended counts no more.
func TestPollersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{MaxPollers: 2})
		known := h.poll("EIO=4")
		known.post("40")
		r := <-h.sockets
		known.wants(`40{"sid":"` + r.socket.ID() + `"}`)

		first := h.poll("EIO=4")
		second := h.poll("EIO=4")
		first.gone()
		if n := h.server.Stats().Closed[ReasonCrowd]; n != 1 {
			t.Errorf("%d were sent away", n)
		}
		second.post("40")
		s := <-h.sockets
		second.wants(`40{"sid":"` + s.socket.ID() + `"}`)

		third := poller{t: t, host: h, http: known.http, url: strings.Split(known.url, "&sid=")[0]}
		if status, body := third.do(t.Context(), http.MethodGet, ""); status != http.StatusServiceUnavailable || !strings.Contains(body, "WebSocket") {
			t.Errorf("one too many is answered %d %s", status, body)
		}

		ws := second.upgrade()
		say(t, ws, "2probe")
		hear(t, ws, "3probe")
		say(t, ws, "5")
		say(t, ws, `42["moved"]`)
		hear(t, ws, `42["moved"]`)
		synctest.Wait() // the place is given back beside the answer, not before it
		fourth := h.poll("EIO=4")
		known.post("1")
		known.wants("6")
		known.gone()
		synctest.Wait()
		fifth := h.poll("EIO=4")
		fourth.post("40")
		fifth.post("40")
		synctest.Wait()
		if n := len(h.sockets); n != 2 {
			t.Errorf("%d of two got in", n)
		}
		fourth.get()
		fifth.get()
	})
}
