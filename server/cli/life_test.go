package cli

import (
	"testing"
	"time"
)

func TestLife(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"90d": 90 * day, "1d": day, "36h": 36 * time.Hour, "1d12h": 36 * time.Hour, "720h": 30 * day, "3650d": maxTokenLife, "90s": 90 * time.Second,
		"0s": 0, "-1h": -time.Hour,
	} {
		var l life
		if err := l.Set(s); err != nil || time.Duration(l) != want {
			t.Errorf("%q is %v, %v", s, time.Duration(l), err)
		}
	}
	for _, s := range []string{"", "d", "90", "1.5d", "-1d", "1d-1h", "1d24h", "1d 1h", "99999d", "2d1d", "one day", "90D"} {
		var l life
		if err := l.Set(s); err == nil {
			t.Errorf("%q is %v", s, time.Duration(l))
		}
	}
	for d, want := range map[time.Duration]string{TokenLife: "90d", 36 * time.Hour: "36h0m0s", time.Second: "1s"} {
		l := life(d)
		if got := l.String(); got != want {
			t.Errorf("%v is %s", d, got)
		}
	}
}
