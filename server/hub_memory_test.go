package server

import (
	"runtime"
	"strconv"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestListenersAreSmall: who only listens costs the hub little.
func TestListenersAreSmall(t *testing.T) {
	const many = 10_000
	ears, users := make([]*ear, many), make([]string, many)
	for i := range ears {
		ears[i], users[i] = new(ear), strconv.Itoa(i)
	}
	var calls int
	hub := NewHub[string, *ear](chat.Position{}, encodeText(&calls))
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	rooms := []string{"general"}
	before := heap()
	for i, e := range ears {
		hub.Join(e, Listener{Lane: PlainLane, User: users[i], Rooms: rooms})
	}
	if each := (heap() - before) / many; each > 260 {
		t.Errorf("a listener takes %d bytes", each)
	}
	runtime.KeepAlive(hub)
}
