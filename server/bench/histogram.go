package bench

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// histogram counts durations in buckets of less than two percent's width, from a
// microsecond up. It is safe from any goroutine.
type histogram struct {
	counts [buckets]atomic.Uint64
	max    atomic.Int64
}

const (
	fine    = 6 // bits below the highest that tell two buckets apart
	unit    = time.Microsecond
	buckets = (40 - fine) << fine // up to 2^39 units, which is six days
)

func (h *histogram) add(d time.Duration) {
	h.counts[bucket(d)].Add(1)
	for {
		old := h.max.Load()
		if int64(d) <= old || h.max.CompareAndSwap(old, int64(d)) {
			return
		}
	}
}

// bucket numbers durations: each one until 2^(fine+1), then 2^fine to a doubling.
func bucket(d time.Duration) int {
	v := uint64(max(d/unit, 0))
	shift := max(bits.Len64(v)-fine-1, 0)
	return min(shift<<fine+int(v>>shift), buckets-1)
}

// upper is the largest duration in a bucket.
func upper(b int) time.Duration {
	shift := max(b>>fine-1, 0)
	v := uint64(b-shift<<fine+1)<<shift - 1
	return time.Duration(v) * unit
}

// Latency are percentiles of durations, in milliseconds.
type Latency struct {
	Count uint64  `json:"count"`
	P50   float64 `json:"p50_ms"`
	P95   float64 `json:"p95_ms"`
	P99   float64 `json:"p99_ms"`
	Max   float64 `json:"max_ms"`
}

func (h *histogram) latency() Latency {
	var l Latency
	for i := range h.counts {
		l.Count += h.counts[i].Load()
	}
	l.P50, l.P95, l.P99 = h.quantile(l.Count, 0.50), h.quantile(l.Count, 0.95), h.quantile(l.Count, 0.99)
	l.Max = milliseconds(time.Duration(h.max.Load()))
	return l
}

func (h *histogram) quantile(count uint64, q float64) float64 {
	var seen uint64
	for i := range h.counts {
		seen += h.counts[i].Load()
		if seen > 0 && float64(seen) >= q*float64(count) {
			return milliseconds(min(upper(i), time.Duration(h.max.Load())))
		}
	}
	return 0
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
