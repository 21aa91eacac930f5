package plain

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/signin"
)

// TestSessions: where one is signed in, in lines whose numbers end one; never this one, and
// none of a list that was not printed.
func TestSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.paper.take()
		var asked []string
		r.answer = func(request string, arg, out any) error {
			b, err := json.Marshal(arg)
			asked = append(asked, request+" "+string(b))
			if request == "sessions" && err == nil {
				now := chat.ToMillis(time.Now())
				b, _ = json.Marshal(map[string]any{"sessions": []chat.Session{
					{ID: "two", Device: "bad\x1b[2J", Client: "hobnob/0.9", Address: "10.0.0.8", Since: now - 1000, Seen: now - 1000},
					{ID: "one", Device: "desk", Client: "hobnob/1.0", Since: now, Connected: true, Current: true},
				}})
				err = json.Unmarshal(b, out)
			}
			return err
		}
		r.types("/sessions end 2\n/sessions\n")
		now := time.Now()
		at := chat.ToMillis(now)
		r.says(t, "-- nothing was done: /sessions prints them with numbers; end one by its number, or others\n"+
			"-- 1  desk · this one · since "+now.Format("2 January 15:04")+" · hobnob/1.0\n"+
			"-- 2  bad␛[2J · "+signin.About(chat.Session{Device: "x", Client: "hobnob/0.9", Address: "10.0.0.8", Since: at - 1000, Seen: at - 1000}, now)+"\n")
		r.types("/sessions end 1\n/sessions end\n/sessions end 3\n")
		r.paper.take()
		r.types("/sessions end 2\n/sessions end others\n")
		got := r.paper.take()
		if !strings.Contains(got, "-- it is ended: bad␛[2J · last here") || !strings.HasSuffix(got, "-- all your other sign-ins are ended\n") {
			t.Errorf("%q", got)
		}
		if got, want := strings.Join(asked, "\n"), "sessions {}\nsession:end {\"id\":\"two\"}\nsession:end {\"others\":true}"; got != want {
			t.Errorf("asked\n%s", got)
		}
	})
}

// TestShellCommandsNameTheAccount that was named when the chat began, and only then.
func TestShellCommandsNameTheAccount(t *testing.T) {
	for account, want := range map[string][]string{
		"":      {"hobnob logout ends it", "with: hobnob logout.", "hobnob upload ROOM FILE", "hobnob send ROOM - < FILE", "hobnob download the-id\n", "hobnob upload ROOM FILE"},
		"'a b'": {"hobnob logout 'a b' ends it", "with: hobnob logout 'a b'.", "hobnob upload -a 'a b' ROOM FILE", "hobnob send -a 'a b' ROOM - < FILE", "hobnob download -a 'a b' the-id\n", "hobnob upload -a 'a b' ROOM FILE"},
	} {
		var out strings.Builder
		k := &talk{
			Config: Config{Account: account, Attended: true, LineLimit: 10, Out: &out, Now: time.Now},
			more:   stopped(), files: []string{"the-id"}, signIns: []chat.Session{{Current: true}},
		}
		for i, do := range []func(){
			func() { k.sessions("end 1") }, func() { k.command("/logout") }, func() { k.command("/upload x") },
			func() { k.typed(typed{text: "a longer line"}) }, func() { k.file("1") }, func() { k.typed(typed{long: 1 << 20}) },
		} {
			out.Reset()
			if do(); !strings.Contains(out.String(), want[i]) {
				t.Errorf("%q, %d: %s", account, i, out.String())
			}
		}
	}
}
