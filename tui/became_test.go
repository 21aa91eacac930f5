package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestWhatBecomesOfMessagesIsShown: edits and deletions, also of the message that has
// the whole screen.
func TestWhatBecomesOfMessagesIsShown(t *testing.T) {
	long := strings.Repeat("a secret line\n", 60)
	s := open(80, 24, chat.Connection{State: chat.Online},
		chat.Arrived{Messages: []chat.Message{said(1, ada, 0, "a text"), said(2, ada, time.Minute, long)}})
	about := func(seq uint64) chat.MessageChanged {
		return chat.MessageChanged{Room: chat.GeneralRoom, Seq: seq, Revision: 1}
	}
	s.keys(t, "{ctrl+o}")
	if !strings.Contains(s.text(), "1–22 of 60") {
		t.Fatalf("not open:\n%s", s.text())
	}
	s.send(chat.MessageRevised{MessageChanged: about(1), Body: chat.TextBody("the text")})
	s.send(chat.MessageErased{MessageChanged: about(2)})
	if text := s.text(); !strings.Contains(text, "the text (edited)") || !strings.Contains(text, "(deleted)") || strings.Contains(text, "secret") {
		t.Errorf("after both:\n%s", text)
	}
	s.send(chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: chat.GeneralRoom, Seq: 1}})
	if text := s.text(); strings.Contains(text, "the text") {
		t.Errorf("what is gone is shown:\n%s", text)
	}
}

// TestRoomsThatAreLeftAreLetGo, and those that are renamed are called by their name.
func TestRoomsThatAreLeftAreLetGo(t *testing.T) {
	in := func(id, name string) chat.Membership { return chat.Membership{Room: chat.Room{ID: id, Name: name}} }
	s := open(80, 24, chat.Identified{You: you, Rooms: []chat.Membership{in(chat.GeneralRoom, "general"), in("ops", "ops")}})
	s.send(chat.Reloaded{Room: "ops", Messages: []chat.Message{{Envelope: chat.Envelope{ID: "x", Room: "ops", Seq: 1, From: ada}, Body: chat.TextBody("hi")}}})
	s.send(chat.RoomsChanged{Rooms: []chat.Membership{in(chat.GeneralRoom, "lobby")}})
	if s.timelines["ops"] != nil || s.timelines[chat.GeneralRoom] == nil {
		t.Errorf("timelines: %v", s.timelines)
	}
	if !strings.Contains(s.text(), "#lobby") {
		t.Errorf("not renamed:\n%s", s.text())
	}
}
