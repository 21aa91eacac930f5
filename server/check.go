package server

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// is tells whether err is a *chat.Error of a code.
func is(err error, code chat.Code) bool { return errors.Is(err, &chat.Error{Code: code}) }

// on is a switch of a request: true when absent.
func on(v *bool) bool { return v == nil || *v }

// span says how long something lasts, as people say it.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds())+1)
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes())+1)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours())+1)
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24)+1)
}

// checkLine tells whether a topic, a purpose, a reason or a presence can be shown
// as one line.
func checkLine(field, s string) error {
	switch {
	case !utf8.ValidString(s) || chat.SanitizeLine(s) != s:
		return badRequest("%s must be one line without control or invisible characters", field)
	case utf8.RuneCountInString(s) > chat.MaxTopic:
		return badRequest("%s has at most %d characters", field, chat.MaxTopic)
	}
	return nil
}

// checkEmoji tells whether a reaction is one: an emoji, or a name between colons.
func checkEmoji(s string) error {
	bad := badRequest("emoji must be one emoji, or a name as in :thumbsup:")
	if s == "" || len(s) > chat.MaxEmoji || !utf8.ValidString(s) || strings.ContainsAny(s, " \t\r\n") {
		return bad
	}
	if name, ok := strings.CutPrefix(s, ":"); ok {
		name, ok = strings.CutSuffix(name, ":")
		if !ok || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_+-") != "" {
			return bad
		}
		return nil
	}
	if !chat.IsEmoji(s) {
		return bad
	}
	return nil
}

// checkExtra tells whether what a message has beside its text can be shown.
func checkExtra(x *chat.Extra) error {
	switch x.Style {
	case "", chat.StyleMe:
		if x.Block != nil {
			return badRequest("block goes with style code or output")
		}
	case chat.StyleCode, chat.StyleOutput:
	default:
		return badRequest("style is me, code or output")
	}
	if len(x.Files) > chat.MaxFiles {
		return badRequest("a message has at most %d files", chat.MaxFiles)
	}
	if b := x.Block; b != nil {
		if err := checkLine("title", b.Title); err != nil {
			return err
		}
		if len(b.Language) > 32 || strings.ContainsFunc(b.Language, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return badRequest("language is a word of at most 32 ASCII characters")
		}
		if b.Duration < 0 {
			return badRequest("duration is in milliseconds, and not negative")
		}
	}
	return nil
}

// blank tells whether a body is a text in which nothing can be seen.
func blank(b chat.Body) bool {
	if len(b.JSON) > 1 && b.JSON[0] == '"' && b.JSON[1] > ' ' && b.JSON[1] < utf8.RuneSelf && b.JSON[1] != '\\' && b.JSON[1] != '"' {
		return false // as nearly all are, without a look at the rest
	}
	text, ok := b.Text()
	return ok && !strings.ContainsFunc(text, seen)
}

// seen tells whether a character shows anything. Some letters of Hangul and a Braille
// pattern are there to show nothing.
func seen(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return false
	}
	return !unicode.IsSpace(r) && !unicode.In(r, unicode.C, unicode.M, unicode.Variation_Selector)
}
