package timeline

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Find selects the nearest message that says something, in whatever case: above the one
// that is selected, or below it; with also, that one counts, too. It tells whether
// there is one; if not, what was selected stays.
func (t *Timeline) Find(query string, up, also bool) bool {
	needle := needleOf(query)
	if needle == nil {
		return false
	}
	by, i := 1, t.index(t.chosen)
	if up {
		by = -1
		if i < 0 {
			i, also = len(t.items), false
		}
	}
	if !also {
		i += by
	}
	for ; i >= 0 && i < len(t.items); i += by {
		it := t.items[i]
		if it.kind == kindNotice || it.deleted || !needle.in(it.body) || !t.choosable(i) {
			continue
		}
		return t.choose(i)
	}
	return false
}

// Seek says what Saying looks for, and how far.
type Seek struct {
	Words []string             // all of them, in whatever case
	By    func(chat.User) bool // who may have said it
	Below uint64               // the seq below which it begins, 0 for the newest
	Limit int                  // how many are enough
	Bytes int                  // how much of messages is looked at
}

// Saying are the newest messages that are as is sought, newest first. on is the Below with
// which to go on, 0 if there is nothing left or there are enough; looked is how much was
// looked at.
func (t *Timeline) Saying(s Seek) (list []Message, on uint64, looked int) {
	var all []needle
	for _, w := range s.Words {
		if n := needleOf(w); n != nil {
			all = append(all, n)
		}
	}
	if len(all) == 0 {
		return nil, 0, 0
	}
	items := t.items
	if s.Below > 0 {
		items = items[:t.find(s.Below, 0)]
	}
	for _, it := range slices.Backward(items) {
		switch {
		case len(list) == s.Limit:
			return list, 0, looked
		case looked > s.Bytes && it.kind == kindMessage:
			return list, it.seq + 1, looked
		}
		looked += len(it.body) + itemCost
		if it.kind != kindMessage || it.deleted || slices.ContainsFunc(all, func(n needle) bool { return !n.in(it.body) }) {
			continue
		}
		if s.By(chat.User{ID: it.author.key.id, Name: it.author.key.name}) {
			list = append(list, t.tell(it))
		}
	}
	return list, 0, looked
}

// itemCost is what it costs to look at a message however short it is, as bytes.
const itemCost = 32

// needle is what is looked for in the JSON of messages, which costs a fraction of what
// it does to read them: a room may have 100,000. Letters of other scripts than Latin's
// are found as they are written, or all small, or all capital.
type needle [][]byte

func needleOf(query string) (list needle) {
	query = strings.TrimSpace(query)
	if query == "" {
		return nil
	}
	add := func(form []byte) {
		if !slices.ContainsFunc(list, func(has []byte) bool { return len(has) == len(form) && equalFold(has, form) }) {
			list = append(list, form)
		}
	}
	for _, form := range []string{query, strings.ToLower(query), strings.ToUpper(query)} {
		b, err := json.Marshal(form)
		if err != nil {
			continue
		}
		add(b[1 : len(b)-1])
		for escaped, as := range map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&"} { // some write them as they are
			b = bytes.ReplaceAll(b, []byte(escaped), []byte(as))
		}
		add(b[1 : len(b)-1])
	}
	return list
}

// in tells whether a text has it.
func (n needle) in(raw []byte) bool {
	for _, form := range n {
		if containsFold(raw, form) {
			return true
		}
	}
	return false
}

// containsFold tells whether raw has form, in whatever case as far as ASCII goes.
func containsFold(raw, form []byte) bool {
	if len(form) == 0 || len(form) > len(raw) {
		return false
	}
	low, high := lower(form[0]), upper(form[0])
	for at := 0; at <= len(raw)-len(form); at++ {
		if c := raw[at]; c != low && c != high {
			continue
		}
		if equalFold(raw[at:at+len(form)], form) {
			return true
		}
	}
	return false
}

func equalFold(a, b []byte) bool {
	for i := range b {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
