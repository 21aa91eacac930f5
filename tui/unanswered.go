package tui

import (
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// unanswered are drafts that the server has been sent and has not acknowledged. A
// server or a network that hangs closes nothing, and is noticed by a heartbeat only
// much later; who waits for an answer is told meanwhile.
type unanswered struct {
	drafts map[string]bool
	since  time.Time // of the last answer, or the first draft; zero with none
}

// sent takes how a draft fares.
func (u *unanswered) sent(d chat.DraftChanged, now time.Time) {
	if d.State == chat.DraftSending {
		if u.drafts == nil {
			u.drafts = make(map[string]bool)
		}
		if len(u.drafts) == 0 {
			u.since = now
		}
		u.drafts[d.Draft.ID] = true
		return
	}
	if !u.drafts[d.Draft.ID] {
		return
	}
	delete(u.drafts, d.Draft.ID)
	if u.since = now; len(u.drafts) == 0 {
		u.since = time.Time{}
	}
}

// over forgets them: another connection sends them anew.
func (u *unanswered) over() { *u = unanswered{} }
