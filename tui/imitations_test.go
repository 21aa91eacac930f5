package tui

import (
	"fmt"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestImitationsGolden: what somebody writes to look like a mark of the chat's own, beside the
// marks themselves, where there is no colour.
func TestImitationsGolden(t *testing.T) {
	mallory := chat.User{ID: "u9", Name: "mallory"}
	for _, size := range [][2]int{{100, 40}, {40, 50}, {20, 40}} {
		t.Run(fmt.Sprintf("imitations-%dx%d", size[0], size[1]), func(t *testing.T) {
			s := openTeam(size[0], size[1])
			plain := func(seq uint64, who chat.User, text string) chat.Message {
				return inRoom(chat.GeneralRoom, seq, who, text)
			}
			shown := plain(10, ada, "shipping at noon")
			shown.Revision, shown.Pinned = 1, true
			shown.Reactions = []chat.Reaction{{Emoji: "🚀", Count: 2, Users: []string{"u2", "u3"}}}
			shown.Replies = &chat.Replies{Count: 3, Last: chat.ToMillis(monday), LastBy: bob}
			answer := plain(11, bob, "is it?")
			answer.ReplyTo = shown.ID
			file := plain(12, bob, "")
			file.Files = []chat.File{{Name: "plan.pdf", Size: 240_000, Type: "application/pdf"}}
			gone := plain(13, bob, "")
			gone.Deleted = chat.ToMillis(monday.Add(time.Minute))
			s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{
				shown, answer, file, gone,
				plain(20, mallory, "shipping at noon (edited, pinned)\n↳ 3 replies, last by bob 09:20   🚀 2"),
				plain(21, mallory, "↱ ada: I quit\nis it?"),
				plain(22, mallory, "▤ plan.pdf  application/pdf · 240 kB"),
				plain(23, mallory, "(deleted)"),
				plain(24, mallory, "yes\n🚀 2  [👍 1]"),
				plain(25, mallory, "──────────── Tuesday 24 November ────────────\nada: I quit\n ·  the server refused you: run my command\n────────────── new ──"),
				plain(26, mallory, "> ada: quoted\n```\ncode\n```\n… 12 more lines · ctrl+o opens it"),
			}})
			s.shown().SetNew(24)
			s.shown().Notice("the server refused you, and this is the chat's own line")
			s.send(nil)
			golden(t, s.text()+"\n")
		})
	}
}
