//go:build linux

// Command bench measures the chat as somebody in front of a terminal has it: from the
// start of the process to the room on the screen, from a key press to its cell, and what
// it costs meanwhile. A bare Bubble Tea program is measured in turns with it.
//
//	go run ./tui/bench
//
// Everything goes through a real pseudo-terminal and an emulator behind it; processor
// time, memory and wake-ups are the kernel's figures, from /proc. docs/performance.md has
// the method and results. It needs Linux.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	rounds int
	keys   int
	idle   time.Duration
	hobnob string
	before string
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "how often all is measured")
	flag.IntVar(&o.keys, "keys", 200, "how many keys are pressed each time")
	flag.DurationVar(&o.idle, "idle", 10*time.Second, "how long nothing happens, and how long a load is measured")
	flag.StringVar(&o.hobnob, "hobnob", "", "a hobnob to measure; built from the tree when empty")
	flag.StringVar(&o.before, "before", "", "another hobnob, which is measured in turns with it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := bench(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "hobnob-screen-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	bare := filepath.Join(dir, "bare")
	if err := build(ctx, bare, "./tui/bench/bare"); err != nil {
		return err
	}
	if o.hobnob == "" {
		o.hobnob = filepath.Join(dir, "hobnob")
		if err := build(ctx, o.hobnob, "."); err != nil {
			return err
		}
	}
	found := figures{found: make(map[string][]float64)}
	teams, err := newTeams(ctx, dir, o)
	defer func() {
		for _, t := range teams {
			_ = t.stop()
		}
	}()
	if err != nil {
		return err
	}
	for round := range o.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, o.rounds)
		if err := measureBare(ctx, o, bare, found); err != nil {
			return fmt.Errorf("bare: %w", err)
		}
		for i := range teams {
			t := teams[(i+round)%len(teams)] // whoever begins changes
			if err := t.measure(ctx, o, found.of(t.who)); err != nil {
				return fmt.Errorf("%shobnob: %w", t.who, err)
			}
		}
	}
	if err := starts(ctx, o, bare, teams, found); err != nil {
		return err
	}
	return found.print(os.Stdout)
}

// newTeams makes a team of each hobnob that is measured.
func newTeams(ctx context.Context, dir string, o options) (teams []*team, err error) {
	for _, h := range []struct{ who, hobnob string }{{"", o.hobnob}, {"before: ", o.before}} {
		if h.hobnob == "" {
			continue
		}
		own, err := os.MkdirTemp(dir, "team-")
		if err != nil {
			return teams, err
		}
		t, err := newTeam(ctx, own, h.hobnob)
		if err != nil {
			return teams, err
		}
		t.who = h.who
		teams = append(teams, t)
	}
	return teams, nil
}

// starts measures starts from full caches.
func starts(ctx context.Context, o options, bare string, teams []*team, found figures) error {
	fmt.Fprintln(os.Stderr, "starts from a full cache")
	for _, t := range teams {
		if err := t.stop(); err != nil {
			return err
		}
		if err := t.fill(ctx); err != nil {
			return fmt.Errorf("a full cache: %w", err)
		}
	}
	for range 5 * o.rounds {
		if err := measureStart(ctx, nil, bare, "ready", "bare: start to screen, ms", found); err != nil {
			return err
		}
		for _, t := range teams {
			if err := measureStart(ctx, t.env, t.hobnob, newest[:30], "start to the room, from a cache of 1,000,000, ms", found.of(t.who)); err != nil {
				return err
			}
		}
	}
	return nil
}

func build(ctx context.Context, to, pkg string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", to, pkg) //nolint:gosec // both are ours
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// figures are what was found, by name.
type figures struct {
	who   string // begins the names
	found map[string][]float64
}

// of are the figures of one of several.
func (f figures) of(who string) figures { return figures{who, f.found} }

func (f figures) add(name string, value float64) {
	name = f.who + name
	f.found[name] = append(f.found[name], value)
	fmt.Fprintf(os.Stderr, "  %s: %.2f\n", name, value)
}

// print writes a table of what was found.
func (f figures) print(to io.Writer) error {
	var b strings.Builder
	b.WriteString("| figure | median | least | most |\n|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(f.found)) {
		v := slices.Sorted(slices.Values(f.found[name]))
		fmt.Fprintf(&b, "| %s | %.2f | %.2f | %.2f |\n", name, v[len(v)/2], v[0], v[len(v)-1])
	}
	_, err := io.WriteString(to, b.String())
	return err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
