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
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "how often all is measured")
	flag.IntVar(&o.keys, "keys", 200, "how many keys are pressed each time")
	flag.DurationVar(&o.idle, "idle", 10*time.Second, "how long nothing happens, and how long a load is measured")
	flag.StringVar(&o.hobnob, "hobnob", "", "a hobnob to measure; built from the tree when empty")
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
	t, err := newTeam(ctx, dir, o.hobnob)
	if err != nil {
		return err
	}
	defer func() { _ = t.stop() }()
	found := make(figures)
	for round := range o.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, o.rounds)
		if err := measureBare(ctx, o, bare, found); err != nil {
			return fmt.Errorf("bare: %w", err)
		}
		if err := t.measure(ctx, o, found); err != nil {
			return fmt.Errorf("hobnob: %w", err)
		}
	}
	if err := t.stop(); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "starts from a full cache")
	if err := t.fill(ctx); err != nil {
		return fmt.Errorf("a full cache: %w", err)
	}
	for range 5 * o.rounds {
		if err := measureStart(ctx, nil, bare, "ready", "bare: start to screen, ms", found); err != nil {
			return err
		}
		if err := measureStart(ctx, t.env, t.hobnob, newest[:30], "start to the room, from a cache of 1,000,000, ms", found); err != nil {
			return err
		}
	}
	return found.print(os.Stdout)
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
type figures map[string][]float64

func (f figures) add(name string, value float64) {
	f[name] = append(f[name], value)
	fmt.Fprintf(os.Stderr, "  %s: %.2f\n", name, value)
}

// print writes a table of what was found.
func (f figures) print(to io.Writer) error {
	var b strings.Builder
	b.WriteString("| figure | median | least | most |\n|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(f)) {
		v := slices.Sorted(slices.Values(f[name]))
		fmt.Fprintf(&b, "| %s | %.2f | %.2f | %.2f |\n", name, v[len(v)/2], v[0], v[len(v)-1])
	}
	_, err := io.WriteString(to, b.String())
	return err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
