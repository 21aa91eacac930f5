package main

import (
	"context"
	"fmt"
	"net/url"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/hobnob-chat/hobnob/server/bench"
)

// values are what one measurement found, by metric.
type values map[string]float64

// metric is one figure of a scenario.
type metric struct {
	name string
	unit string
	less bool // less is better
}

func (m metric) format(v float64) string {
	switch {
	case v >= 10_000:
		return strconv.FormatFloat(v/1000, 'f', 0, 64) + "k " + m.unit
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64) + " " + m.unit
	}
	return strconv.FormatFloat(v, 'f', 2, 64) + " " + m.unit
}

// scenario is one thing that is measured of each server.
type scenario struct {
	name     string
	clients  int
	rooms    int
	speakers int
	metrics  []metric
	oursOnly bool // the peers keep nothing, so there is nothing to compare
	again    bool // all leave in the end and come back, as the people they were
	run      func(ctx context.Context, f *bench.Fleet, in bench.Connects, d time.Duration) (values, error)
}

// takes tells whether a server can be measured so.
func (s *scenario) takes(server server) bool { return server.ours || !s.oursOnly }

const (
	// size is of each message's text, in bytes: a line of chat.
	size = 128

	// window is below the 256 messages that the hub keeps for a client, so that
	// nobody is dropped for being measured.
	window = 200

	// steadyRate is half of what the slowest of the servers manages with 1,000
	// clients: above that it is its queue that would be measured.
	steadyRate = 40

	// settle is how long a server has to give back what a burst of connects took.
	settle = 5 * time.Second

	// parted is how long it has to see that all have left.
	parted = 2 * time.Second

	// With these each staller is sent seven megabytes: what the two kernels keep for
	// it, and then as much again as any of the servers bounds its queue by.
	stallers, stallRate = 10, 100
	stallTime           = 4500 * time.Millisecond
)

var (
	saturated = []metric{{"deliveries", "/s", false}, {"CPU a delivery", "µs", true}}
	scenarios = []scenario{
		{name: "1x100", clients: 100, rooms: 1, speakers: 1, metrics: saturated, run: flood},
		{name: "1x1000", clients: 1000, rooms: 1, speakers: 1, metrics: saturated, run: flood},
		{name: "1x5000", clients: 5000, rooms: 1, speakers: 1, metrics: saturated, run: flood},
		{name: "200x10", clients: 2000, rooms: 200, speakers: 200, metrics: saturated, run: flood},
		{name: "steady", clients: 1000, rooms: 1, speakers: 4, run: steady, metrics: []metric{
			{"CPU a delivery", "µs", true}, {"p50", "ms", true}, {"p99", "ms", true},
		}},
		{name: "idle", clients: 10_000, rooms: 1, speakers: 1, run: idle, again: true, metrics: []metric{
			{"memory a connection", "KB", true},
			{"CPU a connect", "µs", true},
			{"connects", "/s", false},
			{"CPU a return", "µs", true},
			{"returns", "/s", false},
		}},
		{name: "stalled", clients: 50, rooms: 1, speakers: 1, run: stalled, metrics: []metric{
			{"memory a staller", "MB", true}, {"disconnected", "of 10", false}, {"p99 of others", "x without", true},
		}},
		{name: "durable", clients: 1, rooms: 1, speakers: 1, run: durable, oursOnly: true, metrics: []metric{
			{"1 in flight", "/s", false}, {"64 in flight", "/s", false}, {"512 in flight", "/s", false},
		}},
		{name: "start", metrics: []metric{{"first byte", "ms", true}}},
	}
)

// measure starts a server, measures it, and ends it.
func measure(ctx context.Context, s server, what scenario, d time.Duration) (values, error) {
	r, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	defer r.stop()
	if what.run == nil {
		return values{"first byte": float64(r.first.Microseconds()) / 1000}, nil
	}
	// What an earlier fleet took is not to be collected during this one's phases.
	debug.FreeOSMemory()
	protocol, rooms, err := s.rooms(ctx, r.url, what.rooms)
	if err != nil {
		return nil, err
	}
	cfg := bench.FleetConfig{
		URL: r.url, Protocol: protocol, Clients: what.clients, Rooms: rooms, Speakers: what.speakers, Size: size,
		Token: bench.SecretTokens(s.secret), PID: r.pid,
	}
	f, in, err := bench.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	found, err := what.run(ctx, f, in, d)
	f.Close()
	if faults := f.Faults(0); err == nil && faults.Any() {
		err = &bench.FaultError{Faults: faults}
	}
	if err == nil && what.again {
		err = comeBack(ctx, cfg, found)
	}
	return found, err
}

// comeBack connects everybody a second time. To a server that keeps who is in the team
// they were newcomers before.
func comeBack(ctx context.Context, cfg bench.FleetConfig, found values) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(parted): // that they left is not to be paid for by their return
	}
	f, in, err := bench.Open(ctx, cfg)
	if err != nil {
		return err
	}
	f.Close()
	found["CPU a return"], found["returns"] = in.CPUEach, in.PerSecond
	return nil
}

// rooms are what the clients of a measurement are in, and the protocol that takes them
// there. hobnob's plain lane has one room; more are made, and its chat lane spoken.
func (s *server) rooms(ctx context.Context, at *url.URL, n int) (bench.Protocol, []string, error) {
	if s.ours && n > 1 {
		token, err := bench.SecretTokens(s.secret)(bench.Maker)
		if err != nil {
			return nil, nil, err
		}
		names, err := bench.MakeRooms(ctx, at, token, n)
		return bench.Hobnob(true), names, err
	}
	names := make([]string, n)
	for i := range names {
		names[i] = "r" + strconv.Itoa(i)
	}
	return s.protocol, names, nil
}

// checked makes missing messages an error.
func checked(p bench.Phase, err error) (bench.Phase, error) {
	if err == nil && p.Missing > 0 {
		err = &bench.FaultError{Faults: bench.Faults{Missing: p.Missing}}
	}
	return p, err
}

func flood(ctx context.Context, f *bench.Fleet, _ bench.Connects, d time.Duration) (values, error) {
	// Once to warm up: compilers and heaps.
	if _, err := checked(f.Run(ctx, bench.Plan{Duration: d / 3, Window: window})); err != nil {
		return nil, err
	}
	p, err := checked(f.Run(ctx, bench.Plan{Duration: d, Window: window}))
	return values{"deliveries": p.PerSecond, "CPU a delivery": p.CPUEach}, err
}

func steady(ctx context.Context, f *bench.Fleet, _ bench.Connects, d time.Duration) (values, error) {
	if _, err := checked(f.Run(ctx, bench.Plan{Duration: d / 3, Rate: steadyRate})); err != nil {
		return nil, err
	}
	p, err := checked(f.Run(ctx, bench.Plan{Duration: 2 * d, Rate: steadyRate}))
	return values{"CPU a delivery": p.CPUEach, "p50": p.Delivery.P50, "p99": p.Delivery.P99}, err
}

func idle(ctx context.Context, f *bench.Fleet, in bench.Connects, _ time.Duration) (values, error) {
	i, err := f.Idle(ctx, in, settle)
	return values{"memory a connection": i.BytesEach / 1000, "CPU a connect": in.CPUEach, "connects": in.PerSecond}, err
}

func stalled(ctx context.Context, f *bench.Fleet, _ bench.Connects, _ time.Duration) (values, error) {
	s, err := f.Stalled(ctx, stallers, stallRate, stallTime)
	if err == nil && s.Missing > 0 {
		err = fmt.Errorf("%d deliveries are missing", s.Missing)
	}
	return values{
		"memory a staller": s.BytesEach / 1e6, "disconnected": float64(s.Disconnected),
		"p99 of others": s.With.P99 / max(s.Without.P99, 0.001),
	}, err
}

func durable(ctx context.Context, f *bench.Fleet, _ bench.Connects, d time.Duration) (values, error) {
	found := make(values)
	for _, inFlight := range []int{1, 64, 512} {
		n, p, err := f.Acknowledged(ctx, inFlight, d)
		if _, err := checked(p, err); err != nil {
			return found, err
		}
		found[strconv.Itoa(inFlight)+" in flight"] = n
	}
	return found, nil
}
