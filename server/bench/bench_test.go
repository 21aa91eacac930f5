package bench

import (
	"context"
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// measured is a short measurement of a fake server.
func measured(t *testing.T, f *fake, change func(*Config)) (Result, error) {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		f.wait()
	})
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		FleetConfig: FleetConfig{
			URL: u, Protocol: Hobnob(false), Clients: 20, Rooms: []string{"general"}, Size: 64,
			Token: OneToken("good"), quiet: time.Second,
		},
		Rate: 100, Saturate: true, Window: 50, Duration: 2 * time.Second, idle: 10 * time.Millisecond,
	}
	if change != nil {
		change(&cfg)
	}
	if err := cfg.Check(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return Measure(ctx, cfg)
}

func TestMeasureAnHonestServer(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	phases := make(map[string]bool)
	r, err := measured(t, &fake{}, func(c *Config) {
		c.Progress = func(p Progress) {
			mu.Lock()
			defer mu.Unlock()
			phases[p.Phase] = true
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Faults.Any() || r.Interrupted {
		t.Errorf("faults %v, interrupted %t", r.Faults, r.Interrupted)
	}
	if r.Connects.Connected != 20 || r.Speakers != 4 {
		t.Errorf("%d connected, %d speakers", r.Connects.Connected, r.Speakers)
	}
	s := r.Steady
	if s.Sent != 100 || s.Deliveries != 2000 || s.Delivery.Count != 2000 {
		t.Errorf("steady: %d sent, %d deliveries, %d measured", s.Sent, s.Deliveries, s.Delivery.Count)
	}
	if l := s.Delivery; l.P50 <= 0 || l.P50 > l.P95 || l.P95 > l.P99 || l.P99 > l.Max {
		t.Errorf("steady: %+v", l)
	}
	if s.Ack.Count != 100 {
		t.Errorf("steady: %d acks", s.Ack.Count)
	}
	if f := r.Saturated; f.Sent == 0 || f.Delivery.Count != uint64(20*f.Sent) {
		t.Errorf("saturated: %d sent, %d heard", f.Sent, f.Delivery.Count)
	}
	for _, phase := range []string{"connect", "idle", "steady", "saturated"} {
		if !phases[phase] {
			t.Errorf("%s was not told of", phase)
		}
	}
	if len(r.Bottleneck) == 0 {
		t.Error("no bottleneck in words")
	}
	var text strings.Builder
	if err := r.Print(&text); err != nil || !strings.Contains(text.String(), "once and in order") {
		t.Errorf("%v: %s", err, text.String())
	}
}

// TestMeasureALyingServer shows that the check can fail.
func TestMeasureALyingServer(t *testing.T) {
	for name, tc := range map[string]struct {
		lie  lie
		want Faults
	}{
		"loses one to one client":    {lose, Faults{Missing: 1}},
		"doubles one to one client":  {double, Faults{Doubled: 1}},
		"swaps two to one client":    {swap, Faults{Reordered: 1}},
		"disconnects one of them":    {cut, Faults{Lost: map[string]int{"closed by the server: 1013 too slow": 1}}},
		"says what nobody has said":  {invent, Faults{}},
		"ends one without a goodbye": {hangUp, Faults{Lost: map[string]int{"the connection was cut": 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := measured(t, &fake{lie: tc.lie}, func(c *Config) { c.Saturate = false })
			var faults *FaultError
			if tc.want.Any() != errors.As(err, &faults) {
				t.Errorf("error %v", err)
			}
			if got := r.Faults.String(); got != tc.want.String() {
				t.Errorf("faults: %s, want %s", got, tc.want)
			}
		})
	}
}

// TestMeasureASlowServer: it is not waited for without end, and what was measured
// until then is told.
func TestMeasureASlowServer(t *testing.T) {
	t.Parallel()
	pace := time.NewTicker(50 * time.Millisecond)
	t.Cleanup(pace.Stop) // after the server, which takes what it has read
	r, err := measured(t, &fake{pace: pace.C}, func(c *Config) { c.longest = time.Second })
	backlog, ok := errors.AsType[*BacklogError](err)
	if !ok || backlog.Deliveries == 0 {
		t.Errorf("error %v", err)
	}
	if r.Connects == nil || r.Idle == nil || r.Steady == nil || r.Steady.Deliveries == 0 || len(r.Bottleneck) == 0 {
		t.Errorf("of what was measured there is %+v", r)
	}
}

func TestMeasureRefused(t *testing.T) {
	_, err := measured(t, &fake{}, func(c *Config) { c.Token = OneToken("bad") })
	refused, ok := errors.AsType[*RefusedError](err)
	if !ok || refused.Reason != "invalid_signature" {
		t.Errorf("%v", err)
	}
}

func TestMeasureNobodyThere(t *testing.T) {
	_, err := measured(t, &fake{}, func(c *Config) {
		c.URL = &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	})
	if _, ok := errors.AsType[*UnreachableError](err); !ok {
		t.Errorf("%v", err)
	}
	_, err = measured(t, &fake{notFound: true}, nil)
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a server without sockets: %v", err)
	}
}

// TestMeasureInterrupted: Ctrl+C leaves the results so far.
func TestMeasureInterrupted(t *testing.T) {
	server := httptest.NewServer(&fake{})
	defer server.Close()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := Measure(ctx, Config{
		FleetConfig: FleetConfig{
			URL: u, Protocol: Hobnob(false), Clients: 5, Rooms: []string{"general"}, Size: 64, Speakers: 1, Token: OneToken("good"),
		},
		Rate: 100, Duration: time.Minute, idle: time.Millisecond,
		Progress: func(p Progress) {
			if p.Phase == "steady" {
				cancel()
			}
		},
	})
	if err != nil || !r.Interrupted || r.Faults.Any() {
		t.Errorf("%v, interrupted %t, faults %v", err, r.Interrupted, r.Faults)
	}
	if r.Connects == nil || r.Idle == nil {
		t.Error("what was measured before is not there")
	}
}

func TestStalledReader(t *testing.T) {
	t.Parallel()
	r, err := measured(t, &fake{}, func(c *Config) {
		c.Rate, c.Saturate, c.Stalled, c.Clients, c.Speakers = 0, false, 1, 2, 1
	})
	if err != nil {
		t.Fatal(err)
	}
	// The fake drops who does not read what it is sent in a second.
	if r.Stalled.Disconnected != 1 || r.Stalled.With.Count == 0 || r.Stalled.Without.Count == 0 {
		t.Errorf("%+v", *r.Stalled)
	}
}

func TestCheck(t *testing.T) {
	good := Config{FleetConfig: FleetConfig{Clients: 10, Rooms: []string{"a"}, Size: 128}, Rate: 50, Duration: time.Minute}
	for name, change := range map[string]func(*Config){
		"no clients":             func(c *Config) { c.Clients = 0 },
		"more rooms than people": func(c *Config) { c.Clients, c.Rooms = 1, []string{"a", "b"} },
		"a message of nothing":   func(c *Config) { c.Size = 3 },
		"a negative rate":        func(c *Config) { c.Rate = -1 },
		"no time":                func(c *Config) { c.Duration = 0 },
		"too many speakers":      func(c *Config) { c.Speakers = 11 },
		"negative stalled":       func(c *Config) { c.Stalled = -1 },
		"negative window":        func(c *Config) { c.Window = -1 },
	} {
		c := good
		change(&c)
		if c.Check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if err := good.Check(); err != nil || good.Speakers != 2 || good.Window == 0 {
		t.Errorf("%v: %d speakers, window %d", err, good.Speakers, good.Window)
	}
}
