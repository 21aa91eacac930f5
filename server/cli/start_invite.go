package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// startFile keeps the code of the line that serve prints, while it is good.
//
// A link that was pasted yesterday must work after a restart, and each start
// leaving one more open door behind would let in people nobody thinks of. So
// there is one such code, and to print it again it has to be kept, while the
// database has only its hash: that may be copied and backed up where its reader
// is nobody to be let in. This file is no secret beside its neighbour: whoever
// reads the folder has key.pem, with which they can make an owner's token.
const startFile = "invite.json"

// startLeft is how long a code must still be good to be shown again: whoever is
// sent it reads it tomorrow. One that is not ends soon by itself.
const startLeft = 24 * time.Hour

// maxNews is how many lines may wait for the host's screen. A team that joins
// faster is in the log.
const maxNews = 64

// inviteLook is how often the join line on the host's screen is looked at: another
// process may have taken it back, which nobody tells us.
const inviteLook = 2 * time.Second

type startCode struct {
	Code string `json:"code"`
}

// showInvite is the invite that a start shows. Requests are answered already, so
// that somebody may be coming in with it.
func (h *host) showInvite(ctx context.Context) (chat.Invite, error) {
	h.showing.Lock()
	defer h.showing.Unlock()
	invite, err := h.startInvite(ctx)
	h.shown = invite
	return invite, err
}

// startInvite is the invite of the start before, while it lets somebody in for a
// while, and else a new one. showing is held, so that two do not make one each.
func (h *host) startInvite(ctx context.Context) (chat.Invite, error) {
	var kept startCode
	path := h.folder.file(startFile)
	if err := readJSON(path, &kept); err != nil && !errors.Is(err, fs.ErrNotExist) {
		// Nobody can be let in with what is in it; a new one can be made.
		h.log.Warn("the code of the last start cannot be read", "err", cause(err))
	}
	invite, open, err := h.invites.Reopen(ctx, kept.Code)
	if err != nil || open && time.Until(invite.Expires.Time()) >= startLeft {
		return invite, err
	}
	if invite, err = h.invites.NewInvite(ctx, h.owner.ID, chat.RoleMember); err != nil {
		return invite, err
	}
	kept.Code = invite.URL[strings.LastIndexByte(invite.URL, '/')+1:]
	if err := writeJSON(path, kept); err != nil {
		return invite, exit.New(exit.Storage, "", "the data folder %s cannot be written: %w", h.config.data, cause(err))
	}
	return invite, nil
}

// welcome tells the host how to let somebody in. What is copied has a row of
// its own.
func welcome(invite chat.Invite) string {
	return "Let one person in with this line, until " + invite.Expires.Time().Format("Monday 2 January 15:04") + ":\n" +
		"hobnob join " + invite.URL
}

// invite is the join line for a host who asks for one: that on the screen, or where
// that lets nobody in any more another, which then takes its place. Another that is for a second
// person stands beside it.
func (h *host) invite(ctx context.Context, another bool) (chat.Invite, error) {
	if another {
		return h.invites.NewInvite(ctx, h.owner.ID, chat.RoleMember)
	}
	h.showing.Lock()
	defer h.showing.Unlock()
	invite, err := h.startInvite(ctx)
	if err == nil && invite.URL != h.shown.URL {
		if h.shown.URL != "" {
			h.tell(chat.Noticed{Text: "(another join line took the place of the one here)", Instead: welcome(h.shown)})
		}
		h.tell(chat.Noticed{Text: welcome(invite)})
		h.shown = invite
	}
	return invite, err
}

// joined tells the host's screen who came in with a link, and of the next line
// where that is another than the one it showed; that one is then no longer shown. Without a
// screen or a terminal the log has told it, and nobody is there to look after another open
// door. It is called by the goroutines of requests.
func (h *host) joined(ctx context.Context, user chat.User, link string) {
	if err := h.people.Enter(ctx, user); err != nil {
		h.log.Error("somebody who joined is not in the team yet; their first word brings them in", "err", err)
	}
	if h.next != nil {
		h.printNext(ctx, user, link)
	}
	if h.news == nil {
		return
	}
	who := user.Name
	if user.Role != chat.RoleMember {
		who += ", a " + string(user.Role) + ","
	}
	h.showing.Lock()
	defer h.showing.Unlock()
	over := "(another join line took the place of the one here)"
	if link == h.shown.URL {
		over = "(the join line that was here was used by " + user.Name + ")"
	}
	h.tell(chat.Noticed{Text: who + " joined with an invite link"})
	if h.shown.URL == "" {
		return // taken back, and no other was asked for
	}
	invite, err := h.startInvite(ctx)
	if err != nil {
		h.log.Error("another join line", "err", err)
		return
	}
	if invite.URL != h.shown.URL {
		h.tell(chat.Noticed{Text: over, Instead: welcome(h.shown)})
		h.tell(chat.Noticed{Text: welcome(invite)})
		h.shown = invite
	}
}

// watchInvite takes the join line off the host's screen once it lets nobody in any
// more, until ctx ends.
func (h *host) watchInvite(ctx context.Context) {
	ticker := time.NewTicker(inviteLook)
	defer ticker.Stop()
	for closed := ""; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		closed = h.lookAtInvite(ctx, closed)
	}
}

// lookAtInvite answers the link on the screen if it lets nobody in, and closed is
// what the look before answered. Twice is over: one that was just used is about to
// be told by joined, with the next one. Who took it back wants no other.
func (h *host) lookAtInvite(ctx context.Context, closed string) string {
	h.showing.Lock()
	defer h.showing.Unlock()
	link := h.shown.URL
	_, open, err := h.invites.Reopen(ctx, link[strings.LastIndexByte(link, '/')+1:])
	if err != nil || open || link == "" {
		return "" // of what cannot be read the next look tells
	}
	if link == closed {
		h.tell(chat.Noticed{Text: "(the join line that was here lets nobody in any more; /invite makes another)", Instead: welcome(h.shown)})
		h.shown = chat.Invite{}
	}
	return link
}

// tell shows a line to the host, who may be away for long: it never waits.
func (h *host) tell(line chat.Noticed) {
	select {
	case h.news <- line:
	default:
		h.log.Warn("the host's screen does not keep up with the news")
	}
}

// nextInvite is the invite that follows the one that was printed, and who used that.
type nextInvite struct {
	chat.Invite
	by string // foreign
}

// printNext has the next line printed once the one that was printed has let somebody in.
// One that was taken back was to let nobody in, and is followed by none.
func (h *host) printNext(ctx context.Context, user chat.User, link string) {
	h.showing.Lock()
	defer h.showing.Unlock()
	if link != h.shown.URL {
		if h.owed == nil {
			return
		}
		user = *h.owed
	}
	invite, err := h.startInvite(ctx)
	if err != nil {
		h.owed = &user // it is tried again when somebody else joins
		h.log.Error("another join line", "err", err)
		return
	}
	h.shown, h.owed = invite, nil
	select {
	case h.next <- nextInvite{invite, user.Name}:
	default: // the one before is not printed yet, and who used it knew it from elsewhere
		h.log.Warn("the terminal does not keep up; hobnob invite create makes another join line")
	}
}

// attend serves until ctx ends, and prints the next join line when one was used.
func (h *host) attend(ctx context.Context, out, errs io.Writer) error {
	for {
		select {
		case <-ctx.Done():
			h.log.Info("stopping")
			return nil
		case err := <-h.failed:
			return fmt.Errorf("the server stopped listening: %w", err)
		case next := <-h.next:
			fmt.Fprintf(errs, "%s came in with the join line above, which lets nobody else in; this one is for the next, until %s\n",
				chat.SanitizeLine(next.by), next.Expires.Time().Format("Monday 2 January 15:04"))
			fmt.Fprintf(out, "join: hobnob join %s\n", next.URL)
		}
	}
}
