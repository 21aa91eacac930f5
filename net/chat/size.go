package chat

import "fmt"

// Size is a number of bytes as people say it: "999 bytes", "4.8 kB", "48 kB", "1.0 GB". It is
// rounded, never to a thousand of a unit, has three digits at most and, from a kB on, two at least; a
// kB is a thousand bytes, as files are sold, sent and listed. What is below 0 is "0 bytes".
//
// Where a size is said beside the limit that it is over, both may read the same: there the bytes are
// to be counted out. Any goroutine may call it.
func Size(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 1000:
		return fmt.Sprintf("%d bytes", max(n, 0))
	}
	value, units := float64(n)/1000, "kMGTPE" // as far as an int64 goes
	for value >= 999.5 {
		value, units = value/1000, units[1:]
	}
	if value < 9.95 {
		return fmt.Sprintf("%.1f %cB", value, units[0])
	}
	return fmt.Sprintf("%.0f %cB", value, units[0])
}
