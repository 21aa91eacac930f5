// Command hub is the chat server that tutorials on gorilla/websocket arrive at: a
// hub with a channel, and for each client a channel of 256 messages, a goroutine
// that reads and one that writes, a write for each message. Who does not keep up is
// dropped. It keeps nothing.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/server/bench/peers/token"
)

type client struct {
	conn *websocket.Conn
	room string
	send chan []byte
}

type said struct {
	room string
	text []byte
}

type hub struct {
	enter, leave chan *client
	messages     chan said
}

func (h *hub) run() {
	rooms := make(map[string]map[*client]bool)
	gone := func(c *client) {
		if rooms[c.room][c] {
			delete(rooms[c.room], c)
			close(c.send)
		}
	}
	for {
		select {
		case c := <-h.enter:
			if rooms[c.room] == nil {
				rooms[c.room] = make(map[*client]bool)
			}
			rooms[c.room][c] = true
			c.send <- []byte(`"joined"`)
		case c := <-h.leave:
			gone(c)
		case m := <-h.messages:
			for c := range rooms[m.room] {
				select {
				case c.send <- m.text:
				default:
					gone(c)
				}
			}
		}
	}
}

func (h *hub) read(c *client) {
	defer func() {
		h.leave <- c
		_ = c.conn.Close()
	}()
	for {
		_, text, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		h.messages <- said{c.room, text}
	}
}

func (c *client) write() {
	defer func() { _ = c.conn.Close() }()
	for text := range c.send {
		if c.conn.WriteMessage(websocket.TextMessage, text) != nil {
			return
		}
	}
}

func run() error {
	flag.Parse()
	verify, err := token.Verifier()
	if err != nil {
		return err
	}
	h := &hub{enter: make(chan *client), leave: make(chan *client), messages: make(chan said)}
	go h.run()
	upgrader := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024}
	http.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if _, err := verify(bearer); err != nil {
			http.Error(w, "not signed in", http.StatusUnauthorized)
			return
		}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		c := &client{conn: conn, room: r.URL.Query().Get("room"), send: make(chan []byte, 256)}
		h.enter <- c
		go c.write()
		go h.read(c)
	})
	return token.Serve(http.DefaultServeMux)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
