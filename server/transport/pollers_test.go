package transport

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"
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

// TestWhoTakesMostGoesFirst: neither one address nor one person takes all places from
// the others.
func TestWhoTakesMostGoesFirst(t *testing.T) {
	var p pollers
	const limit = 100
	open := func(from string) *session {
		evicted, ok := p.reserve(limit)
		if !ok {
			return nil
		}
		s := &session{handshake: Handshake{RemoteAddr: from}}
		p.enter(s)
		if evicted != nil && evicted.place != nil {
			t.Error("who was sent away still has a place")
		}
		return s
	}
	far := open("192.0.2.1:1") // waits long, as from far away
	for i := range 10 * limit {
		open("198.51.100.7:" + strconv.Itoa(i))
		open("[2001:db8::" + strconv.Itoa(i) + "]:1")
	}
	if far.place == nil {
		t.Fatal("others took the place of who came from elsewhere")
	}
	p.settle(far, "bob")
	for range 10 * limit {
		p.settle(open("198.51.100.7:1"), "eve")
	}
	if far.place == nil || p.count != limit || p.people.holders["eve"].places.Len() != limit-1 {
		t.Errorf("bob has a place: %v; of %d, %d are eve's", far.place != nil, p.count, p.people.holders["eve"].places.Len())
	}
	if ada := open("203.0.113.5:1"); ada == nil {
		t.Error("one who has most of all places keeps them")
	} else {
		p.settle(ada, "ada")
	}
	for eve := p.people.holders["eve"]; eve.places.Len() > fewPlaces; {
		s := open("203.0.113.5:1")
		p.settle(s, "person "+strconv.Itoa(eve.places.Len()))
	}
	if open("203.0.113.5:1") != nil {
		t.Error("one with few places had to go")
	}
	for p.count > 0 {
		s, _ := p.people.most()
		p.leave(s)
		p.leave(s)
	}
	if len(p.people.ranks)+len(p.people.holders)+len(p.strangers.ranks)+len(p.strangers.holders) != 0 {
		t.Error("something is kept of who has gone")
	}
}

// TestShares: whatever is taken and given, the oldest of who has most is known.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s shares
		type held struct {
			name string
			sess *session
			*place
		}
		var all []held // in the order they were taken
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			if len(all) > 0 && rapid.IntRange(0, 2).Draw(t, "gives") == 0 {
				i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
				s.give(all[i].place)
				all = slices.Delete(all, i, i+1)
			} else {
				name, sess := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "who"), new(session)
				all = append(all, held{name, sess, s.take(name, sess)})
			}
			counts, most := map[string]int{}, 0
			for _, h := range all {
				counts[h.name]++
				most = max(most, counts[h.name])
			}
			got, n := s.most()
			if n != most {
				t.Fatalf("the most is %d, want %d", n, most)
			}
			if n == 0 {
				continue
			}
			i := slices.IndexFunc(all, func(h held) bool { return h.sess == got })
			if counts[all[i].name] != most || slices.IndexFunc(all, func(h held) bool { return h.name == all[i].name }) != i {
				t.Fatalf("place %d of %v is not the oldest of who has most", i, counts)
			}
		}
	})
}

func TestNeighbourhood(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "[::ffff:192.0.2.1]:80": "192.0.2.1", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:80": "fe80::/64", "pipe": "pipe", "": "",
	} {
		if got := neighbourhood(remote); got != want {
			t.Errorf("%s is of %s, want %s", remote, got, want)
		}
	}
}
