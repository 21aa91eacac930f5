package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Print writes a result for people.
func (r *Result) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(t, "%s\t"+format+"\n", append([]any{name}, args...)...)
	}
	row("server", "%s", r.URL)
	row("clients", "%d in %s, %d of them speak, messages of %d bytes", r.Clients, count(r.Rooms, "room"), r.Speakers, r.Size)
	if c := r.Connects; c != nil {
		row("connects", "%d, %.0f a second%s", c.Connected, c.PerSecond, known(c.CPUEach, ", %.0f µs of the server's processor each"))
	}
	if i := r.Idle; i != nil && i.Memory > 0 {
		each := "no more of the server's memory than before"
		if i.BytesEach > 0 {
			each = fmt.Sprintf("%.1f KB of the server's memory each", i.BytesEach/1000)
		}
		row("idle", "%s, %.0f MB in all", each, float64(i.Memory)/1e6)
	}
	r.phase(row, "steady", r.Steady)
	r.phase(row, "saturated", r.Saturated)
	if s := r.Stalled; s != nil {
		row("stalled", "%d of %d readers that stalled were disconnected%s%s", s.Disconnected, s.Readers,
			said(s.Reason), known(s.BytesEach/1e6, ", %.2f MB of the server's memory each"))
		row("", "the others waited p50 %.1f, p99 %.1f ms with them, p50 %.1f, p99 %.1f ms without", s.With.P50, s.With.P99, s.Without.P50, s.Without.P99)
	}
	checked := "every message came to everyone once and in order"
	switch {
	case r.Faults.Any():
		checked = r.Faults.String()
	case r.Steady == nil && r.Saturated == nil && r.Stalled == nil:
		checked = "no message was said"
	case r.Interrupted:
		checked = "interrupted; what came until then came once and in order"
	}
	row("checked", "%s", checked)
	for i, s := range r.Bottleneck {
		name := "bottleneck"
		if i > 0 {
			name = ""
		}
		row(name, "%s", s)
	}
	return t.Flush()
}

func (r *Result) phase(row func(name, format string, args ...any), name string, p *Phase) {
	if p == nil {
		return
	}
	asked := ""
	if p.Asked > 0 {
		asked = fmt.Sprintf("%.0f messages a second, ", p.Asked)
	}
	row(name, "%s%.0f deliveries a second%s", asked, p.PerSecond, known(p.CPUEach, ", %.2f µs of the server's processor each"))
	if p.Asked == 0 && p.queue > 0 {
		row("", "up to %s on the way at once, which wait for each other:", count(int(p.queue), "message"))
	}
	row("", "delivered after p50 %.1f, p95 %.1f, p99 %.1f, at most %.1f ms", p.Delivery.P50, p.Delivery.P95, p.Delivery.P99, p.Delivery.Max)
	if a := p.Ack; a.Count > 0 {
		row("", "acknowledged after p50 %.1f, p95 %.1f, p99 %.1f, at most %.1f ms", a.P50, a.P95, a.P99, a.Max)
	}
	if p.ServerCores > 0 {
		row("", "processors used: %.2f by the server, %.2f by this generator", p.ServerCores, p.OwnCores)
	} else {
		row("", "processors used: %.2f by this generator", p.OwnCores)
	}
}

// known is v in a format, or nothing where it is not known.
func known(v float64, format string) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf(format, v)
}

func said(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
