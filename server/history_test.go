package server

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// histories runs a test over random histories, each in a folder of its own.
func histories(t *testing.T, f func(rt *rapid.T, w *world)) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t.Context(), rt, t.TempDir())
		defer w.close()
		f(rt, w)
	})
}

// TestStateFollows: after every request each device has, from its hello and the events
// since, what it would be told if it asked for all of it anew; with two devices of one
// person and four more people, each away and back at any time.
func TestStateFollows(t *testing.T) {
	histories(t, func(rt *rapid.T, w *world) {
		people := []chat.User{owner, admin, grace, carol, guest}
		w.enter(people...)
		devices := []*device{newDevice(w, owner), newDevice(w, owner)}
		for _, p := range people[1:] {
			devices = append(devices, newDevice(w, p))
		}
		a := &acts{w: w, people: people, roles: true}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			if i := rapid.IntRange(0, 3*len(devices)).Draw(rt, "device"); i < len(devices) {
				toggle(rt, devices[i])
			}
			before := w.log.Last().Offset
			a.step(rt)
			sendAway(w, devices, before)
			for _, d := range devices {
				if d.online {
					d.listen()
					d.check()
				}
			}
		}
		for _, d := range devices {
			if !d.online {
				toggle(rt, d)
			}
			if d.online {
				d.listen()
				d.check()
			}
		}
		checkModel(w)
	})
}

// toggle has a device come or go.
func toggle(rt *rapid.T, d *device) {
	if d.online {
		d.leave()
		return
	}
	if err := d.come(); err != nil && codeOf(err) != chat.CodeBanned {
		rt.Fatalf("hello of %s: %v", d.who.Name, err)
	}
}

// sendAway does as the gateway does: who was banned or has another role is sent away,
// and may come again.
func sendAway(w *world, devices []*device, after uint64) {
	events, err := w.log.Read(w.ctx, after, 100)
	w.must(err)
	for _, e := range events {
		if e.Change.User == nil || (e.Kind != chat.RoleChanged && (e.Kind != chat.UserBanned || !e.Change.On)) {
			continue
		}
		for _, d := range devices {
			if d.who.ID == e.Change.User.ID && d.online {
				d.listen()
				d.leave()
			}
		}
	}
}

// checkModel: what the team's rules remember is what the read model has.
func checkModel(w *world) {
	w.t.Helper()
	var fresh team
	w.must(fresh.load(context.Background(), w.db))
	fresh.position = w.s.team.position
	if diff := cmp.Diff(summary(&fresh), summary(&w.s.team)); diff != "" {
		w.t.Fatalf("the team (-as loaded +as it followed):\n%s", diff)
	}
}

// summary is a team in plain types.
func summary(t *team) map[string]any {
	out := map[string]any{"position": t.position, "names": t.names}
	for id, r := range t.rooms {
		out["room "+id] = map[string]any{"room": r.Room, "folded": r.folded, "creator": r.creator, "members": r.members}
	}
	for id, p := range t.people {
		p := *p
		if len(p.Mutes) == 0 {
			p.Mutes = nil
		}
		out["person "+id] = p
	}
	called := make(map[string][]string)
	for _, a := range t.called {
		for name, ids := range a.names {
			called[name] = sorted(ids)
		}
	}
	out["called"] = called
	return out
}

// TestHelloInTheMiddle: a hello while others talk, change and delete leaves a device
// with what it would be told if it asked anew, once all is quiet; also where the read
// model has what nobody was told yet.
func TestHelloInTheMiddle(t *testing.T) {
	w := ofTest(t)
	people := []chat.User{owner, admin, grace, carol}
	w.enter(people...)
	room := w.makeRoom(owner, chat.RoomPrivate, "ops", people[1:]...)
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	devices := []*device{newDevice(w, grace), newDevice(w, grace), newDevice(w, carol)}
	for round := range rounds {
		before := w.log.Last().Offset
		w.telling.Lock()
		var talk sync.WaitGroup
		for i, p := range people {
			rnd := rand.New(rand.NewPCG(uint64(round), uint64(i)))
			talk.Go(func() {
				for range 6 {
					disturb(w, rnd, p, room)
				}
			})
		}
		for w.log.Last().Offset == before { // until something is stored, and told to nobody
			runtime.Gosched()
		}
		for i, d := range devices {
			if d.online && (round+i)%3 > 0 {
				d.leave()
			}
			if !d.online {
				w.must(d.come())
			}
			d.listen()
		}
		w.telling.Unlock()
		talk.Wait()
		w.settle()
		for _, d := range devices {
			d.listen()
			d.check()
		}
	}
}

// disturb makes one request of the kinds that change counts.
func disturb(w *world, rnd *rand.Rand, who chat.User, room string) {
	if rnd.IntN(3) == 0 {
		room = chat.GeneralRoom
	}
	texts := []string{"@grace hopper look", "@carol", "@room", "plain", "@carol and @grace hopper"}
	text := texts[rnd.IntN(len(texts))]
	in, err := w.s.at(Read, w.s.Standing(who), room)
	if err != nil {
		return // of a room that it was taken out of
	}
	ref := chat.MessageRef{Room: room, Seq: in.LastSeq - min(in.LastSeq, uint64(rnd.IntN(4)))}
	switch rnd.IntN(12) {
	default:
		_, _ = w.s.PostWait(w.ctx, who, chat.Draft{Room: room, Body: chat.TextBody(text), ID: fmt.Sprint(rnd.Uint64())})
	case 0, 1:
		_, _ = w.s.Edit(w.ctx, who, chat.EditRequest{MessageRef: ref}, chat.TextBody(text))
	case 2, 3:
		_, _ = w.s.Delete(w.ctx, who, ref, "")
	case 4:
		_, _ = w.s.React(w.ctx, who, chat.ReactRequest{MessageRef: ref, Emoji: "👍"})
	case 5:
		_, _ = w.s.MarkRead(w.ctx, who, chat.ReadRequest(ref))
	case 6:
		_, _ = w.s.RemoveFrom(w.ctx, owner, chat.RoomRequest{Room: room, User: carol.ID})
	case 7, 8:
		_, _ = w.s.InviteTo(w.ctx, owner, chat.RoomRequest{Room: room, User: carol.ID})
	case 9:
		_ = w.s.Trim(w.ctx, room, ref.Seq-min(ref.Seq, 20))
	}
}
