package chat

import (
	"errors"
	"strconv"
	"strings"
)

// Position is a place in a team's log: everything up to and including the
// event at Offset has been seen. Epoch names one history of the log; it changes
// when a log is restored to an earlier state, and offsets of two epochs say
// nothing about each other. The zero Position lies before the first event of
// every log.
type Position struct {
	Epoch  string
	Offset uint64
}

// errPosition is returned for text that no String wrote.
var errPosition = errors.New("not a position")

// maxEpoch bounds what a stranger can make us keep as an epoch, in bytes.
const maxEpoch = 64

// String writes the position as it goes on the wire, where it is opaque to
// clients: "epoch.offset", and "" for the zero Position.
func (p Position) String() string {
	if p == (Position{}) {
		return ""
	}
	return p.Epoch + "." + strconv.FormatUint(p.Offset, 10)
}

// IsZero tells whether p lies before the first event of every log.
func (p Position) IsZero() bool { return p == Position{} }

// ParsePosition reads what String wrote.
func ParsePosition(s string) (Position, error) {
	if s == "" {
		return Position{}, nil
	}
	epoch, offset, ok := strings.Cut(s, ".")
	if !ok || epoch == "" || len(epoch) > maxEpoch {
		return Position{}, errPosition
	}
	n, err := strconv.ParseUint(offset, 10, 63)
	if err != nil || offset != strconv.FormatUint(n, 10) {
		return Position{}, errPosition
	}
	return Position{Epoch: epoch, Offset: n}, nil
}

// MarshalText implements encoding.TextMarshaler.
func (p Position) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Position) UnmarshalText(text []byte) error {
	parsed, err := ParsePosition(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
