package gateway

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// example is one block of JSON of the documentation.
type example struct {
	line int
	who  string // who asks or hears; "" is the answer to the request before
	hear bool
	text string
}

// TestChatLaneIsAsDocumented asks every example of docs/chat-lane.md of a server, in
// the order in which they stand there.
func TestChatLaneIsAsDocumented(t *testing.T) {
	s := serve(t, nil)
	peers := map[string]*peer{}
	for _, name := range []string{"ada", "bob", "carol"} {
		peers[name] = hello(t, s, name)
		peers[name].all = true
	}
	backlog := map[string][]told{}
	asked := map[string]bool{"hello": true, "message": true, "history": true, "token:renew": true, "search": true} // protocol.md
	var asker *peer
	var who string
	var id uint64
	for _, x := range examples(t, "../../docs/chat-lane.md") {
		switch {
		case x.who == "":
			var got any
			asker.answer(id, &got, func(e told) { backlog[who] = append(backlog[who], e) })
			x.compare(t, got)
		case x.hear:
			var name string
			if err := json.Unmarshal([]byte(x.text[1:strings.Index(x.text, ",")]), &name); err != nil {
				t.Fatalf("line %d: %v", x.line, err)
			}
			x.hears(t, func() told {
				for {
					e := heardBy(peers[x.who], backlog, x.who)
					if e.name == name {
						return e
					}
				}
			})
		default:
			var args []json.RawMessage
			var name string
			if err := json.Unmarshal([]byte(x.text), &args); err != nil {
				t.Fatalf("line %d: %v", x.line, err)
			}
			if err := json.Unmarshal(args[0], &name); err != nil {
				t.Fatalf("line %d: %v", x.line, err)
			}
			asked[name] = true
			rest := make([]any, 0, len(args))
			for _, a := range args[1:] {
				rest = append(rest, a)
			}
			asker, who = peers[x.who], x.who
			id = asker.request(name, rest...)
		}
	}
	names := slices.Concat(slices.Collect(maps.Keys(requests(nil))), slices.Collect(maps.Keys(sessionRequests)))
	for _, name := range names {
		if !asked[name] && !mentioned(t, name) {
			t.Errorf("%s is not documented", name)
		}
	}
}

// hears waits until what is documented is heard, whatever comes before it.
func (x example) hears(t *testing.T, next func() told) {
	t.Helper()
	var want []any
	if err := json.Unmarshal([]byte(x.text), &want); err != nil {
		t.Fatalf("line %d: %v", x.line, err)
	}
	for {
		e := next()
		got := append([]any{e.name}, decode(t, e.args)...)
		diff := differs("", want, got)
		if diff == "" {
			return
		}
		t.Logf("line %d: not this one: %s", x.line, diff)
	}
}

// heardBy is the next event that somebody hears.
func heardBy(p *peer, backlog map[string][]told, who string) told {
	if len(backlog[who]) == 0 {
		return p.next()
	}
	e := backlog[who][0]
	backlog[who] = backlog[who][1:]
	return e
}

func decode(t *testing.T, args []socketio.Value) (out []any) {
	t.Helper()
	for _, a := range args {
		var v any
		if err := json.Unmarshal(a.JSON, &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// compare holds what came against what is documented: the same keys, and equal
// values but for "…" and for times.
func (x example) compare(t *testing.T, got any) {
	t.Helper()
	var want any
	if err := json.Unmarshal([]byte(x.text), &want); err != nil {
		t.Fatalf("line %d: %v", x.line, err)
	}
	if diff := differs("", want, got); diff != "" {
		raw, _ := json.Marshal(got)
		t.Errorf("line %d: %s\n%s", x.line, diff, raw)
	}
}

func differs(path string, want, got any) string {
	switch want := want.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s is %v, want an object", path, got)
		}
		for k, v := range want {
			if _, ok := have[k]; !ok {
				return fmt.Sprintf("%s.%s is not there", path, k)
			}
			if diff := differs(path+"."+k, v, have[k]); diff != "" {
				return diff
			}
		}
		for k := range have {
			if _, ok := want[k]; !ok {
				return fmt.Sprintf("%s.%s is not documented", path, k)
			}
		}
		return ""
	case []any:
		have, ok := got.([]any)
		if !ok || len(have) != len(want) {
			return fmt.Sprintf("%s is %v, want a list of %d", path, got, len(want))
		}
		for i := range want {
			if diff := differs(fmt.Sprintf("%s[%d]", path, i), want[i], have[i]); diff != "" {
				return diff
			}
		}
		return ""
	case string:
		if have, ok := got.(string); ok && (want == "…" || want == have) {
			return ""
		}
	case float64:
		const aTime = 1e12 // a time of this century, in milliseconds
		if have, ok := got.(float64); ok && (want == have || (want > aTime && have > aTime)) {
			return ""
		}
	default:
		if want == got {
			return ""
		}
	}
	return fmt.Sprintf("%s is %v, want %v", path, got, want)
}

// examples are the blocks of a document that begin with "```json WHO".
func examples(t testing.TB, path string) (list []example) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var open *example
	for i, line := range strings.Split(string(raw), "\n") {
		info, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && open != nil:
			list, open = append(list, *open), nil
		case fence:
			who, hear := strings.CutSuffix(strings.TrimPrefix(info, "json "), " hears")
			if who == "answer" {
				who = ""
			}
			open = &example{line: i + 1, who: who, hear: hear}
		case open != nil:
			open.text += strings.TrimSpace(line) + " "
		}
	}
	if len(list) == 0 {
		t.Fatal("the document has no examples")
	}
	return list
}

func mentioned(t *testing.T, request string) bool {
	t.Helper()
	raw, err := os.ReadFile("../../docs/chat-lane.md")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(raw), "`"+request)
}
