package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// meant adds to a refusal of a room, or of a person as @ada, which one was perhaps meant. It
// asks on a connection that is there, and where that does not answer the refusal stays as it is.
func meant(ctx context.Context, l *client.Line, called string, err error) error {
	no, refused := errors.AsType[*chat.Error](err)
	if _, said := errors.AsType[*exit.Error](err); !refused || said {
		return err
	}
	person := strings.HasPrefix(called, "@")
	var near string
	lists := whoLists
	switch {
	case no.Code == chat.CodeUnknownRoom && !person:
		near, lists = nearRoom(ctx, l, called), ""
	case no.Code == chat.CodeNotFound && person:
		near, _ = nearPeople(ctx, l, called)
	default:
		return err
	}
	e := refusal(no)
	e.Hint = didYouMean(near) + strings.TrimPrefix(e.Hint+"\n"+lists, "\n")
	e.Hint = strings.TrimSuffix(e.Hint, "\n")
	return e
}

// whoLists is the hint for who is looked for.
const whoLists = "hobnob who lists who is in the team"

// didYouMean is the first line of a hint, "" where nothing is near. What is near is as it is
// written on a command line.
func didYouMean(near string) string {
	if near == "" {
		return ""
	}
	return "did you mean " + exit.Quote(chat.SanitizeLine(near)) + "?\n"
}

// nearRoom is the room whose name is near to one that there is none of: of those that one may see,
// or else the person who is called exactly so, in front of whose name an @ is missing.
func nearRoom(ctx context.Context, l *client.Line, called string) string {
	list, err := client.Ask[roomList](ctx, l, "room:list", chat.RoomListRequest{})
	if err != nil {
		return ""
	}
	var names []string
	for i := range list.Rooms {
		if r := &list.Rooms[i]; r.Kind != chat.RoomDirect {
			names = append(names, r.Name)
		}
	}
	called = strings.TrimPrefix(called, "#")
	team, _ := people(ctx, l)
	for _, p := range team {
		if chat.FoldName(p.Name) == chat.FoldName(called) {
			return "@" + p.Name
		}
	}
	return nearest(called, names)
}

// nearPeople is a list of people as it was given, with what is near in place of each name that is
// nobody's: "" where one of them is near to none, or all are there. Those that are nobody's for
// certain are nobody.
func nearPeople(ctx context.Context, l *client.Line, called string) (near string, nobody []string) {
	team, whole := people(ctx, l)
	names := make([]string, len(team))
	for i := range team {
		names[i] = team[i].Name
	}
	given := strings.Split(called, ",")
	for i, name := range given {
		name = strings.TrimPrefix(strings.TrimSpace(name), "@")
		if given[i] = "@" + name; isAmongMembers(team, name) {
			continue
		}
		nobody = append(nobody, given[i])
		if given[i] = ""; nearest(name, names) != "" {
			given[i] = "@" + nearest(name, names)
		}
	}
	if len(nobody) > 0 && !slices.Contains(given, "") {
		near = strings.Join(given, ",")
	}
	if !whole {
		nobody = nil
	}
	return near, nobody
}

// people are who is in the team, and whether these are all.
func people(ctx context.Context, l *client.Line) (team []chat.Member, whole bool) {
	list, err := client.Ask[chat.Members](ctx, l, "members", chat.MembersRequest{})
	return list.Members, err == nil && !list.More
}

// isAmongMembers tells whether somebody has this name or ID.
func isAmongMembers(all []chat.Member, name string) bool {
	return slices.ContainsFunc(all, func(m chat.Member) bool { return m.ID == name || chat.FoldName(m.Name) == chat.FoldName(name) })
}

// nearest is the name that is near to a word, in whatever case either is written.
func nearest(word string, names []string) string {
	folded := make([]string, len(names))
	for i, name := range names {
		folded[i] = chat.FoldName(name)
	}
	if at := slices.Index(folded, settings.Nearest(chat.FoldName(word), folded)); at >= 0 {
		return names[at]
	}
	return ""
}
