//go:build unix

package tui

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// library is a Client whose server finds something.
type library struct {
	fake
	mu   sync.Mutex
	read map[string]uint64
}

func (l *library) Ask(_ context.Context, request string, arg, out any) error {
	raw, err := json.Marshal(arg)
	if f, ok := out.(*chat.Found); ok {
		*f = foundBy(request, string(raw))
	}
	return err
}

func (l *library) Older(_ context.Context, _ string, before uint64, limit int) (chat.History, error) {
	return history(before, limit), nil
}

func (l *library) MarkRead(room string, seq uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read[room] = seq
}

// TestFindingInATerminal goes through lists, a click and a walk as a person does.
func TestFindingInATerminal(t *testing.T) {
	x, theirs := newTerminal(t, 100, 30)
	client := &library{read: make(map[string]uint64)}
	p := tea.NewProgram(New(Config{Client: client, Now: open(1, 1).now}), tea.WithInput(theirs), tea.WithOutput(theirs), tea.WithoutSignalHandler(),
		tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
	done := make(chan error, 1)
	var work sync.WaitGroup
	work.Go(func() { _, err := p.Run(); done <- err })
	p.Send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: acme()})
	p.Send(chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
	p.Send(chat.Connection{State: chat.Online})
	x.wait("done, p99 is flat")
	x.write("\x06needs") // ctrl+f
	x.wait("2 messages, newest first")
	x.write("\x1b[B\r") // down, enter
	x.wait("esc cancels")
	x.wait("▌  ada  @you deploy 9 needs you")
	x.write("\x1b[<0;6;4M\x1b[<0;6;4m") // a click on #general
	x.wait("▸# general")
	x.wait("done, p99 is flat")
	x.write("\x1bc") // alt+c
	x.wait("enter read")
	x.write("\x1b[27u") // esc, as one key
	x.wait("write to @bob")
	x.write("\x07") // ctrl+g
	x.wait("mentions of you")
	x.write("\x03\x03\x03") // the first closes the list
	if err := <-done; err != nil {
		t.Error(err)
	}
	work.Wait()
	client.mu.Lock()
	defer client.mu.Unlock()
	if client.read["r2"] != 20 {
		t.Errorf("told to be read: %v", client.read)
	}
}
