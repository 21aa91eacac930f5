package chat

import (
	"math"
	"testing"
)

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "0 bytes", 0: "0 bytes", 1: "1 byte", 2: "2 bytes", 999: "999 bytes",
		1000: "1.0 kB", 1999: "2.0 kB", 9949: "9.9 kB", 9951: "10 kB", 48_213: "48 kB", 99_499: "99 kB", 99_501: "100 kB", 240_000: "240 kB", 999_499: "999 kB",
		999_500: "1.0 MB", 999_999: "1.0 MB", 12_345_678: "12 MB", 100_000_000: "100 MB", 999_999_999: "1.0 GB", 5e9: "5.0 GB", 1e12: "1.0 TB", math.MaxInt64: "9.2 EB",
	} {
		if got := Size(n); got != want {
			t.Errorf("%d is %q, not %q", n, got, want)
		}
	}
}
