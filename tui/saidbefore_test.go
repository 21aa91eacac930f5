package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// idAt is the ID that a message begun at a time has.
func idAt(t *testing.T, at time.Time) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	ms := at.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	return id.String()
}

// TestRestoredThatWasSent: what was being written when the program was killed is not offered
// once more where it was sent; other words are, and so are the same words written after.
func TestRestoredThatWasSent(t *testing.T) {
	kept := monday.Add(time.Hour)
	begin := func(text string) (*screen, papers) {
		s, keeper := &screen{client: &fake{}, clock: kept.Add(time.Minute)}, papers{}
		s.Model = New(Config{
			Client: s.client, Now: func() time.Time { return s.clock }, You: you, Keeper: keeper, Kept: kept,
			Unsent: []Unsent{{Room: chat.GeneralRoom, Text: text}},
		})
		keeper[(&Unsent{Room: chat.GeneralRoom}).slot()] = Unsent{Room: chat.GeneralRoom, Text: text}
		s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
		return s, keeper
	}
	outbox := func(id string, text string) chat.Update {
		return chat.DraftChanged{Draft: chat.Draft{ID: id, Room: chat.GeneralRoom, Body: chat.TextBody(text)}, State: chat.DraftWaiting}
	}
	posted := func(id, text string, who chat.User) chat.Update {
		msg := said(1, who, 0, text)
		msg.ID = id
		return chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{msg}}
	}
	arrived := func(id, text string) chat.Update {
		msg := said(1, you, 0, text)
		msg.ID = id
		return chat.Arrived{Messages: []chat.Message{msg}}
	}
	young, old := idAt(t, kept.Add(time.Second)), idAt(t, kept.Add(-time.Second))
	for name, c := range map[string]struct {
		update chat.Update
		want   string
	}{
		"in the outbox":         {update: outbox(young, "half a word 🚀")},
		"in the cache":          {update: posted(young, "half a word 🚀", you)},
		"come now":              {update: arrived(young, "half a word 🚀")},
		"said before":           {update: posted(old, "half a word 🚀", you), want: "half a word :rocket: "},
		"of somebody else":      {update: posted(young, "half a word 🚀", ada), want: "half a word :rocket: "},
		"other words":           {update: outbox(young, "half a word"), want: "half a word :rocket: "},
		"an ID without a time":  {update: outbox(uuid.NewString(), "half a word 🚀"), want: "half a word :rocket: "},
		"no ID of this program": {update: outbox("m1", "half a word 🚀"), want: "half a word :rocket: "},
	} {
		t.Run(name, func(t *testing.T) {
			s, keeper := begin("half a word :rocket: ")
			s.send(c.update)
			if got := s.composer.Text(); got != c.want {
				t.Errorf("offered is %q", got)
			}
			if (len(keeper) == 0) != (c.want == "") {
				t.Errorf("kept is %v", keeper)
			}
		})
	}
	t.Run("changed since", func(t *testing.T) {
		s, _ := begin("half a word")
		s.keys(t, "s")
		s.send(outbox(young, "half a word"))
		s.send(outbox(young, "half a words"))
		if got := s.composer.Text(); got != "half a words" {
			t.Errorf("offered is %q", got)
		}
	})
	t.Run("sent and written again", func(t *testing.T) {
		s, _ := begin("ok")
		s.keys(t, "{enter}ok")
		s.send(outbox(young, "ok"))
		if got := s.composer.Text(); got != "ok" {
			t.Errorf("offered is %q", got)
		}
	})
}
