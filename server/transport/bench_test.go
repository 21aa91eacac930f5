package transport

import (
	"context"
	"io"
	"net"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// benchServer has n connected sockets over loopback TCP, whose other ends are
// read and counted, in bytes.
func benchServer(b *testing.B, n int) (sockets []*Socket, received *atomic.Int64) {
	b.Helper()
	h := newHub()
	server := New(Config{QueueBytes: 64 << 20}, h)
	ts := httptest.NewServer(server)
	received = new(atomic.Int64)
	var readers sync.WaitGroup
	for range n {
		ws, err := dialTCP(ts.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		conn := ws.NetConn()
		readers.Go(func() {
			defer conn.Close()
			buf := make([]byte, 16<<10)
			for {
				n, err := conn.Read(buf)
				received.Add(int64(n))
				if err != nil {
					return
				}
			}
		})
	}
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			b.Error(err)
		}
		readers.Wait()
		ts.Close()
	})
	return h.sockets(), received
}

// BenchmarkFanOut1000 sends to 1,000 sockets what was prepared once; an
// operation is one round, and batch the number of packets joined in it, as a
// group commit joins them.
func BenchmarkFanOut1000(b *testing.B) {
	for _, batch := range []int{1, 16, 64} {
		b.Run("batch="+strconv.Itoa(batch), func(b *testing.B) {
			sockets, received := benchServer(b, 1000)
			var packets []socketio.Packet
			for range batch {
				p, err := socketio.EncodeEvent("/", "message", nil, strings.Repeat("x", 100))
				if err != nil {
					b.Fatal(err)
				}
				packets = append(packets, p)
			}
			size := int64(Prepare(packets...).Size())
			received.Store(0)
			b.ResetTimer()
			for range b.N {
				prepared := Prepare(packets...)
				for _, s := range sockets {
					if err := s.Send(prepared); err != nil {
						b.Fatal(err)
					}
				}
			}
			for want := int64(b.N) * int64(len(sockets)) * size; received.Load() < want; {
				runtime.Gosched()
			}
			b.ReportMetric(float64(b.N*len(sockets)*batch)/b.Elapsed().Seconds(), "deliveries/s")
		})
	}
}

// BenchmarkEcho is one event there and back.
func BenchmarkEcho(b *testing.B) {
	server := New(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
		return newReceiver(s, echo), nil
	}))
	ts := httptest.NewServer(server)
	ws, err := dialTCP(ts.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	conn := ws.NetConn()
	frame := clientFrame(true, opText, `42["message","hello"]`)
	answer := make([]byte, len(appendFrame(nil, opText, []byte(`42["message-back","hello"]`))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := conn.Write(frame); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(conn, answer); err != nil {
			b.Fatal(err)
		}
	}
	conn.Close()
	if err := server.Shutdown(context.Background()); err != nil {
		b.Fatal(err)
	}
	ts.Close()
}

// BenchmarkIdleConnection reports the memory of one connected socket that says
// nothing. The other end is in the same process and needs no goroutine.
func BenchmarkIdleConnection(b *testing.B) {
	const n = 2000
	for range b.N {
		h := newHub()
		server := New(Config{}, h)
		ts := httptest.NewServer(server)
		conns := make([]net.Conn, 0, n)
		before := inUse()
		for range n {
			c, err := rawConnect(ts.Listener.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			conns = append(conns, c)
		}
		b.ReportMetric(float64(inUse()-before)/n, "B/conn")
		for _, c := range conns {
			c.Close()
		}
		if err := server.Shutdown(context.Background()); err != nil {
			b.Fatal(err)
		}
		ts.Close()
	}
}

// rawConnect is dialTCP without anything kept at this end.
func rawConnect(addr string) (net.Conn, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	request := "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: " + addr +
		"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
	if _, err := io.WriteString(c, request); err != nil {
		return nil, err
	}
	var got strings.Builder
	buf := make([]byte, 512)
	for asked := false; !strings.Contains(got.String(), `40{"sid"`); {
		n, err := c.Read(buf)
		if err != nil {
			return nil, err
		}
		got.Write(buf[:n])
		if !asked && strings.Contains(got.String(), "maxPayload") {
			asked = true
			if _, err := c.Write(clientFrame(true, opText, "40")); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// inUse is the memory of heap and stacks, in bytes.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
