package bench

import (
	"fmt"
	"slices"
)

const (
	// full is the share of a processor from which on one is said to be used up.
	full = 0.9

	// steadyPace and slowed are how a rate limit shows: once the first burst is
	// through, what is let through in one second is as much as in the next, and
	// much less than at first.
	steadyPace, slowed = 0.15, 0.5

	// second is one of paceEvery, and limitShows how many of those a phase must have
	// for a rate limit to show: four seconds after the first pace.
	second     = 4
	limitShows = 4 * second
)

// verdicts says in words what held a server up, as far as it shows from outside.
func verdicts(r *Result, cfg Config) []string {
	var said []string
	if r.Faults.Any() {
		return []string{"what failed ended it before one showed: " + r.Faults.String()}
	}
	if p := r.Steady; p != nil && p.Late > 1 {
		said = append(said, fmt.Sprintf("%.0f messages a second were more than it could take: the last came %.1f s late%s",
			p.Asked, p.Late, because(p, r.Cores, cfg)))
	}
	p := r.Saturated
	switch {
	case p != nil:
		said = append(said, fmt.Sprintf("at %.0f deliveries a second%s", p.PerSecond, because(p, r.Cores, cfg)))
	case r.Steady != nil && r.Steady.Late <= 1:
		said = append(said, fmt.Sprintf("none at %.0f messages a second", r.Steady.Asked))
	}
	if len(said) == 0 {
		said = append(said, "nothing was measured that could show one")
	}
	return said
}

// because is the rest of a sentence: what held a phase up.
func because(p *Phase, cores int, cfg Config) string {
	here := local(cfg.URL)
	switch n, limited := limit(p); {
	case limited:
		return fmt.Sprintf(", the server lets its senders through at %.0f messages a second: that is its rate limit (hobnob serve --rate)", n)
	case here && p.ServerCores > 0 && max(p.MachineCores, p.ServerCores+p.OwnCores) >= full*float64(cores):
		s := fmt.Sprintf(", this machine's %d processors are used up: %.2f by the server, %.2f by this generator", cores, p.ServerCores, p.OwnCores)
		if others := p.MachineCores - p.ServerCores - p.OwnCores; others > 0.1 {
			s += fmt.Sprintf(", %.2f by other programs", others)
		}
		return s
	case p.OwnCores >= full*float64(cores):
		return ", this generator's processors are used up: the server may hold more"
	case p.ServerCores >= full:
		return fmt.Sprintf(", the server's processor time: it uses %.2f of %d processors, and no step of its work can use more than one", p.ServerCores, cores)
	case p.ServerCores == 0:
		return ", what the server does meanwhile is not known: give its process with --pid where that is on this machine"
	}
	return waits(p, here)
}

// waits is what because says where nobody's processor is used up. What is waited
// for is not seen from outside: as many messages as are on the way wait for each
// other, so that how long an acknowledgement takes then says nothing of the disk.
func waits(p *Phase, here bool) string {
	suspects := "its disk"
	if !here {
		suspects += ", the network"
	}
	if len(p.paces) <= limitShows {
		suspects += ", or its rate limit if it has one (hobnob serve --rate 0, or a longer --duration, tells)"
	}
	return fmt.Sprintf(", waiting: the server uses %.2f processors and this generator %.2f; for what is not seen from here: perhaps %s",
		p.ServerCores, p.OwnCores, suspects)
}

// limit tells whether a phase went as a rate limit lets it, and at how many messages
// a second: quickly at first, and then at an even pace.
func limit(p *Phase) (perSecond float64, limited bool) {
	var paces []float64
	for i := second; i < len(p.paces); i += second {
		paces = append(paces, float64(p.paces[i]-p.paces[i-second]))
	}
	if len(p.paces) <= limitShows {
		return 0, false
	}
	rest := paces[len(paces)/2:]
	low, high := slices.Min(rest), slices.Max(rest)
	mean := 0.0
	for _, n := range rest {
		mean += n / float64(len(rest))
	}
	first := max(paces[0], float64(p.paces[0])*second)
	even := high-low <= max(steadyPace*mean, 2)
	return mean, even && mean < slowed*first && p.ServerCores+p.OwnCores < full
}
