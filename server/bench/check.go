package bench

import (
	"errors"
	"fmt"
	"math"
	"time"
)

const (
	// eachRate is how many messages a second one speaker says when their number is
	// not asked for: half of what hobnob serve lets one person say.
	eachRate = 25

	maxWindow = 100_000

	// A window is what a server has to keep for one client at most: half of the
	// megabyte that hobnob keeps before it disconnects a slow reader, and of short
	// messages as many as keep a machine busy. envelope is what is around a text.
	windowBytes = 512 << 10
	envelope    = 300
	usualWindow = 1000

	maxSize     = 64 << 10
	maxRate     = 1_000_000
	maxStalled  = 1000
	minDuration = 2 * time.Second
	maxDuration = time.Hour
)

// Check completes a Config, and refuses what cannot be meant.
func (c *Config) Check() error {
	switch {
	case c.Clients < 1 || c.Clients > MaxClients:
		return fmt.Errorf("it measures with between 1 and %d clients, not %d", MaxClients, c.Clients)
	case len(c.Rooms) < 1 || len(c.Rooms) > c.Clients:
		return fmt.Errorf("there must be a client for each room, and %d rooms are more than %d clients", len(c.Rooms), c.Clients)
	case math.IsNaN(c.Rate) || c.Rate < 0 || c.Rate > maxRate:
		return fmt.Errorf("messages a second are between 0 and %d", maxRate)
	case c.Rate == 0 && !c.Saturate && c.Stalled == 0 && c.Speakers > 0:
		return errors.New("nobody is to say anything, so there are no speakers")
	case c.Size < MinSize || c.Size > maxSize:
		return fmt.Errorf("messages have between %d and %d bytes, not %d", MinSize, maxSize, c.Size)
	case c.Window < 0 || c.Window > maxWindow:
		return fmt.Errorf("a window has at most %d messages, not %d", maxWindow, c.Window)
	case c.Stalled < 0 || c.Stalled > maxStalled:
		return fmt.Errorf("at most %d readers stall, not %d", maxStalled, c.Stalled)
	case c.Duration < minDuration || c.Duration > maxDuration:
		return fmt.Errorf("it measures for between %s and %s, not %s", minDuration, maxDuration, c.Duration)
	}
	if c.Window == 0 {
		c.Window = min(max(windowBytes/(c.Size+envelope), 1), usualWindow)
	}
	if c.Speakers == 0 {
		c.Speakers = min(max(int(math.Ceil(c.Rate/eachRate)), len(c.Rooms)), c.Clients, max(MaxSpeakers, len(c.Rooms)))
	}
	if c.Speakers < len(c.Rooms) || c.Speakers > c.Clients || c.Speakers > max(MaxSpeakers, len(c.Rooms)) {
		return fmt.Errorf("between %d and %d clients can speak, one in each room at least, not %d",
			len(c.Rooms), min(c.Clients, MaxSpeakers), c.Speakers)
	}
	return nil
}
