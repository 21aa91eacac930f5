// Package signin puts in words where somebody is signed in. All that it says is safe to
// show in a line; it knows no screen.
package signin

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Order puts the sign-in that asks first, and leaves all others as the server has them:
// those that are connected, then those that were there last.
func Order(list []chat.Session) {
	slices.SortStableFunc(list, func(a, b chat.Session) int {
		switch {
		case a.Current == b.Current:
			return 0
		case a.Current:
			return -1
		}
		return 1
	})
}

// Name is what a sign-in is called: by its machine, or where that says nothing by the
// program.
func Name(s chat.Session) string {
	return cmp.Or(chat.OwnName(s.Device), program(s), "unnamed program")
}

func program(s chat.Session) string {
	return chat.OwnName(strings.TrimSuffix(s.Client, "/")) // of one that knew no version of itself
}

// About is what else is to be said of a sign-in: when it is or was there, since when there is
// such a one, and what with and from where. Two of one machine differ in when they began.
func About(s chat.Session, now time.Time) string { return about(s, now, minute) }

// Among is About of one of a list, and less and less of it, for where there is no room. Where
// another one of that name was there at the same time and began in the same minute, all of them
// say the second: what else the two differ in may have no room. less has four, the last but one
// of which says when it was there, or where another one of that name was there then, when it
// began; the last the same in fewer words.
func Among(s chat.Session, list []chat.Session, now time.Time) (all string, less []string) {
	alike, twins := 0, 0
	for _, other := range list {
		if Name(other) != Name(s) || when(other, now) != when(s, now) {
			continue
		}
		twins++
		if since(other, now, minute) == since(s, now, minute) {
			alike++
		}
	}
	moment, brief := minute, strings.TrimPrefix(when(s, now), lastHere)
	if alike > 1 {
		moment = minute + ":05"
	}
	at, began := when(s, now), since(s, now, moment)
	least := at
	if twins > 1 {
		least, brief = began, strings.TrimPrefix(began, "since ")
	}
	if alike > 1 {
		brief = since(s, now, "15:04:05")
	}
	return about(s, now, moment), []string{dots(at, began, with(s)), dots(at, began), least, brief}
}

// with is the program, where the name is the machine's.
func with(s chat.Session) string {
	if s.Device == "" {
		return ""
	}
	return program(s)
}

// Line is all that is to be said of a sign-in.
func Line(s chat.Session, now time.Time) string { return Name(s) + " · " + About(s, now) }

// lastHere is before a time when it was there.
const lastHere = "last here "

// minute is how a moment of some day is said.
const minute = "2 January 15:04"

func about(s chat.Session, now time.Time, moment string) string {
	return dots(when(s, now), since(s, now, moment), with(s), chat.OwnName(s.Address))
}

func since(s chat.Session, now time.Time, moment string) string {
	return "since " + s.Since.Time().In(now.Location()).Format(moment)
}

// dots joins parts, those that say something.
func dots(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

// when says when it was there. A server that says neither knows only who is connected.
func when(s chat.Session, now time.Time) string {
	switch {
	case s.Current:
		return "this one"
	case s.Connected || s.Seen == 0:
		return "here now"
	}
	at := s.Seen.Time().In(now.Location())
	year, month, date := now.Date()
	today := time.Date(year, month, date, 0, 0, 0, 0, now.Location())
	layout := minute
	switch {
	case !at.Before(today):
		layout = "15:04"
	case !at.Before(today.AddDate(0, 0, -1)):
		layout = "yesterday 15:04"
	case !at.Before(today.AddDate(0, 0, -6)): // a week ago it was the same day
		layout = "Monday 15:04"
	case at.Year() != year:
		layout = "2 January 2006"
	}
	return lastHere + at.Format(layout)
}
