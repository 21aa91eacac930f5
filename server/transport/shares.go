package transport

import (
	"container/list"
	"net/netip"
)

// shares tells who holds how many places, and whose oldest is to go where there are too
// many: of whoever holds most. So who takes many takes them from themselves. Everything
// it does takes the same time however many there are.
type shares struct {
	holders map[string]*holder
	ranks   []*list.List // *holder, by how many places they hold
}

// holder is somebody who holds places.
type holder struct {
	name   string
	places list.List     // *session, the oldest first
	rank   *list.Element // in ranks[places.Len()]
}

// place is one that is held.
type place struct {
	of *holder
	at *list.Element // in of.places
}

// take notes that a session holds a place for name.
func (s *shares) take(name string, sess *session) *place {
	h := s.holders[name]
	if h == nil {
		if s.holders == nil {
			s.holders = make(map[string]*holder)
		}
		h = &holder{name: name}
		s.holders[name] = h
	}
	s.unrank(h)
	p := &place{h, h.places.PushBack(sess)}
	s.rank(h)
	return p
}

// give gives a place back.
func (s *shares) give(p *place) {
	s.unrank(p.of)
	p.of.places.Remove(p.at)
	s.rank(p.of)
	if p.of.places.Len() == 0 {
		delete(s.holders, p.of.name)
	}
}

// most is the oldest session of whoever holds most places, and how many they hold.
func (s *shares) most() (oldest *session, held int) {
	if len(s.ranks) == 0 {
		return nil, 0
	}
	h, _ := s.ranks[len(s.ranks)-1].Front().Value.(*holder) // there is nothing else in it
	oldest, _ = h.places.Front().Value.(*session)           // nor in this
	return oldest, h.places.Len()
}

// rank lists a holder by how many places they hold; none is not listed. The last list
// is never empty.
func (s *shares) rank(h *holder) {
	n := h.places.Len()
	if n == 0 {
		return
	}
	for len(s.ranks) <= n {
		s.ranks = append(s.ranks, list.New())
	}
	h.rank = s.ranks[n].PushBack(h)
	s.trim()
}

func (s *shares) unrank(h *holder) {
	if n := h.places.Len(); n > 0 {
		s.ranks[n].Remove(h.rank)
		s.trim()
	}
}

func (s *shares) trim() {
	for len(s.ranks) > 0 && s.ranks[len(s.ranks)-1].Len() == 0 {
		s.ranks = s.ranks[:len(s.ranks)-1]
	}
}

// neighbourhood is from where a request comes, as far as that tells strangers apart: of
// IPv6 the network, which has more addresses than anybody could count.
func neighbourhood(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	a := at.Addr().Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	network, _ := a.Prefix(64) // no address of IPv6 is shorter
	return network.String()
}
