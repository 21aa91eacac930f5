package slash

import (
	"testing"
	"time"
)

func TestUntil(t *testing.T) {
	zone := time.FixedZone("here", 2*60*60)
	now := time.Date(2026, 11, 23, 14, 30, 0, 0, zone) // a Monday
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) }
	for _, c := range []struct {
		text string
		end  time.Time
		rest string
		says string
	}{
		{"1h", at(23, 15, 30), "", "15:30"},
		{"30m", at(23, 15, 0), "", "15:00"},
		{"1h30m", at(23, 16, 0), "", "16:00"},
		{"2 hours", at(23, 16, 30), "", "16:30"},
		{"for 1 Hour lunch", at(23, 15, 30), "lunch", "15:30"},
		{"90 min back to you", at(23, 16, 0), "back to you", "16:00"},
		{"2d", at(25, 14, 30), "", "Wed 14:30"},
		{"1 week  away", at(30, 14, 30), "away", "30 Nov 14:30"},
		{"299d", at(23+299, 14, 30), "", "18 Sep 14:30"},
		{"300d", at(23+300, 14, 30), "", "19 Sep 2027 14:30"},
		{"365d", at(23+365, 14, 30), "", "23 Nov 2027 14:30"},
		{"until 15:00", at(23, 15, 0), "", "15:00"},
		{"till 3pm dentist", at(23, 15, 0), "dentist", "15:00"},
		{"15:00", at(23, 15, 0), "", "15:00"},
		{"until 9:00", at(24, 9, 0), "", "tomorrow 09:00"},
		{"until 14:30", at(24, 14, 30), "", "tomorrow 14:30"},
		{"tomorrow", at(24, 9, 0), "", "tomorrow 09:00"},
		{"until Tomorrow 7:30", at(24, 7, 30), "", "tomorrow 07:30"},
		{"until tomorrow sick", at(24, 9, 0), "sick", "tomorrow 09:00"},
	} {
		end, rest := Until(c.text, now)
		if !end.Equal(c.end) || rest != c.rest {
			t.Errorf("%q ends %v, with %q; want %v and %q", c.text, end, rest, c.end, c.rest)
		}
		if says := SayUntil(end, now); says != c.says {
			t.Errorf("%q is said %q, want %q", c.text, says, c.says)
		}
	}
	for text, looks := range map[string]bool{
		"": false, "lunch": false, "in 5 minutes": false, "1": true, "0h": true, "2 beers": true, "1s": true, "-1h": false, "h": false,
		"until monday": true, "for lunch": true, "until 25:00": true, "until": false, "99999999999999999999h": true, "400d": true, "1e3h": true,
		"for 15:00": true, "until 2 hours": true,
	} {
		if end, rest := Until(text, now); !end.IsZero() || rest != text {
			t.Errorf("%q ends %v, with %q", text, end, rest)
		}
		if LooksTimed(text) != looks {
			t.Errorf("%q looks like a time: %v", text, !looks)
		}
	}
}
