package server

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// ChargeReplay counts events that a person is replayed, and ChargePage a page of
// messages, as what a request of that size counts: to read them is work as much as to
// write them, and one short request asks for thousands. They are called once that was
// done, and block as Throttle does; who does not wait owes it all the same.
func (s *Service) ChargeReplay(ctx context.Context, person string, batch []chat.Event) error {
	size := 0
	for i := range batch {
		size += eventCost + bodySize(batch[i].Body)
	}
	return s.charge(ctx, person, size)
}

// ChargePage is told of at ChargeReplay.
func (s *Service) ChargePage(ctx context.Context, person string, page []chat.Message) error {
	size := 0
	for i := range page {
		size += eventCost + bodySize(page[i].Body)
	}
	return s.charge(ctx, person, size)
}

// eventCost is what an event counts beside its body, in bytes: its envelope, and to
// find and encode it. Two hundred of them are a few requests.
const eventCost = 512

// roomCost is what it counts, beside its request, to put others into a room. It stays in
// the lists of all of them, for as long as they do not leave it, and they never asked for it:
// at the usual pace one may do so twenty times at once, then once a second.
const roomCost = 50

// chargeRoom counts a room that others were put into. It waits for nothing, as the answer
// says that it was done.
func (s *Service) chargeRoom(person string) { s.rates.note(person, roomCost) }

func (s *Service) charge(ctx context.Context, person string, size int) error {
	return s.rates.owe(ctx, person, size/rateUnit)
}
