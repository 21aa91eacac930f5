package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/server/bench"
)

// TestTable: ratios are of one round, a failure is no figure, and every row is there once.
func TestTable(t *testing.T) {
	s := scenario{name: "1x100", metrics: []metric{{"deliveries", "/s", false}, {"CPU a delivery", "µs", true}}}
	var all table
	for round, found := range []values{{"deliveries": 20_000, "CPU a delivery": 1.5}, {"deliveries": 40_000, "CPU a delivery": 2.5}, {"deliveries": 60_000, "CPU a delivery": 2}} {
		all.add(round, ours, s, found, nil)
	}
	all.add(0, "hub", s, values{"deliveries": 1000}, nil)
	all.add(1, "hub", s, values{"deliveries": 200}, nil)
	all.add(2, "hub", s, values{"deliveries": 1}, errors.New("3 were missing"))
	var b strings.Builder
	if err := all.print(&b); err != nil {
		t.Fatal(err)
	}
	want := `| scenario | figure | server | median (min … max) | hobnob : it, median (min … max) |
|---|---|---|---|---|
| 1x100 | deliveries | hobnob | 40k /s (20k /s … 60k /s) |  |
| 1x100 | deliveries | hub | 600 /s (200 /s … 1000 /s) | x 110.00 (x 20.00 … x 200.00) |
| 1x100 | CPU a delivery | hobnob | 2.00 µs (1.50 µs … 2.50 µs) |  |

failed: round 3, 1x100, hub: 3 were missing
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestChoose(t *testing.T) {
	chosen, err := choose("idle,start")
	if err != nil || len(chosen) != 2 || chosen[0].name != "idle" || chosen[1].name != "start" {
		t.Errorf("chose %v, %v", chosen, err)
	}
	if all, err := choose(""); err != nil || len(all) != len(scenarios) {
		t.Errorf("chose %d of %d, %v", len(all), len(scenarios), err)
	}
	for _, names := range []string{"nosuch", "idle,", "idle,nosuch"} {
		if _, err := choose(names); err == nil {
			t.Errorf("chose %q", names)
		}
	}
	names := make(map[string]bool)
	for _, s := range scenarios {
		if names[s.name] || (s.run == nil) != (s.name == "start") {
			t.Errorf("scenario %q is there twice, or has nothing to run", s.name)
		}
		names[s.name] = true
	}
}

// TestMeasure measures hobnob as it is, in small: what is said in rooms, by acks, in
// silence, and how it starts.
func TestMeasure(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	servers, err := build(ctx, t.TempDir(), options{servers: ours})
	if err != nil {
		t.Fatal(err)
	}
	if len(servers) != 1 || servers[0].name != ours {
		t.Fatalf("built %d servers", len(servers))
	}
	quick := func(ctx context.Context, f *bench.Fleet, in bench.Connects, _ time.Duration) (values, error) {
		return idle(ctx, f, in, 0)
	}
	for _, s := range []scenario{
		{name: "rooms", clients: 6, rooms: 3, speakers: 3, metrics: saturated, run: flood},
		{name: "one room", clients: 4, rooms: 1, speakers: 2, metrics: saturated, run: flood},
		{name: "durable", clients: 1, rooms: 1, speakers: 1, metrics: []metric{{"64 in flight", "/s", false}}, run: durable},
		{name: "idle", clients: 4, rooms: 1, speakers: 1, again: true, metrics: []metric{{"CPU a connect", "µs", true}, {"CPU a return", "µs", true}}, run: quick},
		{name: "start", metrics: []metric{{"first byte", "ms", true}}},
	} {
		found, err := measure(ctx, servers[0], s, time.Second)
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		for _, m := range s.metrics {
			if _, ok := found[m.name]; !ok {
				t.Errorf("%s: found %v, not %s", s.name, slices.Sorted(maps.Keys(found)), m.name)
			}
		}
		if s.run == nil && found["first byte"] <= 0 {
			t.Errorf("it started in %v ms", found["first byte"])
		}
	}
}

// TestNoSuchServer: what cannot be built is said.
func TestNoSuchServer(t *testing.T) {
	if _, err := build(t.Context(), t.TempDir(), options{servers: "nosuch"}); err == nil {
		t.Error("it was built")
	}
	if err := compare(t.Context(), options{rounds: 1, duration: time.Second, limit: time.Minute, servers: ours, only: "nosuch"}); err == nil || !strings.Contains(err.Error(), `"nosuch"`) {
		t.Errorf("comparing in no scenario: %v", err)
	}
}
