package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// Scouted is what one client learns of a hobnob server before many come.
type Scouted struct {
	Team  string
	Rooms []chat.Membership
	Body  int  // the largest body the server takes, in bytes
	Used  bool // people have spoken in the first room, and not only this generator
}

// Scout asks a hobnob server what it has. It changes nothing there.
func Scout(ctx context.Context, server *url.URL, token string) (Scouted, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	l, err := dial(ctx, server, Hobnob(true).path(nil), "", 0)
	if err != nil {
		return Scouted{}, err
	}
	defer func() { _ = l.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	s := &scout{line: l, frames: frames{r: l.rest, buf: make([]byte, minReadBuf)}, who: visitor{token: token}}
	found, err := s.ask()
	if _, refused := errors.AsType[*RefusedError](err); err != nil && !refused {
		err = &UnreachableError{server.Redacted(), err}
	}
	return found, err
}

type scout struct {
	line   *line
	frames frames
	who    visitor
}

func (s *scout) ask() (Scouted, error) {
	var welcome chat.Welcome
	if err := s.request("", &welcome); err != nil {
		return Scouted{}, err
	}
	found := Scouted{Team: welcome.Team.Name, Rooms: welcome.Rooms, Body: welcome.Limits.Body}
	if len(found.Rooms) == 0 {
		return found, errors.New("the server has no room for this person")
	}
	if found.Rooms[0].LastSeq == 0 {
		return found, nil
	}
	var page chat.History
	if err := s.request(`420["history",{"room":`+quoted(found.Rooms[0].ID)+`,"limit":1}]`, &page); err != nil {
		return found, err
	}
	for _, m := range page.Messages {
		found.Used = !bytes.HasPrefix(m.Body.JSON, []byte(`"`+mark))
	}
	return found, nil
}

// request says something, or with "" what comes before anything else, and reads
// the answer to it.
func (s *scout) request(say string, answer any) error {
	if say != "" {
		if _, err := s.line.Write(appendFrame(nil, opText, []byte(say))); err != nil {
			return err
		}
	}
	protocol := Hobnob(true)
	for {
		op, msg, err := s.next()
		if err != nil {
			return err
		}
		switch {
		case op == opClose:
			return closed(msg)
		case bytes.HasPrefix(msg, []byte("43")):
			return decodeAnswer(msg[1:], answer)
		}
		_, reply, err := protocol.take(msg, &s.who)
		if err != nil {
			return err
		}
		if reply == "" {
			continue
		}
		if _, err := s.line.Write(appendFrame(nil, opText, []byte(reply))); err != nil {
			return err
		}
	}
}

// next blocks for a frame.
func (s *scout) next() (op byte, payload []byte, err error) {
	for {
		op, payload, ok, err := s.frames.next()
		if ok || err != nil {
			return op, payload, err
		}
		if err := s.frames.fill(); err != nil {
			return 0, nil, err
		}
	}
}

// decodeAnswer reads an ack of the chat lane.
func decodeAnswer(packet []byte, answer any) error {
	p, err := new(socketio.Decoder).Text(packet)
	if err != nil {
		return err
	}
	args, err := p.Args()
	if err != nil || len(args) == 0 {
		return errors.New("it does not answer as hobnob does")
	}
	var said struct {
		OK    bool        `json:"ok"`
		Error *chat.Error `json:"error"`
	}
	if err := json.Unmarshal(args[0].JSON, &said); err != nil {
		return errors.New("it does not answer as hobnob does")
	}
	if !said.OK && said.Error != nil {
		return said.Error
	}
	return json.Unmarshal(args[0].JSON, answer)
}
