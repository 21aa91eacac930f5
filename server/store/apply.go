package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// writeStmts are the statements of Apply that every message needs, prepared on
// the writer connection.
type writeStmts struct {
	applied, setApplied *sql.Stmt
	room, setRoom       *sql.Stmt
	user, isMember      *sql.Stmt
	mention             *sql.Stmt
	thread              *sql.Stmt
	mark                [len(insertSizes)]*sql.Stmt
	come                crowdStmts
	insert              [2][len(insertSizes)]*sql.Stmt // without and with extra
	often               map[string]*sql.Stmt           // by their text
}

// often are the statements of events that come nearly as often as messages, and of
// newcomers: with a new sign-in for all, a whole company comes in within seconds.
var often = []string{
	selectTarget, insertEdit, updateEdited, dropMentions, countEmojis, insertReaction, dropReaction, moveMarker, countMentions, markerAt, firstOfOthers,
	insertUser, insertMember, countMembers, insertMove, beginMarker,
}

// markColumns is how many columns a marker has.
const markColumns = 3

func (w *writeStmts) prepare(ctx context.Context, db *sql.DB) (err error) {
	prep := func(query string) *sql.Stmt {
		var s *sql.Stmt
		if err == nil {
			s, err = db.PrepareContext(ctx, query)
		}
		return s
	}
	w.applied = prep("SELECT epoch, offset FROM applied")
	w.setApplied = prep("UPDATE applied SET epoch = ?, offset = ?")
	w.room = prep("SELECT key, kind, archived, last_seq, last_at FROM rooms WHERE id = ?")
	w.setRoom = prep("UPDATE rooms SET last_seq = ?, last_at = ? WHERE key = ?")
	w.user = prep("SELECT name, role, set_role, banned IS NOT NULL FROM users WHERE id = ?")
	w.isMember = prep("SELECT EXISTS (SELECT 1 FROM members WHERE room = ? AND user = ?)")
	w.mention = prep("INSERT OR IGNORE INTO mentions (user, room, seq, message) VALUES (?, ?, ?, ?)")
	w.thread = prep(beginThread)
	for i, n := range insertSizes {
		w.insert[0][i], w.insert[1][i] = prep(insertMessages(n, false)), prep(insertMessages(n, true))
		w.mark[i] = prep("INSERT INTO markers (room, user, seq) VALUES " + rowsOf(n, markColumns) +
			" ON CONFLICT DO UPDATE SET seq = excluded.seq") // no marker is beyond the newest message
	}
	w.come.prepare(prep)
	w.often = make(map[string]*sql.Stmt, len(often))
	for _, query := range often {
		w.often[query] = prep(query)
	}
	return err
}

// Apply brings the read model up to date with a batch of the log's next events,
// and sets in place what applying makes of each: Seq, Erases, Was, Passed, the Thread of a
// deleted message, and Change.Target where it went further than it could, or a marker goes on. tx is a transaction of
// Writer; what Apply did is undone with it. It fails, and tx must be rolled back, when an event is not after the applied
// position, is of another epoch (ErrEpoch), of a kind that is not known, would
// change nothing (chat.CodeUnchanged), or cannot be as the team stands (another
// *chat.Error): no event is skipped silently. It keeps nothing of batch.
//
// Who may do what was asked before the event was made. Apply looks again at what
// may have changed meanwhile: at what would make the read model contradict itself,
// and whether the author is still in the room, and in the team.
func (s *Store) Apply(ctx context.Context, tx *sql.Tx, batch []chat.Event) (err error) {
	if len(batch) == 0 {
		return nil
	}
	at, err := s.follows(ctx, tx, batch)
	if err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	a := newApplying(ctx, tx, s, at)
	defer func() { s.memo.keep(batch, err) }()
	for rest := batch; len(rest) > 0; {
		n := ahead(rest)
		switch {
		case rest[0].Kind == chat.MessageCreated:
			err = a.messages(rest[:n])
		case n > 1:
			err = a.crowd(rest[:n])
		default:
			err = a.one(&rest[0])
		}
		if err != nil {
			return fmt.Errorf("apply event %d: %w", rest[0].Position.Offset, err)
		}
		rest = rest[n:]
	}
	last := batch[len(batch)-1].Position
	if _, err = on(ctx, tx, s.write.setApplied).ExecContext(ctx, last.Epoch, last.Offset); err != nil {
		return fmt.Errorf("apply: record the position: %w", err)
	}
	return nil
}

// ahead is how many events a batch begins with that are applied together: messages, and
// who comes into the team; all others are applied one by one.
func ahead(batch []chat.Event) int {
	if kind := batch[0].Kind; kind != chat.MessageCreated && kind != chat.UserEntered {
		return 1
	}
	for i := range batch {
		if batch[i].Kind != batch[0].Kind {
			return i
		}
	}
	return len(batch)
}

// follows checks that batch goes on where the read model stands, and answers where
// that is.
func (s *Store) follows(ctx context.Context, tx *sql.Tx, batch []chat.Event) (stands chat.Position, err error) {
	if err := on(ctx, tx, s.write.applied).QueryRowContext(ctx).Scan(&stands.Epoch, &stands.Offset); err != nil {
		return stands, err
	}
	at := stands
	if at.Epoch == "" {
		at.Epoch = batch[0].Position.Epoch
	}
	for i := range batch {
		p := batch[i].Position
		if p.Epoch == "" || p.Epoch != at.Epoch {
			return stands, fmt.Errorf("%w: it stands at %q and the event is at %q", ErrEpoch, at, p)
		}
		if p.Offset <= at.Offset {
			return stands, fmt.Errorf("event %d is not after %d, which was applied", p.Offset, at.Offset)
		}
		at = p
	}
	return stands, nil
}

// applying is one Apply.
type applying struct {
	ctx context.Context //nolint:containedctx // it lives as long as the call
	tx  *sql.Tx
	s   *Store
	*memo
}

func newApplying(ctx context.Context, tx *sql.Tx, s *Store, at chat.Position) *applying {
	s.memo.recall(at)
	return &applying{ctx: ctx, tx: tx, s: s, memo: &s.memo}
}

// appliers are what events of each kind do, but for messages.
var appliers = map[chat.EventKind]func(*applying, *chat.Event) error{
	chat.MessageEdited:  (*applying).edited,
	chat.MessageDeleted: (*applying).deleted,
	chat.MessageReacted: (*applying).reacted,
	chat.MessagePinned:  (*applying).pinned,
	chat.RoomCreated:    (*applying).roomCreated,
	chat.RoomChanged:    (*applying).roomChanged,
	chat.RoomJoined:     (*applying).roomJoined,
	chat.RoomLeft:       (*applying).roomLeft,
	chat.RoomTrimmed:    (*applying).roomTrimmed,
	chat.MarkerMoved:    (*applying).markerMoved,
	chat.NotifyChanged:  (*applying).notifyChanged,
	chat.ThreadFollowed: (*applying).threadFollowed,
	chat.RoleChanged:    (*applying).roleChanged,
	chat.UserBanned:     (*applying).userBanned,
	chat.SessionEnded:   (*applying).sessionEnded,
	chat.UserMuted:      (*applying).userMuted,
	chat.HookCreated:    (*applying).audit,
	chat.HookDeleted:    (*applying).audit,
}

// one applies an event that is no message.
func (a *applying) one(e *chat.Event) error {
	if changesRooms(e.Kind) {
		defer clear(a.rooms) // what is remembered of them may be so no more
	}
	e.Seq = 0 // of an earlier try
	news, err := a.enter(e)
	if err != nil {
		return err
	}
	apply := appliers[e.Kind]
	switch {
	case e.Kind == chat.UserEntered && news == nothing:
		return unchanged()
	case e.Kind == chat.UserEntered && news == cameIn:
		e.Seq = 1
	case e.Kind == chat.UserEntered:
	case apply == nil:
		return fmt.Errorf("it is of the unknown kind %q", e.Kind)
	default:
		if err := apply(a, e); err != nil {
			return err
		}
	}
	return a.record(e)
}

// exec runs a statement and tells how many rows it changed.
func (a *applying) exec(query string, args ...any) (int64, error) {
	var r sql.Result
	var err error
	if stmt := a.s.write.often[query]; stmt != nil {
		r, err = on(a.ctx, a.tx, stmt).ExecContext(a.ctx, args...)
	} else {
		r, err = a.tx.ExecContext(a.ctx, query, args...)
	}
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// change runs a statement that has to change something: when it does not, the event
// comes to nothing.
func (a *applying) change(query string, args ...any) error {
	n, err := a.exec(query, args...)
	if err == nil && n == 0 {
		return unchanged()
	}
	return err
}

// run runs statements one after the other, with the same arguments.
func (a *applying) run(args []any, queries ...string) error {
	for _, q := range queries {
		if _, err := a.tx.ExecContext(a.ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}

// scan reads the one row of a query.
func (a *applying) scan(query string, args []any, into ...any) error {
	if stmt := a.s.write.often[query]; stmt != nil {
		return on(a.ctx, a.tx, stmt).QueryRowContext(a.ctx, args...).Scan(into...)
	}
	return a.tx.QueryRowContext(a.ctx, query, args...).Scan(into...)
}

// Applied is the position of the newest event that was applied.
func (s *Store) Applied(ctx context.Context) (chat.Position, error) { return appliedIn(ctx, s.readers) }

// rowQuerier is a database or a transaction.
type rowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func appliedIn(ctx context.Context, q rowQuerier) (chat.Position, error) {
	var at chat.Position
	if err := q.QueryRowContext(ctx, "SELECT epoch, offset FROM applied").Scan(&at.Epoch, &at.Offset); err != nil {
		return chat.Position{}, fmt.Errorf("read the applied position: %w", err)
	}
	return at, nil
}
