//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// settles is how long a program is left alone before its silence is measured: what it
// does once, at its start, is not what it does for hours.
const settles = 5 * time.Second

// measureStart measures how long a program takes from its start until a text is shown.
func measureStart(ctx context.Context, env []string, name, text, figure string, f figures) (err error) {
	x, err := start(ctx, env, name)
	if err != nil {
		return err
	}
	defer func() { _ = x.close() }()
	read, err := x.shows(text)
	if err != nil {
		return err
	}
	f.add(figure, ms(read.Sub(x.began)))
	return nil
}

// measureBare measures the bare program.
func measureBare(ctx context.Context, o options, name string, f figures) (err error) {
	x, err := start(ctx, nil, name)
	if err != nil {
		return err
	}
	defer func() { _ = x.close() }()
	if _, err := x.shows("ready"); err != nil {
		return err
	}
	if err := x.silence("bare: ", o, f); err != nil {
		return err
	}
	return x.typing("bare: quiet", o, f)
}

// silence measures what a program does when nothing happens.
func (t *terminal) silence(who string, o options, f figures) error {
	pid := t.cmd.Process.Pid
	time.Sleep(settles) //nolint:forbidigo // nothing is to happen
	mem, err := memory(pid)
	if err != nil {
		return err
	}
	f.add(who+"memory at the start, MiB", mem)
	before, err := wakeups(pid)
	if err != nil {
		return err
	}
	time.Sleep(o.idle) //nolint:forbidigo // nothing is to happen
	after, err := wakeups(pid)
	if err != nil {
		return err
	}
	f.add(who+"wake-ups a second, idle", float64(after-before)/o.idle.Seconds())
	return nil
}

// typing measures how long keys take to their cells.
func (t *terminal) typing(when string, o options, f figures) error {
	took, err := t.keys(o.keys)
	if err != nil {
		return err
	}
	f.add(when+", key to cell p50, ms", ms(quantile(took, 0.50)))
	f.add(when+", key to cell p99, ms", ms(quantile(took, 0.99)))
	return nil
}

// measure measures the chat in a room of many messages.
func (t *team) measure(ctx context.Context, o options, f figures) (err error) {
	x, err := t.chat(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.close()) }()
	if err := x.silence("", o, f); err != nil {
		return err
	}
	if err := x.typing("quiet", o, f); err != nil {
		return err
	}
	if err := x.pages(f); err != nil {
		return err
	}
	if err := t.under(ctx, 200, func() error { return x.cost(o, f) }); err != nil {
		return err
	}
	err = t.under(ctx, 1000, func() error {
		if err := x.typing("1,000 messages a second", o, f); err != nil {
			return err
		}
		return x.own(f)
	})
	if err != nil {
		return err
	}
	mem, err := memory(x.cmd.Process.Pid)
	if err == nil {
		f.add("memory with a room of 100,000 and after all that, MiB", mem)
	}
	return err
}

// pages measures ten pages up, and goes down again.
func (t *terminal) pages(f figures) error {
	var all time.Duration
	for range 10 {
		before := t.text()
		d, err := t.press("\x1b[5~", func() bool { return t.screen.String() != before })
		if err != nil {
			return err
		}
		all += d
	}
	f.add("ten pages up, ms", ms(all))
	_, err := t.press("\x1b[1;3F", func() bool {
		return strings.Contains(t.screen.String(), "write to #general") && !strings.Contains(t.screen.String(), "alt+end")
	})
	return err
}

// under does something while messages arrive in the room.
func (t *team) under(ctx context.Context, rate int, do func() error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	load := t.command(ctx, "bench", "--data", t.dir+"/team", "--clients", "4", "--speakers", "4", "--rate", strconv.Itoa(rate),
		"--duration", "10m", "--no-saturation", "--anyway")
	var said strings.Builder
	load.Stdout, load.Stderr = &said, &said
	if err := load.Start(); err != nil {
		return err
	}
	time.Sleep(settles) //nolint:forbidigo // its clients connect one after another
	err := do()
	stop()
	if e := load.Wait(); ctx.Err() == nil {
		return fmt.Errorf("the load has ended: %w\n%s", e, said.String())
	}
	return err
}

// cost measures what it takes to show what arrives.
func (t *terminal) cost(o options, f figures) error {
	pid := t.cmd.Process.Pid
	before, err := cpuTime(pid)
	if err != nil {
		return err
	}
	time.Sleep(o.idle) //nolint:forbidigo // the load is another process's
	after, err := cpuTime(pid)
	if err != nil {
		return err
	}
	f.add(fmt.Sprintf("200 messages a second for %v, processor time, s", o.idle), (after - before).Seconds())
	return nil
}

// own measures how long a message of one's own takes to the timeline and back: what has
// piled up is before it.
func (t *terminal) own(f figures) error {
	var took []time.Duration
	for n := range 10 {
		mark := fmt.Sprintf("mark-%d-%d", time.Now().UnixMilli(), n)
		if _, err := t.press(mark, func() bool { return strings.Contains(t.screen.String(), "┃ "+mark) }); err != nil {
			return err
		}
		d, err := t.press("\r", func() bool {
			s := t.screen.String()
			return strings.Contains(s, mark) && !strings.Contains(s, "┃ "+mark)
		})
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	f.add("1,000 messages a second, own message to the timeline p50, ms", ms(quantile(took, 0.5)))
	return nil
}
