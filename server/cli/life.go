package cli

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// life is a flag's duration that may be said in days, as people say how long a token
// is good: 90d, 36h, 1d12h. A day has 24 hours.
type life time.Duration

const day = 24 * time.Hour

var errLife = errors.New("no duration")

// Set implements pflag.Value.
func (l *life) Set(s string) error {
	days, rest, ok := strings.Cut(s, "d")
	if !ok {
		days, rest = "0", s
	} else if rest == "" {
		rest = "0s"
	}
	n, err := strconv.ParseUint(days, 10, 16) // more than maxTokenLife has
	d, bad := time.ParseDuration(rest)
	if err != nil || bad != nil || ok && (d < 0 || d >= day) {
		return errLife
	}
	*l = life(time.Duration(n)*day + d)
	return nil
}

// String implements pflag.Value.
func (l *life) String() string {
	d := time.Duration(*l)
	if d >= day && d%day == 0 {
		return strconv.Itoa(int(d/day)) + "d"
	}
	return d.String()
}

// Type implements pflag.Value.
func (*life) Type() string { return "duration" }
