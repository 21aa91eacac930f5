package server

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestDevicesAgree: two devices of one person and those of two others go away and come
// back in any order while the team talks on, in threads, too: in the end all have the
// same messages in the same order with the same threads, and each its person's numbers.
func TestDevicesAgree(t *testing.T) {
	histories(t, func(rt *rapid.T, w *world) {
		people := []chat.User{owner, grace, carol}
		w.enter(people...)
		room := w.makeRoom(owner, chat.RoomPublic, "ops", grace, carol)
		devices := []*device{newDevice(w, grace), newDevice(w, grace), newDevice(w, owner), newDevice(w, carol)}
		for _, d := range devices {
			w.must(d.come())
		}
		n := 0
		talk := func() {
			for _, who := range rapid.SliceOfN(rapid.SampledFrom(people), 0, 5).Draw(rt, "talk") {
				n++
				thread := ""
				if n > 3 && rapid.Bool().Draw(rt, "answer") {
					thread = fmt.Sprint("m", rapid.IntRange(1, n-1).Draw(rt, "to"))
				}
				w.post(who, room, rapid.SampledFrom([]string{"hi", "@grace hopper", "@room"}).Draw(rt, "text"), func(d *chat.Draft) {
					d.ID, d.Thread = fmt.Sprint("m", n), thread
				})
				if rapid.IntRange(0, 3).Draw(rt, "read") == 0 {
					_, err := w.s.MarkRead(w.ctx, grace, chat.ReadRequest{Room: room, Seq: uint64(rapid.IntRange(1, n).Draw(rt, "upto"))})
					w.must(err)
				}
			}
			for _, d := range devices {
				d.listen()
			}
		}
		for _, d := range rapid.Permutation(devices).Draw(rt, "away") {
			talk()
			d.leave()
		}
		for _, d := range rapid.Permutation(devices).Draw(rt, "back") {
			talk()
			w.must(d.come())
		}
		talk()
		for _, d := range devices {
			d.check()
			if diff := cmp.Diff(order(devices[0], room), order(d, room)); diff != "" {
				rt.Fatalf("messages (-first +%s's):\n%s", d.who.Name, diff)
			}
			if got := int(d.rooms[room].LastSeq); got != n || len(d.rooms[room].messages) != n {
				rt.Fatalf("%s has %d messages, the newest is %d, and there are %d", d.who.Name, len(d.rooms[room].messages), got, n)
			}
		}
		if diff := cmp.Diff(devices[0].rooms[room].Membership, devices[1].rooms[room].Membership); diff != "" {
			rt.Fatalf("two devices of one person:\n%s", diff)
		}
	})
}

// order is what a device has of a room, from the oldest on.
func order(d *device, room string) (lines []string) {
	p := d.rooms[room]
	seqs := make([]uint64, 0, len(p.messages))
	for seq := range p.messages {
		seqs = append(seqs, seq)
	}
	slices.Sort(seqs)
	for _, seq := range seqs {
		m := p.messages[seq]
		line := fmt.Sprintf("%d %s %s %s of %s", seq, m.ID, m.JSON, m.From.ID, m.Thread)
		if m.Replies != nil {
			line += fmt.Sprintf(": %d answers, the last at %d by %s", m.Replies.Count, m.Replies.Last, m.Replies.LastBy.ID)
		}
		lines = append(lines, line)
	}
	return lines
}
