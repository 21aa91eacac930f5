package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// posts has a server take messages, unless refuse says otherwise. It answers what was
// said, in order.
func posts(w *wire, refuse func(n int) any) *[]chat.PostOptions {
	var all []chat.PostOptions
	w.answers["message"] = func(args []socketio.Value) any {
		var o chat.PostOptions
		_ = json.Unmarshal(args[1].JSON, &o)
		all = append(all, o)
		w.messages = append(w.messages, chat.Message{Body: chat.Body{JSON: args[0].JSON}})
		if refuse != nil {
			if r := refuse(len(all)); r != nil {
				return r
			}
		}
		return map[string]any{"ok": true, "id": o.ID, "room": "r", "seq": 1, "position": "e.1", "at": 1}
	}
	return &all
}

func denied(code chat.Code) any {
	return map[string]any{"ok": false, "error": chat.Error{Code: code, Message: "no: " + string(code)}}
}

func TestSendIsTriedAgain(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	all := posts(w, func(n int) any {
		switch n {
		case 1:
			return denied(chat.CodeUnavailable)
		case 2:
			return "no answer at all" // which ends the connection
		}
		return nil
	})
	stdout, stderr, code := hobnob(t, "", "send", "ops", "hi", "--json")
	if code != exit.OK || len(*all) != 3 || (*all)[0].ID != (*all)[2].ID || (*all)[0].ID == "" {
		t.Errorf("%d, %+v, %s", code, *all, stderr)
	}
	if want := `{"id":"` + (*all)[0].ID + `","room":"r","seq":1,"position":"e.1","at":1}` + "\n"; stdout != want {
		t.Errorf("printed %s, want %s", stdout, want)
	}
	if !strings.Contains(stderr, "no: unavailable; trying again until 30s have passed") {
		t.Errorf("said %s", stderr)
	}
}

// TestSendThatIsNotAnsweredFor is told from one that was not said at all.
func TestSendThatIsNotAnsweredFor(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	all := posts(w, func(int) any { return "no answer at all" })
	_, stderr, code := hobnob(t, "", "send", "ops", "hi", "--timeout", "300ms")
	if code != exit.Unsure || !strings.Contains(stderr, "hint: the same again with --id "+(*all)[0].ID) {
		t.Errorf("%d, %s", code, stderr)
	}
	for _, o := range *all {
		if o.ID != (*all)[0].ID {
			t.Errorf("another ID: %+v", *all)
		}
	}
	w.Close()
	_, stderr, code = hobnob(t, "", "send", "ops", "hi", "--timeout", "50ms")
	if code != exit.Unreachable || !strings.Contains(stderr, "hobnob: nothing was posted to "+w.URL) {
		t.Errorf("%d, %s", code, stderr)
	}
}

// TestSendWhatCannotBeStored: the server is there, and its disk is full.
func TestSendWhatCannotBeStored(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	posts(w, func(int) any { return denied(chat.CodeUnavailable) })
	_, stderr, code := hobnob(t, "", "send", "ops", "hi", "--timeout", "300ms")
	if code != exit.Unavailable || !strings.Contains(stderr, "hobnob: nothing was posted: no: unavailable\nhint: whoever hosts the team ") {
		t.Errorf("%d, %s", code, stderr)
	}
}

func TestSendThatIsRefused(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	for code, want := range map[chat.Code]exit.Code{
		chat.CodeMuted: exit.Failed, chat.CodeNotMember: exit.Failed, chat.CodeBadRequest: exit.Usage, chat.CodeBanned: exit.Auth,
	} {
		all := posts(w, func(int) any { return denied(code) })
		_, stderr, got := hobnob(t, "", "send", "ops", "hi")
		if got != want || len(*all) != 1 || !strings.Contains(stderr, "no: "+string(code)) {
			t.Errorf("%s: %d, %d times, %s", code, got, len(*all), stderr)
		}
	}
}

// TestSendOfTooMuch: of output the middle is left out, which is said; a text is
// refused.
func TestSendOfTooMuch(t *testing.T) {
	fresh(t)
	w := hostWire(t) // which takes 2,000 bytes
	all := posts(w, nil)
	var lines strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&lines, "line %d\n", i)
	}
	_, stderr, code := hobnob(t, lines.String(), "send", "ops", "-", "--title", "seq")
	body := w.messages[0].Body
	text, _ := body.Text()
	if code != exit.OK || len(body.JSON) > 2000 || len(body.JSON) < 1800 || !strings.HasPrefix(text, "line 0\n") || !strings.HasSuffix(text, "\nline 999") {
		t.Errorf("%d, %d bytes: %s", code, len(body.JSON), text)
	}
	if (*all)[0].Style != chat.StyleOutput || (*all)[0].Block.Title != "seq" || !strings.Contains(stderr, "lines in the middle were left out") {
		t.Errorf("%+v, %s", (*all)[0], stderr)
	}
	for _, args := range [][]string{{"send", "ops", "-", "--text"}, {"send", "ops", "-", "--code"}} {
		_, stderr, code = hobnob(t, lines.String(), args...)
		if code != exit.Failed || !strings.Contains(stderr, "this server takes 2.0 kB in one message. Nothing was posted") || len(*all) != 1 {
			t.Errorf("%v: %d, %s", args, code, stderr)
		}
	}
}

// TestSendFindsTheRoom between people, and comes into one that is public.
func TestSendFindsTheRoom(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	all := posts(w, nil)
	var asked []chat.RoomRequest
	found := func(args []socketio.Value) any {
		var r chat.RoomRequest
		_ = json.Unmarshal(args[0].JSON, &r)
		asked = append(asked, r)
		return map[string]any{"ok": true, "room": chat.Membership{Room: chat.Room{ID: "dm-1"}}, "position": "e.1"}
	}
	w.answers["dm"], w.answers["room:join"] = found, found
	for _, args := range [][]string{{"send", "@ada,@grace hopper", "hi"}, {"send", "#ops", "--join", "hi"}} {
		if _, stderr, code := hobnob(t, "", args...); code != exit.OK {
			t.Errorf("%v: %d, %s", args, code, stderr)
		}
	}
	if got := fmt.Sprintf("%q %q", asked[0].Users, asked[1].Room); got != `["@ada" "@grace hopper"] "#ops"` || (*all)[0].Room != "dm-1" || (*all)[1].Room != "dm-1" {
		t.Errorf("asked %s, posted %+v", got, *all)
	}
	_, _, code := hobnob(t, "", "send", "ops", "hi", "--reply-to", "m1", "--thread", "m0")
	if o := (*all)[2]; code != exit.OK || o.Room != "ops" || o.ReplyTo != "m1" || o.Thread != "m0" {
		t.Errorf("%d, %+v", code, o)
	}
}

func TestSearch(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	var asked []chat.SearchRequest
	w.answers["search"] = func(args []socketio.Value) any {
		var q chat.SearchRequest
		_ = json.Unmarshal(args[0].JSON, &q)
		asked = append(asked, q)
		m := said(uint64(9-len(asked)), "out of\nmemory \x1b[31m")
		return map[string]any{"ok": true, "messages": []chat.Message{m}, "more": len(asked) < 5}
	}
	stdout, stderr, code := hobnob(t, "", "search", "out", "of", "--from", "ada", "--room", "ops", "-n", "3")
	lines := strings.Split(stdout, "\n")
	if code != exit.OK || len(lines) != 4 || !strings.HasPrefix(lines[0], "ops\t") || !strings.HasSuffix(lines[0], "\t8\tada\tout of memory ␛[31m") {
		t.Errorf("%d, %q, %s", code, lines, stderr)
	}
	if q := asked[1]; q.Query != "out of*" || q.From != "ada" || q.Room != "ops" || q.Limit != 2 || q.Before.String() != "e.108" {
		t.Errorf("asked %+v", asked)
	}
	w.answers["search"] = func([]socketio.Value) any { return map[string]any{"ok": true, "messages": []chat.Message{}} }
	if stdout, stderr, code := hobnob(t, "", "search", "nothing"); code != exit.OK || stdout != "" || stderr != "nothing was found\n" {
		t.Errorf("%d, %q, %q", code, stdout, stderr)
	}
}

// TestSearchInALongText prints what is around the words that were found.
func TestSearchInALongText(t *testing.T) {
	for query, want := range map[string]string{
		"Needle":        "…" + strings.Repeat("é ", 30) + "nEEdle" + strings.Repeat(" é", 87) + "…",
		`"a needle" x`:  "…" + strings.Repeat("é ", 30) + "nEEdle" + strings.Repeat(" é", 87) + "…",
		"not there":     strings.Repeat("é ", 120) + "…",
		"from:ada END*": "…" + strings.Repeat(" é", 118) + " end",
	} {
		if got := around(strings.Repeat("é ", 5000)+"nEEdle"+strings.Repeat(" é", 5000)+" end", query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got := around("short", "x"); got != "short" {
		t.Errorf("%s", got)
	}
}

// TestSendWithoutAHome keeps nothing, and looks nowhere for what it kept: with a token
// in the environment there is nothing to be known.
func TestSendWithoutAHome(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	posts(w, nil)
	state := listed(t)[0].roomsFile()
	if err := os.WriteFile(accountsFile(), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"} {
		t.Setenv(name, "") // the folders are still where they were, as far as xdg knows
	}
	t.Setenv("HOBNOB_SERVER", w.URL)
	t.Setenv("HOBNOB_TOKEN", "eyJ.eyJ.sig")
	_, stderr, code := hobnob(t, "", "send", "ops", "hi")
	if runtime.GOOS == "windows" { // which needs no HOME
		return
	}
	if _, err := os.Stat(state); code != exit.OK || stderr != "" || err == nil {
		t.Errorf("%d, %s, rooms kept: %v", code, stderr, err == nil)
	}
}
