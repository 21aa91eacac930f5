package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// guessBurst and guessEvery let a team join together from one address, and
	// nobody make a server hash codes all day.
	guessBurst = 20
	guessEvery = 3 * time.Second

	// maxGuessers bounds the memory a flood of addresses can take; over it, all
	// of them share one limiter until the next sweep.
	maxGuessers = 10_000
)

// guesses limits how often an address may try a code that is none. A good one costs
// nothing: who has one need not guess, and others of that address need not wait.
type guesses struct {
	now func() time.Time

	mu    sync.Mutex
	from  map[string]*rate.Limiter
	rest  *rate.Limiter
	swept time.Time
}

func newGuesses(now func() time.Time) *guesses {
	return &guesses{
		now: now, from: make(map[string]*rate.Limiter), swept: now(),
		rest: rate.NewLimiter(rate.Every(guessEvery), guessBurst),
	}
}

// allow tells whether an address may try.
func (g *guesses) allow(address string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	return g.limiter(address, now).TokensAt(now) >= 1
}

// wrong counts a try that failed.
func (g *guesses) wrong(address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.limiter(address, now).AllowN(now, 1)
}

// limiter is an address's. g.mu is held.
func (g *guesses) limiter(address string, now time.Time) *rate.Limiter {
	if now.Sub(g.swept) > guessBurst*guessEvery {
		g.swept = now
		for a, l := range g.from {
			if l.TokensAt(now) >= guessBurst {
				delete(g.from, a)
			}
		}
	}
	l := g.from[address]
	if l == nil {
		l = g.rest
		if len(g.from) < maxGuessers {
			l = rate.NewLimiter(rate.Every(guessEvery), guessBurst)
			g.from[address] = l
		}
	}
	return l
}
