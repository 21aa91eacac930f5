package slash

import (
	"strconv"
	"strings"
	"time"
)

const (
	// morning is the hour at which a day begins for who is away until then: most are at work by it.
	morning = 9

	// maxAway is the longest that is taken for a time: who means longer gives none.
	maxAway = 365 * 24 * time.Hour
)

// units are what people write behind the number of a time.
var units = map[string]time.Duration{
	"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hrs": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour, "weeks": 7 * 24 * time.Hour,
}

// Until takes a text apart that begins with when something ends, as in "1h lunch", "2 hours",
// "until 15:00" and "tomorrow", which is at nine. Where it begins with none the end is zero, and
// rest all of it.
func Until(text string, now time.Time) (end time.Time, rest string) {
	words := strings.Fields(text)
	lead, first := 0, func(i int) string {
		if i < len(words) {
			return strings.ToLower(words[i])
		}
		return ""
	}
	switch first(0) {
	case "for", "until", "till", "til":
		lead = 1
	}
	n := 0
	switch first(lead) {
	case "tomorrow":
		end, n = time.Date(now.Year(), now.Month(), now.Day()+1, morning, 0, 0, 0, now.Location()), 1
		if hour, minute, ok := clock(first(lead + 1)); ok {
			end, n = time.Date(now.Year(), now.Month(), now.Day()+1, hour, minute, 0, 0, now.Location()), 2
		}
	default:
		if first(0) != "for" {
			end, n = atClock(first(lead), now)
		}
		if n == 0 && (lead == 0 || first(0) == "for") {
			var d time.Duration
			if d, n = lasting(first(lead), first(lead+1)); n > 0 {
				end = now.Add(d)
			}
		}
	}
	if n == 0 {
		return time.Time{}, text
	}
	return end, strings.Join(words[lead+n:], " ")
}

// lasting is a time that is said in one word or two, and in how many: 0 for none.
func lasting(word, next string) (d time.Duration, words int) {
	digits := len(word) - len(strings.TrimLeft(word, "0123456789"))
	number, err := strconv.Atoi(word[:digits])
	unit, known := units[word[digits:]]
	words = 1
	if word[digits:] == "" {
		unit, known = units[next]
		words = 2
	}
	switch {
	case err == nil && known && number > 0 && number <= int(maxAway/unit):
		return time.Duration(number) * unit, words
	case err != nil || digits == len(word):
		return 0, 0
	}
	if d, err = time.ParseDuration(word); err != nil || d < time.Minute || d > maxAway { // 1h30m
		return 0, 0
	}
	return d, 1
}

// atClock is when a clock shows a time next.
func atClock(word string, now time.Time) (end time.Time, words int) {
	hour, minute, ok := clock(word)
	if !ok {
		return time.Time{}, 0
	}
	end = time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, now.Location())
	if !end.After(now) {
		end = time.Date(now.Year(), now.Month(), now.Day()+1, hour, minute, 0, 0, now.Location())
	}
	return end, 1
}

// clock reads what a clock shows: 15:00, 9:30, 3pm.
func clock(word string) (hour, minute int, ok bool) {
	for _, form := range []string{"15:04", "3:04pm", "3pm"} {
		if at, err := time.Parse(form, word); err == nil {
			return at.Hour(), at.Minute(), true
		}
	}
	return 0, 0, false
}

// LooksTimed tells whether a text that has no end was perhaps meant to have one.
func LooksTimed(text string) bool {
	word := strings.ToLower(strings.TrimSpace(text))
	if word == "" {
		return false
	}
	if word[0] >= '0' && word[0] <= '9' {
		return true
	}
	for _, lead := range []string{"until ", "till ", "til ", "for "} {
		if strings.HasPrefix(word, lead) {
			return true
		}
	}
	return false
}

// withYear is from how many days on an end is said with its year: the same date of this year is near
// then, or today.
const withYear = 300

// SayUntil says an end as people do: 15:00, tomorrow 09:00, Mon 09:00, 2 Jan 09:00, 2 Jan 2027 09:00.
func SayUntil(end, now time.Time) string {
	end = end.In(now.Location())
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	switch days := int(day(end).Sub(day(now)).Hours() / 24); {
	case days == 0:
		return end.Format("15:04")
	case days == 1:
		return end.Format("tomorrow 15:04")
	case days > 1 && days < 7:
		return end.Format("Mon 15:04")
	case days >= withYear:
		return end.Format("2 Jan 2006 15:04")
	}
	return end.Format("2 Jan 15:04")
}

// SayEnd goes on with until when something holds: text is what was written behind the command,
// wanted when it was to end by that, and ends when it does. Zero is never.
func SayEnd(text string, wanted, ends, now time.Time) string {
	switch {
	case !ends.IsZero():
		return "until " + SayUntil(ends, now) + ", or /back before"
	case !wanted.IsZero():
		return "until /back: this server is too old to end it by itself"
	case LooksTimed(text):
		return "until /back: what you wrote is no time. 1h, 2 days, until 15:00 and tomorrow end by themselves"
	}
	return "until /back"
}
