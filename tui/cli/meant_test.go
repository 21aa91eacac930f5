package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// names has a server know the room ops and few people, and nobody and nothing else by name.
func names(w *wire) {
	there := func(name string) bool {
		return name == "ops" || name == "r" || name == "" || strings.EqualFold(strings.TrimPrefix(name, "@"), "Bob Smith") || name == "@me"
	}
	refuse := func(code chat.Code, at int) func(args []socketio.Value) any {
		return func(args []socketio.Value) any {
			var r struct {
				Room, User, From string
				Users            []string
			}
			_ = json.Unmarshal(args[at].JSON, &r)
			for _, name := range append(r.Users, r.Room, r.From) {
				if !there(name) {
					return denied(code)
				}
			}
			if code == chat.CodeUnknownRoom {
				return denied(chat.CodeNotFound)
			}
			return map[string]any{"ok": true, "messages": []chat.Message{}}
		}
	}
	w.answers["message"], w.answers["room:join"] = refuse(chat.CodeUnknownRoom, 1), refuse(chat.CodeUnknownRoom, 0)
	w.answers["room:rename"] = w.answers["room:join"]
	w.answers["dm"], w.answers["search"] = refuse(chat.CodeNotFound, 0), refuse(chat.CodeNotFound, 0)
	w.answers["members"] = func(args []socketio.Value) any {
		var r chat.MembersRequest
		if _ = json.Unmarshal(args[0].JSON, &r); !there(r.Room) {
			return denied(chat.CodeUnknownRoom)
		}
		return map[string]any{"ok": true, "members": []chat.Member{
			{User: chat.User{ID: "me", Name: "me"}}, {User: chat.User{ID: "b", Name: "Bob Smith"}}, {User: chat.User{ID: "g", Name: "grace"}}, {User: chat.User{ID: "o", Name: "opz"}},
		}}
	}
}

// TestWhatWasMeant: each command that takes a room or a person says which one is called nearly so.
func TestWhatWasMeant(t *testing.T) {
	fresh(t)
	names(hostWire(t))
	const (
		rooms = "hint: hobnob rooms --all lists those you may see; a person is written as @ada\n"
		who   = "hint: hobnob who lists who is in the team\n"
	)
	for line, want := range map[string]string{
		"send opps hi":                   "no: unknown_room|hint: did you mean ops?\n" + rooms,
		"send #OPSS hi":                  "no: unknown_room|hint: did you mean ops?\n" + rooms,
		"send --join opps hi":            "no: unknown_room|hint: did you mean ops?\n" + rooms,
		"send grace hi":                  "no: unknown_room|hint: did you mean @grace?\n" + rooms,
		"send elsewhere hi":              "no: unknown_room|" + rooms,
		"send @grace hi":                 "no: not_found|" + who, // whom the server does not know by now
		"send @grcae hi":                 "no: not_found|hint: did you mean @grace?\n" + who,
		"send @me,@grcae,@bob_smth hi":   "no: not_found|hint: did you mean '@me,@grace,@Bob Smith'?\n" + who,
		"send @grcae,@elsewhere hi":      "no: not_found|" + who,
		"send ops hi --reply-to zzz":     "--reply-to: no message in ops has the number or ID zzz|hint: hobnob tail ops prints the number of each message\n",
		"send ops hi --thread 77":        "--thread: no message in ops has the number or ID 77|hint: hobnob tail ops prints the number of each message\n",
		"tail opps":                      "there is no such room|hint: did you mean ops?\n" + rooms,
		"tail @grcae":                    "there is nobody in the team who is called @grcae|hint: did you mean @grace?\n" + who,
		"tail @elsewhere,@me":            "there is nobody in the team who is called @elsewhere|" + who,
		"tail @grace":                    "you and @grace have not written to each other yet|hint: hobnob send @grace TEXT begins to\n",
		"who opps":                       "no: unknown_room|hint: did you mean ops?\n" + rooms,
		"rooms rename opps x":            "no: unknown_room|hint: did you mean ops?\n" + rooms,
		"search x --from grcae":          "no: not_found|hint: did you mean @grace?\n" + who,
		"who --account acmee":            `you have no account called "acmee"|hint: did you mean acme?` + "\nhint: hobnob accounts lists those you have\n",
		"who --account somebody-else-at": `you have no account called "somebody-else-at"|hint: hobnob accounts lists those you have` + "\n",
	} {
		_, stderr, code := hobnob(t, "", strings.Fields(line)...)
		says, hint, _ := strings.Cut(want, "|")
		if stderr != "hobnob: "+says+"\n"+hint || code != exit.Failed && !strings.Contains(line, "account") {
			t.Errorf("%s ends with %d, and says\n%s\nnot\n%s", line, code, stderr, want)
		}
	}
}

// TestWhatWasMeantIsNotKnown: a server that does not say who is in the team, or not of all, is not
// taken to say that somebody is nobody.
func TestWhatWasMeantIsNotKnown(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	for _, answer := range []any{denied(chat.CodeNotAllowed), map[string]any{"ok": true, "more": true, "members": []chat.Member{{User: chat.User{ID: "g", Name: "grace"}}}}} {
		w.answers["members"] = func([]socketio.Value) any { return answer }
		if _, stderr, _ := hobnob(t, "", "tail", "@grcae"); !strings.Contains(stderr, "you and @grcae have not written to each other yet") {
			t.Error(stderr)
		}
	}
}

// TestCommandsOfOtherPrograms lead to ours, each to one; none of them is a command here.
func TestCommandsOfOtherPrograms(t *testing.T) {
	fresh(t)
	seen := make(map[string]string)
	root := Root(Options{})
	for name, list := range calledElsewhere {
		for _, word := range list {
			_, stderr, code := hobnob(t, "", word)
			if want := "hint: did you mean hobnob " + name + "?\n"; code != exit.Usage || !strings.Contains(stderr, want) {
				t.Errorf("hobnob %s ends with %d, and says %s", word, code, stderr)
			}
			if cmd, _, _ := root.Find([]string{word}); seen[word] != "" || cmd != root {
				t.Errorf("%s is %s, %s and %s", word, name, seen[word], cmd.Name())
			}
			seen[word] = name
		}
	}
}
