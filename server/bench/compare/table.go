package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// ours is the server that the others are compared with.
const ours = "hobnob"

// cell is one metric of one server, a value a round.
type cell struct {
	scenario, server string
	metric           metric
	rounds           map[int]float64
}

// table is all that was found, in the order in which it was first found.
type table struct {
	cells  []*cell
	failed []string
}

func (t *table) add(round int, server string, s scenario, found values, err error) {
	if err != nil {
		t.failed = append(t.failed, fmt.Sprintf("round %d, %s, %s: %v", round+1, s.name, server, err))
		return // a figure of deliveries that were not as they have to be says nothing
	}
	for _, m := range s.metrics {
		v, ok := found[m.name]
		if !ok {
			continue
		}
		c := t.find(s.name, server, m.name)
		if c == nil {
			c = &cell{scenario: s.name, server: server, metric: m, rounds: make(map[int]float64)}
			t.cells = append(t.cells, c)
		}
		c.rounds[round] = v
	}
}

func (t *table) find(scenario, server, name string) *cell {
	for _, c := range t.cells {
		if c.scenario == scenario && c.server == server && c.metric.name == name {
			return c
		}
	}
	return nil
}

// print writes everything as one table in Markdown.
func (t *table) print(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| scenario | figure | server | median (min … max) | hobnob : it, median (min … max) |\n|---|---|---|---|---|\n")
	done := make(map[string]bool)
	for _, first := range t.cells {
		key := first.scenario + "\x00" + first.metric.name
		if done[key] {
			continue
		}
		done[key] = true
		for _, c := range t.cells {
			if c.scenario != first.scenario || c.metric.name != first.metric.name {
				continue
			}
			ratio := ""
			if own := t.find(c.scenario, ours, c.metric.name); own != nil && c.server != ours {
				ratio = ratios(own, c)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", c.scenario, c.metric.name, c.server, spread(list(c.rounds), c.metric.format), ratio)
		}
	}
	for _, f := range t.failed {
		fmt.Fprintf(&b, "\nfailed: %s\n", f)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ratios are those of the rounds that both have.
func ratios(own, other *cell) string {
	var rs []float64
	for round, v := range own.rounds {
		if o := other.rounds[round]; o > 0 {
			rs = append(rs, v/o)
		}
	}
	if len(rs) == 0 {
		return ""
	}
	return spread(rs, func(v float64) string { return fmt.Sprintf("x %.2f", v) })
}

func list(rounds map[int]float64) []float64 {
	vs := make([]float64, 0, len(rounds))
	for _, v := range rounds {
		vs = append(vs, v)
	}
	return vs
}

// spread is the median with the least and the most.
func spread(vs []float64, format func(float64) string) string {
	slices.Sort(vs)
	median := vs[len(vs)/2]
	if len(vs)%2 == 0 {
		median = (vs[len(vs)/2-1] + median) / 2
	}
	return fmt.Sprintf("%s (%s … %s)", format(median), format(vs[0]), format(vs[len(vs)-1]))
}
