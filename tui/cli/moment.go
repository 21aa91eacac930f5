package cli

import (
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// moment reads a time as people write it: a day, a time of a day, or how long ago it
// was. Nothing written is 0.
func moment(flag, written string, now time.Time) (chat.Millis, error) {
	if written == "" {
		return 0, nil
	}
	if ago, err := time.ParseDuration(strings.TrimSpace(strings.TrimSuffix(written, "ago"))); err == nil && ago >= 0 {
		return chat.ToMillis(now.Add(-ago)), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", toSecond, dayTime, time.DateOnly} {
		if at, err := time.ParseInLocation(layout, written, now.Location()); err == nil {
			return chat.ToMillis(at), nil
		}
	}
	return 0, exit.New(exit.Usage, "for example: --"+flag+" 24h, --"+flag+" 2026-01-31 or --"+flag+` "2026-01-31 15:04"`,
		"--%s: %q is no time", flag, chat.SanitizeLine(written))
}

// joined are words with spaces between.
func joined(words []string) string { return strings.Join(words, " ") }
