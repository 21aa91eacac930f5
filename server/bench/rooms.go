package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// RoomName is what the room i is called that MakeRooms makes, from 1. They are the
// same in every run, so that many runs make no more of them than the largest.
func RoomName(i int) string { return fmt.Sprintf("bench-%d", i) }

// Maker is the number of the one whose token is for MakeRooms. Who makes a room is in it,
// and would be told all that is said in any: that is no client of a fleet.
const Maker = MaxClients

// MakeRooms makes n public rooms on a hobnob server, where they are not there yet, and
// answers their names. It waits for each.
func MakeRooms(ctx context.Context, server *url.URL, token string, n int) ([]string, error) {
	names := make([]string, n)
	for i := range names {
		names[i] = RoomName(i + 1)
		if err := makeRoom(ctx, server, token, names[i]); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func makeRoom(ctx context.Context, server *url.URL, token, name string) error {
	body, err := json.Marshal(chat.RoomCreateRequest{ID: name, Name: name})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.JoinPath("/api/rooms").String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return &UnreachableError{server.Redacted(), err}
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return &UnreachableError{server.Redacted(), err}
	}
	var said struct {
		Error *chat.Error `json:"error"`
	}
	if json.Unmarshal(raw, &said) != nil {
		return fmt.Errorf("make the room %s: the server answered %s", name, clip(raw))
	}
	if said.Error != nil && said.Error.Code != chat.CodeNameTaken { // an earlier run made it
		return fmt.Errorf("make the room %s: %w", name, said.Error)
	}
	return nil
}
