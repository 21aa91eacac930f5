package timeline

import (
	"slices"
	"time"

	"github.com/hobnob-chat/hobnob/tui/markup"
)

// SetNames says which names mean something after @ and # in a text.
func (t *Timeline) SetNames(names *markup.Names) {
	if names != t.names {
		t.names = names
		t.restyle()
	}
}

// SetPatience says how long finding the colours of a text's code may take, until the
// theme is another one. A picture that has to be the same each time has all of it.
func (t *Timeline) SetPatience(d time.Duration) {
	t.markup.SetPatience(d)
	t.restyle()
}

// words is what an item says, to be drawn in the column of texts.
func (t *Timeline) words(it *item, text string, b beside) markup.Text {
	m := markup.Text{Body: text, Ink: b.ink, Width: t.columns.width, Most: t.most, ID: it.id, You: t.calls(it), Names: t.names}
	m.Kind, m.Language = meant(it, b.chat)
	return m
}

// meant is how a text is meant. What programs say to each other is nothing to read
// for signs.
func meant(it *item, chat bool) (kind markup.Kind, language string) {
	switch {
	case isBlock(it):
		if k := it.extra.block; k != nil {
			if language = k.Language; language == "" {
				language = markup.LanguageOf(k.Title)
			}
		}
		return markup.Source, language
	case !chat:
		return markup.Plain, ""
	}
	return markup.Markdown, ""
}

// drawn is a text as rows. Of more than are wanted, the last says what was left out, and with which
// key all of it is shown. Where that would save fewer rows than leastSaved, nothing is left out.
func (t *Timeline) drawn(text markup.Text, rest omitted) (rows []markup.Row, folded bool) {
	most := text.Most
	text.Most += leastSaved + sayingRows
	made := t.markup.Draw(text)
	rows = made.Rows
	if len(rows) <= most && rest == (omitted{}) {
		return rows, false
	}
	all, cut := rows, made.Rest > 0 || rest != (omitted{})
	if len(rows) > most {
		lines := made.Rest // of which nothing is among the rows that stay
		for i, r := range rows[most:] {
			if r.Line != rows[most+i-1].Line {
				lines++
			}
			rest.characters += characters(r.Plain, t.theme.Measure)
		}
		rest.lines += uint32(lines)
		rows = slices.Clip(rows[:most])
	}
	say := rest.String()
	if t.keys.Open != "" {
		say += " · " + t.keys.Open + " opens it"
	}
	saying := wrap(say, text.Width, t.theme.Measure)
	if !cut && len(all)-most-len(saying) < leastSaved {
		return all, false
	}
	for _, l := range saying {
		rows = append(rows, markup.Row{Text: t.theme.Dim.Render(l.text), Plain: l.text, Width: l.width, Lead: len(l.text)})
	}
	return rows, true
}

const (
	// leastSaved is how many rows less a message takes at least when it is folded: for one or two it
	// is not worth a key.
	leastSaved = 3
	// sayingRows is how many rows it takes to say that something was left out, on a narrow screen.
	sayingRows = 3
)
