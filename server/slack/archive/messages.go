package archive

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/export"
	"github.com/hobnob-chat/hobnob/server/slack"
)

// message is one message, of which much more is told than is read here.
type message struct {
	Type       string `json:"type"`
	Subtype    string `json:"subtype"`
	Hidden     bool   `json:"hidden"`
	User       string `json:"user"`
	BotID      string `json:"bot_id"`
	Username   string `json:"username"`
	BotProfile struct {
		Name string `json:"name"`
	} `json:"bot_profile"`
	Text   string `json:"text"`
	TS     string `json:"ts"`        // seconds since 1970 and a fraction: its name in its channel
	Thread string `json:"thread_ts"` // of the message that began the thread
	Edited *struct {
		TS string `json:"ts"`
	} `json:"edited"`
	Reactions   reactions `json:"reactions"`
	Files       []file    `json:"files"`
	Attachments []struct {
		Original string `json:"original_url"` // of a preview of a link
		From     string `json:"from_url"`
	} `json:"attachments"`

	raw json.RawMessage
	at  chat.Millis
}

type reactions []struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
}

func (r reactions) users() (all []string) {
	for _, one := range r {
		all = append(all, one.Users...)
	}
	return all
}

type file struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Mode      string `json:"mode"` // "tombstone" when it was deleted
	Permalink string `json:"permalink"`
	Private   string `json:"url_private"`
}

// passedOver are kinds of message that tell who came and went.
var passedOver = []string{
	"channel_join", "channel_leave", "group_join", "group_leave", "bot_add", "bot_remove", "bot_enable", "bot_disable",
	"channel_archive", "channel_unarchive", "group_archive", "group_unarchive", "pinned_item", "unpinned_item",
}

// messages tells f those of a room that are imported, in order.
func (a *Archive) messages(r *room, f func(*message) error) error {
	last := ""
	for _, day := range a.days[r.folder+"/"] {
		var list []*message
		err := each(a, day, "message", func(raw *json.RawMessage) error {
			m, err := parse(*raw)
			if m != nil {
				list = append(list, m)
			}
			return err
		})
		if err != nil {
			return err
		}
		slices.SortStableFunc(list, func(a, b *message) int { return int(a.at - b.at) })
		for _, m := range list {
			if m.TS == last { // told twice, as an answer that was shown in the channel, too
				continue
			}
			last = m.TS
			if err := f(m); err != nil {
				return fmt.Errorf("%s: the message of %s: %w", day, m.TS, err)
			}
		}
	}
	return nil
}

// parse reads one message; nil is one that is not imported.
func parse(text json.RawMessage) (*message, error) {
	m := &message{raw: text}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, inWords(err)
	}
	if m.Hidden || (m.Type != "message" && m.Type != "") || slices.Contains(passedOver, m.Subtype) {
		return nil, nil //nolint:nilnil // none is a fine answer
	}
	var err error
	if m.at, err = millis(m.TS); err != nil {
		return nil, err
	}
	return m, nil
}

// millis reads a time stamp.
func millis(ts string) (chat.Millis, error) {
	seconds, fraction, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || s <= 0 || s > 1<<40 || len(ts) > 32 || strings.Trim(fraction, "0123456789") != "" {
		return 0, fmt.Errorf("ts %q is not a time stamp such as 1512085950.000216", ts)
	}
	ms, _ := strconv.ParseInt((fraction + "000")[:3], 10, 64)
	return chat.Millis(s*1000 + ms), nil
}

// messageID is the ID of a message by its channel and time stamp.
func messageID(r *room, ts string) string { return idPrefix + shortID(r.ID) + "-" + ts }

// messageLine is a message as a line.
func (a *Archive) messageLine(r *room, m *message, seq uint64) *export.Message {
	line := &export.Message{Message: chat.Message{Envelope: chat.Envelope{
		ID: messageID(r, m.TS), Room: r.dest(), Seq: seq, From: a.people.author(m).User, At: m.at,
	}}}
	if _, err := millis(m.Thread); m.Thread != "" && m.Thread != m.TS && err == nil {
		line.Thread = messageID(r, m.Thread)
	}
	if m.Subtype == "tombstone" {
		line.JSON, line.Deleted = json.RawMessage("null"), m.at
		return line
	}
	text, mentions := a.text(m)
	if r.direct() && !slices.ContainsFunc(r.Members, func(id string) bool { return a.people.user(id).ID == line.From.ID }) {
		// A program, or somebody who has left: nobody else may speak between people.
		text, line.From = line.From.Name+": "+text, chat.System
	}
	line.Body, line.Mentions = chat.TextBody(text), mentions
	if m.Subtype == "me_message" {
		line.Style = chat.StyleMe
	}
	line.Pinned = r.pinned[m.TS]
	line.Reactions = a.reactions(m)
	if m.Edited != nil {
		if at, err := millis(m.Edited.TS); err == nil {
			// Slack keeps the last text alone.
			line.Revision, line.Edited = 1, at
			line.Edits = []chat.Edit{{At: m.at, Body: line.Body}}
		}
	}
	return line
}

// text is what a message says as Markdown, and whom it names.
func (a *Archive) text(m *message) (text string, mentions []string) {
	mention := func(id string) {
		if len(mentions) < chat.MaxMentions && !slices.Contains(mentions, id) {
			mentions = append(mentions, id)
		}
	}
	said := slack.Markup(m.Text, func(id string) string {
		if p := a.people.byID[id]; p != nil {
			mention(p.ID)
			return p.Name
		}
		for _, r := range a.rooms {
			if r.ID == id && r.kind != chat.RoomDirect {
				return roomName(r.Name, r.ID)
			}
		}
		return ""
	})
	if strings.Contains(m.Text, "<!here") {
		mention(chat.MentionHere)
	}
	if strings.Contains(m.Text, "<!channel") || strings.Contains(m.Text, "<!everyone") {
		mention(chat.MentionRoom)
	}
	parts := []string{said, beside(m)}
	for i := range m.Files {
		parts = append(parts, m.Files[i].link())
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, "\n"), mentions
}

// beside is what a program said in other ways than text. Previews of links are none.
func beside(m *message) string {
	var p slack.Payload
	if json.Unmarshal(m.raw, &p) != nil {
		return ""
	}
	n := 0
	for i := range p.Attachments {
		if i < len(m.Attachments) && m.Attachments[i].Original == "" && m.Attachments[i].From == "" {
			p.Attachments[n] = p.Attachments[i]
			n++
		}
	}
	p.Attachments = p.Attachments[:n]
	if m.Text != "" {
		p.Text, p.Blocks = "", nil
	}
	return p.Markdown()
}

// link is where a file is. What Slack adds to the address of the file itself is a key
// to all files of the export, and nobody who reads the room is meant to have it.
func (f *file) link() string {
	name := chat.SanitizeLine(f.Title)
	if name == "" {
		name = chat.SanitizeLine(f.Name)
	}
	address := f.Permalink
	if address == "" {
		address = f.Private
	}
	u, err := url.Parse(address)
	if f.Mode == "tombstone" || f.Mode == "hidden_by_limit" || err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		if name == "" {
			return "(a file that is not there any more)"
		}
		return "(the file " + name + " is not there any more)"
	}
	u.RawQuery, u.Fragment = "", ""
	if name == "" {
		return u.String()
	}
	return "[" + strings.NewReplacer("[", `\[`, "]", `\]`).Replace(name) + "](" + strings.NewReplacer("(", "%28", ")", "%29").Replace(u.String()) + ")"
}

// reactions are those of a message whose emoji hobnob has.
func (a *Archive) reactions(m *message) (all []chat.Reaction) {
	for _, r := range m.Reactions {
		e := emoji(r.Name)
		if e == "" || len(all) == chat.MaxReactions {
			continue
		}
		users := make([]string, 0, len(r.Users))
		for _, id := range r.Users {
			if user := a.people.user(id).ID; !slices.Contains(users, user) {
				users = append(users, user)
			}
		}
		if len(users) > 0 {
			all = append(all, chat.Reaction{Emoji: e, Count: len(users), Users: users})
		}
	}
	return all
}
