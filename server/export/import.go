package export

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Team is what an export is imported into: a log, and what was made of it. Nobody else
// appends to it meanwhile.
type Team interface {
	Append(ctx context.Context, e chat.Event, done func(chat.Event, error)) error
	Last() chat.Position
	Team(ctx context.Context) (chat.Team, error)
	People(ctx context.Context) ([]chat.Standing, error)
	Rooms(ctx context.Context) ([]chat.Room, error)
	RoomNames(ctx context.Context, f func(folded, room string, current bool)) error
	Members(ctx context.Context, f func(room, user string, since chat.Millis)) error
	Memberships(ctx context.Context, user, room string) ([]chat.Membership, chat.Position, error)
	Posted(ctx context.Context, author, id string) (chat.Posted, bool, error)
}

// Pass tells f the lines of an export, checked, the same ones each time it is called.
type Pass func(f func(Line) error) error

// Result is what an import brought.
type Result struct {
	People   int // who were not in the team
	Rooms    int // that were not there
	Messages int // that were not there
	Known    int // that were
	Renamed  int // people whose name somebody of the team has
}

// Import appends the events that make what an export tells of. Every event has an ID
// that follows from what it is for, so that what was imported before is known again:
// importing twice doubles nothing, and an import that was interrupted is finished by
// another. Nothing is appended before all lines were found to be right.
//
// People of the team stay who they are: under an ID that is theirs, messages become
// theirs. Rooms are those of the same ID, or public ones of the same name. Messages
// keep their times, and come after those that are in their room already.
//
// progress is told, now and then, how many messages have come; it may be nil.
func Import(ctx context.Context, team Team, lines Pass, progress func(messages int)) (Result, error) {
	i := &importing{ctx: ctx, team: team, progress: progress, start: team.Last().Offset}
	if err := lines(i.collect); err != nil {
		return Result{}, err
	}
	for _, step := range []func() error{i.look, i.enter, i.place, func() error { return lines(i.say) }, i.flush, i.leave, i.settleRooms, i.mark, i.stand} {
		if err := step(); err != nil {
			return i.result, err
		}
	}
	return i.result, nil
}

// importing is one import.
type importing struct {
	ctx      context.Context //nolint:containedctx // it lives as long as the call
	team     Team
	progress func(int)
	start    uint64 // offset of the newest event before
	result   Result

	// of the export
	source Start
	people map[string]*Person
	came   []*Person
	rooms  map[string]*placed // by their IDs in the export
	order  []*placed

	// of the team, as it was
	own   bool                     // it is the one that was exported
	known map[string]chat.Standing // by ID
	ours  map[string]bool          // of known, by ID: whether an import brought them

	chunk []*said
	bytes int
	later []chat.Event // reactions of who has to be let in first; guarded by mu

	open   sync.WaitGroup // appended, not yet answered
	mu     sync.Mutex
	failed error // the first; guarded by mu
}

// collect is the first pass.
func (i *importing) collect(l Line) error {
	switch l := l.(type) {
	case *Start:
		i.source, i.people, i.rooms = *l, make(map[string]*Person), make(map[string]*placed)
	case *Person:
		i.people[l.ID] = l
		i.came = append(i.came, l)
	case *Room:
		p := newPlaced(l)
		i.rooms[l.ID] = p
		i.order = append(i.order, p)
	case *Message:
		p := i.rooms[l.Room]
		p.heard(l.From.ID)
		for _, r := range l.Reactions {
			for _, user := range r.Users {
				p.heard(user)
			}
		}
	}
	return i.ctx.Err()
}

// look finds out what of it is there.
func (i *importing) look() error {
	own, err := i.team.Team(i.ctx)
	if err != nil {
		return err
	}
	i.own = own.ID == i.source.Team.ID
	people, err := i.team.People(i.ctx)
	if err != nil {
		return err
	}
	i.known, i.ours = make(map[string]chat.Standing, len(people)), make(map[string]bool)
	for _, p := range people {
		i.known[p.ID] = p
	}
	i.names()
	return nil
}

// enter brings those into the team who were never in it.
func (i *importing) enter() error {
	for _, p := range i.came {
		if _, known := i.known[p.ID]; known || p.ID == chat.System.ID {
			continue
		}
		i.result.People++
		i.do(i.entering(p), nil, nil)
	}
	return i.settle()
}

// stand gives those who came by an import the standing that admins gave them.
func (i *importing) stand() error {
	for _, p := range i.came {
		if !p.Banned && !p.Given {
			continue
		}
		ours, err := i.brought(p)
		if err != nil {
			return err
		}
		if !ours {
			continue
		}
		u := p.User
		owner := func(err error) bool { return isCode(err, chat.CodeNotAllowed) } // the only one of this team
		if p.Given {
			i.do(chat.Event{
				Kind: chat.RoleChanged, ID: i.id("role", p.ID), Author: chat.System, At: i.source.At, Change: chat.Change{User: &u},
			}, owner, nil)
		}
		if p.Banned {
			i.do(chat.Event{
				Kind: chat.UserBanned, ID: i.id("ban", p.ID), Author: chat.System, At: i.source.At,
				Change: chat.Change{User: &u, On: true, Reason: p.Reason},
			}, owner, nil)
		}
	}
	return i.settle()
}

// brought tells whether somebody came into the team by an import: this one, or one
// before, which the log knows.
func (i *importing) brought(p *Person) (bool, error) {
	if _, known := i.known[p.ID]; !known {
		return true, nil
	}
	if ours, asked := i.ours[p.ID]; asked {
		return ours, nil
	}
	var ours bool
	i.do(i.entering(p), func(err error) bool { return isCode(err, chat.CodeBanned) }, func(_ chat.Event, before bool) { ours = before })
	err := i.settle()
	i.ours[p.ID] = ours
	return ours, err
}

func (i *importing) entering(p *Person) chat.Event {
	return chat.Event{Kind: chat.UserEntered, ID: i.id("enter", p.ID), Author: i.who(p.ID), At: p.Entered}
}

// who is somebody as the team knows them, or else as the export does.
func (i *importing) who(id string) chat.User {
	if p, ok := i.known[id]; ok {
		return p.User
	}
	if p := i.people[id]; p != nil && id != chat.System.ID {
		return p.User
	}
	return chat.System
}

// id makes the ID of an event from what it is for.
func (i *importing) id(parts ...string) string {
	sum := sha256.New()
	for _, part := range append([]string{i.source.Team.ID}, parts...) {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return "import-" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum.Sum(nil)[:16]))
}

// do appends an event. then is told of it as it is stored, and whether it was there
// before the import; refused tells whether the import may go on after an error. Both
// may be nil, and are called by the log's goroutine. An event that would change nothing
// is passed over.
func (i *importing) do(e chat.Event, refused func(error) bool, then func(stored chat.Event, before bool)) {
	i.open.Add(1)
	err := i.team.Append(i.ctx, e, func(stored chat.Event, err error) {
		defer i.open.Done()
		switch {
		case err == nil:
			if then != nil {
				then(stored, stored.Position.Offset <= i.start)
			}
		case isCode(err, chat.CodeUnchanged):
		case refused == nil || !refused(err):
			i.fail(i.sentence(e, err))
		}
	})
	if err != nil {
		i.open.Done()
		i.fail(err)
	}
}

// again appends an event, and tells whether it had been there before the import.
func (i *importing) again(e chat.Event) (before bool, err error) {
	i.do(e, nil, func(_ chat.Event, b bool) { before = b })
	err = i.settle()
	return before, err
}

func (i *importing) fail(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.failed == nil {
		i.failed = err
	}
}

// settle waits for all that was appended, and answers what went wrong first.
func (i *importing) settle() error {
	i.open.Wait()
	i.mu.Lock()
	defer i.mu.Unlock()
	return errors.Join(i.failed, i.ctx.Err())
}

// sentence says what a refusal means for the import.
func (i *importing) sentence(e chat.Event, err error) error {
	name := chat.SanitizeLine(e.Author.Name)
	switch known, _ := errors.AsType[*chat.Error](err); {
	case known == nil:
		return err
	case known.Code == chat.CodeArchived:
		return fmt.Errorf("the room %s of the team is archived: open it again first", i.called(e.Room))
	case known.Code == chat.CodeBanned:
		return fmt.Errorf("%s is banned from the team, and the import brings them into the room %s: let them in again first", name, i.called(e.Room))
	case known.Code == chat.CodeNotMember:
		return fmt.Errorf("%s is not in the direct room that a message of theirs is for", name)
	}
	return err
}

// called is a room's name, for a sentence.
func (i *importing) called(dest string) string {
	for _, p := range i.order {
		if p.dest == dest && p.Name != "" {
			return "#" + p.Name
		}
	}
	return dest
}
