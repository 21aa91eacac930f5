// Command compare measures hobnob beside servers of other kinds, in one run on one
// machine: each is started anew for each scenario, they take turns, and only the
// ratios of one round are compared.
//
//	npm ci --prefix server/bench/peers/node --no-audit --no-fund --ignore-scripts
//	go run ./server/bench/compare
//
// The peers are in server/bench/peers, a module of its own, since what they are made
// of is no part of hobnob. docs/performance.md has the method, and results.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	rounds   int
	duration time.Duration
	limit    time.Duration
	only     string
	servers  string
	hobnob   string
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "how often each server is measured in each scenario")
	flag.DurationVar(&o.duration, "duration", 3*time.Second, "how long messages are measured each time")
	flag.DurationVar(&o.limit, "limit", 30*time.Minute, "how long all may take; what was found until then is printed")
	flag.StringVar(&o.only, "only", "", "scenarios, separated by commas; all when empty")
	flag.StringVar(&o.servers, "servers", "", "servers, separated by commas; all when empty")
	flag.StringVar(&o.hobnob, "hobnob", "", "a hobnob to measure; built from the tree when empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := compare(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// compare runs all rounds and prints the tables.
func compare(ctx context.Context, o options) error {
	if o.rounds < 1 || o.duration < time.Second {
		return errors.New("there is at least one round, of at least a second")
	}
	chosen, err := choose(o.only)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	dir, err := os.MkdirTemp("", "hobnob-compare-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	servers, err := build(ctx, dir, o)
	if err != nil {
		return err
	}
	var t table
	for round := range o.rounds {
		for _, s := range chosen {
			for i := range servers {
				// Whoever comes first finds the machine cooler: they take turns.
				server := servers[(i+round)%len(servers)]
				if !s.takes(server) {
					continue
				}
				if ctx.Err() != nil {
					break
				}
				began := time.Now()
				found, err := measure(ctx, server, s, o.duration)
				t.add(round, server.name, s, found, err)
				fmt.Fprintf(os.Stderr, "round %d  %-10s %-11s %5.1f s  %s\n", round+1, s.name, server.name, time.Since(began).Seconds(), outcome(s, found, err))
			}
		}
	}
	return t.print(os.Stdout)
}

// outcome is a line of progress.
func outcome(s scenario, found values, err error) string {
	var words []string
	for _, m := range s.metrics {
		if v, ok := found[m.name]; ok {
			words = append(words, m.name+" "+m.format(v))
		}
	}
	if err != nil {
		words = append(words, "failed: "+err.Error())
	}
	return strings.Join(words, ", ")
}

// choose returns the scenarios that were asked for.
func choose(names string) ([]scenario, error) {
	if names == "" {
		return scenarios, nil
	}
	var chosen []scenario
	for name := range strings.SplitSeq(names, ",") {
		found := false
		for _, s := range scenarios {
			if s.name == name {
				chosen, found = append(chosen, s), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
	}
	return chosen, nil
}
