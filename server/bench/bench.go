package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"time"
)

// Config is one measurement: a fleet, and what it is to do.
type Config struct {
	FleetConfig

	Rate     float64       // messages a second of the steady phase; 0 leaves it out
	Saturate bool          // the saturated phase
	Window   int           // how far the speakers of a room may be ahead of its slowest client there
	Stalled  int           // how many stalled readers; 0 leaves them out
	Duration time.Duration // of what is measured of messages, both phases together

	// Progress is told what goes on, a few times a second, and at the beginning of
	// each phase. It is called by one goroutine at a time.
	Progress func(Progress)

	idle time.Duration // how long the clients are quiet; idleTime when 0
}

// Progress is what goes on.
type Progress struct {
	Phase string
	Text  string // in words
}

// Result is what a measurement found. A part that was left out, or was not reached,
// is nil.
type Result struct {
	URL      string `json:"url"`
	Clients  int    `json:"clients"`
	Rooms    int    `json:"rooms"`
	Speakers int    `json:"speakers"`
	Size     int    `json:"message_bytes"`
	Cores    int    `json:"cores"` // of the machine the generator is on

	Connects  *Connects `json:"connects,omitempty"`
	Idle      *Idle     `json:"idle,omitempty"`
	Steady    *Phase    `json:"steady,omitempty"`
	Saturated *Phase    `json:"saturated,omitempty"`
	Stalled   *Stalled  `json:"stalled,omitempty"`

	Faults      Faults   `json:"faults"`
	Bottleneck  []string `json:"bottleneck"` // in words, one sentence each
	Interrupted bool     `json:"interrupted"`
}

// FaultError says that deliveries were not as they have to be.
type FaultError struct{ Faults Faults }

// Error implements error.
func (e *FaultError) Error() string {
	if e.Faults.Missing+e.Faults.Doubled+e.Faults.Reordered == 0 {
		return "the server disconnected clients: " + e.Faults.String()
	}
	return "not every message came to everyone once and in order: " + e.Faults.String()
}

// BacklogError says that a server went on with what it had been told for too long
// after a phase to be waited for: what was measured until then stands.
type BacklogError struct {
	Deliveries int64
	After      time.Duration
}

// Error implements error.
func (e *BacklogError) Error() string {
	return fmt.Sprintf("%d deliveries were still to come %s after the last message", e.Deliveries, e.After)
}

const (
	// idleTime is how long the clients are quiet before memory is looked at: a
	// server needs a moment to give back what a burst of connects took.
	idleTime = 3 * time.Second

	// What is sent while readers stall: to each of them more than the two kernels and
	// a server's bound keep, and to all clients together no flood. Where there are
	// too many clients for both, it ends with stalledLongest.
	stalledEach    = 6 << 20
	stalledAll     = 64 << 20 // a second
	stalledLongest = 20 * time.Second

	progressEvery = 200 * time.Millisecond
)

// Measure does a measurement. When ctx ends first its result is what there is, and
// says so, without an error. Faults are a FaultError beside the result.
func Measure(ctx context.Context, cfg Config) (Result, error) {
	r := Result{
		URL: cfg.URL.Redacted(), Clients: cfg.Clients, Rooms: len(cfg.Rooms), Speakers: cfg.Speakers,
		Size: cfg.Size, Cores: runtime.NumCPU(),
	}
	if cfg.Progress == nil {
		cfg.Progress = func(Progress) {}
	}
	m := &measurement{cfg: cfg, result: &r}
	err := m.all(ctx)
	if m.fleet != nil {
		r.Faults = m.fleet.Faults(m.missing)
		m.fleet.Close()
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		r.Interrupted, err = true, nil
		r.Faults.Missing = 0 // nobody waited for them
	}
	r.Bottleneck = verdicts(&r, cfg)
	if err == nil && r.Faults.Any() {
		err = &FaultError{r.Faults}
	}
	return r, err
}

type measurement struct {
	cfg     Config
	result  *Result
	fleet   *Fleet
	missing int64
}

// all does one phase after the other, until one fails.
func (m *measurement) all(ctx context.Context) error {
	for _, phase := range []func(context.Context) error{m.connect, m.idle, m.steady, m.saturate, m.stall} {
		if err := phase(ctx); err != nil {
			return err
		}
		if m.fleet.Faults(m.missing).Any() {
			return nil // what follows would measure a server that has failed
		}
	}
	return nil
}

// during tells what goes on while do does it.
func (m *measurement) during(phase string, do func() error, text func() string) error {
	m.cfg.Progress(Progress{phase, text()})
	done := make(chan error, 1)
	go func() { done <- do() }()
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-ticker.C:
			m.cfg.Progress(Progress{phase, text()})
		}
	}
}

func (m *measurement) connect(ctx context.Context) error {
	f, err := prepare(m.cfg.FleetConfig)
	if err != nil {
		return err
	}
	var c Connects
	err = m.during("connect", func() error {
		var err error
		c, err = f.open(ctx)
		return err
	}, func() string { return fmt.Sprintf("%d of %d connected", f.connected(), m.cfg.Clients) })
	m.result.Connects = &c
	if err == nil {
		m.fleet = f
	}
	return err
}

func (m *measurement) idle(ctx context.Context) error {
	return m.during("idle", func() error {
		idle, err := m.fleet.Idle(ctx, *m.result.Connects, cmp.Or(m.cfg.idle, idleTime))
		if err == nil {
			m.result.Idle = &idle
		}
		return err
	}, func() string { return fmt.Sprintf("%d clients are quiet", m.cfg.Clients) })
}

// phaseTime is what each of the two phases gets.
func (m *measurement) phaseTime() time.Duration {
	if m.cfg.Rate > 0 && m.cfg.Saturate {
		return m.cfg.Duration / 2
	}
	return m.cfg.Duration
}

func (m *measurement) steady(ctx context.Context) error {
	if m.cfg.Rate <= 0 {
		return nil
	}
	return m.phase(ctx, "steady", &m.result.Steady, Plan{Duration: m.phaseTime(), Rate: m.cfg.Rate, Acks: true})
}

func (m *measurement) saturate(ctx context.Context) error {
	if !m.cfg.Saturate {
		return nil
	}
	return m.phase(ctx, "saturated", &m.result.Saturated, Plan{Duration: m.phaseTime(), Window: m.cfg.Window, Acks: true})
}

func (m *measurement) phase(ctx context.Context, name string, into **Phase, plan Plan) error {
	f := m.fleet
	began, said := f.deliveries(), f.said()
	return m.during(name, func() error {
		p, err := f.Run(ctx, plan)
		m.missing += p.Missing
		if p.Sent > 0 {
			*into = &p
		}
		return err
	}, func() string {
		return fmt.Sprintf("%d messages said, %d deliveries", f.said()-said, f.deliveries()-began)
	})
}

func (m *measurement) stall(ctx context.Context) error {
	if m.cfg.Stalled == 0 {
		return nil
	}
	rate := min(max(stalledAll/StalledSize/float64(m.cfg.Clients), 1), 100)
	d := min(time.Duration(stalledEach/StalledSize/rate*float64(time.Second)), stalledLongest)
	return m.during("stalled", func() error {
		s, err := m.fleet.Stalled(ctx, m.cfg.Stalled, rate, d)
		m.missing += s.Missing
		m.result.Stalled = &s
		return err
	}, func() string {
		return fmt.Sprintf("messages of %d KiB, first without and then with %d readers that stall", StalledSize>>10, m.cfg.Stalled)
	})
}

// Lost are the clients that the server has disconnected, by reason.
func (f *Fleet) Lost() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.ended)
}
