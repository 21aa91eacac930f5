package chat

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWhatBecomesOfAMessage applies each change twice to copies that share memory:
// the second time nothing changes, and an earlier copy never does.
func TestWhatBecomesOfAMessage(t *testing.T) {
	off := false
	by := func(user string, c MessageChanged) MessageChanged {
		c.By, c.At, c.Room, c.Seq = User{ID: user}, 7, "r", 1
		return c
	}
	m := Message{
		Envelope: Envelope{ID: "m", Room: "r", Seq: 1, At: 1, Thread: "t", Extra: Extra{Style: StyleMe, Mentions: []string{"a"}}},
		Body:     TextBody("waves"),
	}
	for _, step := range []struct {
		what   string
		change func(m *Message) bool
		want   string // of the JSON, without what never changes
	}{
		{"edit", func(m *Message) bool {
			return m.Revise(MessageRevised{by("a", MessageChanged{Revision: 1, Mentions: []string{"b"}}), TextBody("nods")})
		}, `"style":"me","mentions":["b"],"revision":1,"edited":7,"body":"nods"`},
		{"an edit that is older", func(m *Message) bool {
			m.Revise(MessageRevised{by("a", MessageChanged{Revision: 1}), TextBody("old")})
			return true
		}, `"style":"me","mentions":["b"],"revision":1,"edited":7,"body":"nods"`},
		{
			"react", func(m *Message) bool { return m.React(MessageReaction{by("a", MessageChanged{Emoji: "👍"})}) },
			`"style":"me","mentions":["b"],"revision":1,"edited":7,"reactions":[{"emoji":"👍","count":1,"users":["a"]}],"body":"nods"`,
		},
		{
			"react, too", func(m *Message) bool { return m.React(MessageReaction{by("b", MessageChanged{Emoji: "👍"})}) },
			`"style":"me","mentions":["b"],"revision":1,"edited":7,"reactions":[{"emoji":"👍","count":2,"users":["a","b"]}],"body":"nods"`,
		},
		{
			"take it back", func(m *Message) bool {
				return m.React(MessageReaction{by("a", MessageChanged{Emoji: "👍", On: &off})})
			},
			`"style":"me","mentions":["b"],"revision":1,"edited":7,"reactions":[{"emoji":"👍","count":1,"users":["b"]}],"body":"nods"`,
		},
		{
			"the last one", func(m *Message) bool {
				return m.React(MessageReaction{by("b", MessageChanged{Emoji: "👍", On: &off})})
			},
			`"style":"me","mentions":["b"],"revision":1,"edited":7,"body":"nods"`,
		},
		{
			"pin", func(m *Message) bool { return m.Pin(MessagePin{by("b", MessageChanged{})}) },
			`"style":"me","mentions":["b"],"revision":1,"edited":7,"pinned":true,"body":"nods"`,
		},
		{
			"unpin", func(m *Message) bool { return m.Pin(MessagePin{by("b", MessageChanged{On: &off})}) },
			`"style":"me","mentions":["b"],"revision":1,"edited":7,"body":"nods"`,
		},
		{"delete", func(m *Message) bool { return m.Erase(MessageErased{by("a", MessageChanged{})}) }, `"deleted":7,"body":null`},
		{"anything after", func(m *Message) bool {
			return !m.Revise(MessageRevised{by("a", MessageChanged{Revision: 9}), TextBody("x")}) &&
				!m.React(MessageReaction{by("a", MessageChanged{Emoji: "👍"})}) && !m.Pin(MessagePin{by("b", MessageChanged{})})
		}, `"deleted":7,"body":null`},
	} {
		before := m
		was := asJSON(t, before)
		if !step.change(&m) {
			t.Errorf("%s: nothing changed", step.what)
		}
		const same = `{"id":"m","room":"r","seq":1,"position":"","from":{"id":"","name":"","role":""},"at":1,"thread":"t",`
		if got, want := asJSON(t, m), same+step.want+"}"; got != want {
			t.Errorf("%s:\n%s, want\n%s", step.what, got, want)
		}
		if asJSON(t, before) != was {
			t.Errorf("%s: a copy of before changed with it", step.what)
		}
		var told Message
		if err := json.Unmarshal([]byte(asJSON(t, m)), &told); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(told, m); diff != "" {
			t.Errorf("%s: not as who is told it has it (-told +changed):\n%s", step.what, diff)
		}
		again := asJSON(t, m)
		step.change(&m)
		if asJSON(t, m) != again {
			t.Errorf("%s: done again, it is %s", step.what, asJSON(t, m))
		}
	}
}

// TestManyReactors: of more than are named the rest are counted.
func TestManyReactors(t *testing.T) {
	var m Message
	change := func(user string, on bool) bool {
		return m.React(MessageReaction{MessageChanged{Told: Told{By: User{ID: user}}, Emoji: "👍", On: &on}})
	}
	for i := range MaxReactors + 5 {
		change(fmt.Sprint("u", i), true)
	}
	if r := m.Reactions[0]; r.Count != MaxReactors+5 || len(r.Users) != MaxReactors {
		t.Errorf("%d, %d named", r.Count, len(r.Users))
	}
	change("u54", false)
	change("u0", false)
	change("u0", false)
	if r := m.Reactions[0]; r.Count != MaxReactors+2 || len(r.Users) != MaxReactors-1 {
		t.Errorf("%d, %d named", r.Count, len(r.Users)) // the third was of somebody who is not named
	}
}

// TestManyReactions: a server that tells of more than any takes makes nothing longer.
func TestManyReactions(t *testing.T) {
	var m Message
	for i := range MaxReactions + 5 {
		changed := m.React(MessageReaction{MessageChanged{Told: Told{By: User{ID: "a"}}, Emoji: fmt.Sprintf(":e%d:", i)}})
		if changed != (i < MaxReactions) {
			t.Errorf("the %dth changes it: %v", i+1, changed)
		}
	}
	if !m.React(MessageReaction{MessageChanged{Told: Told{By: User{ID: "b"}}, Emoji: ":e0:"}}) || len(m.Reactions) != MaxReactions {
		t.Errorf("one that is there takes no more, or there are %d", len(m.Reactions))
	}
}

func asJSON(t *testing.T, m Message) string {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestErasedIsStillAuto: what a program said moved nobody's marker, and does not when it is
// read in history, deleted.
func TestErasedIsStillAuto(t *testing.T) {
	m := Message{Envelope: Envelope{Extra: Extra{Style: StyleMe, Auto: true}}}
	if m.Erase(MessageErased{}); !m.Auto || m.Style != "" {
		t.Errorf("deleted, it is %+v", m.Extra)
	}
}
