package store

import (
	"database/sql"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// crowdStmts are the statements of several who come into the team together, each for so
// many rows as insertSizes says.
type crowdStmts struct {
	known, users, members, moves [len(insertSizes)]*sql.Stmt
}

// The numbers of columns that a statement of a crowd sets.
const userColumns, memberColumns, moveColumns = 5, 3, 4

func (c *crowdStmts) prepare(prep func(query string) *sql.Stmt) {
	for i, n := range insertSizes {
		c.known[i] = prep("SELECT EXISTS (SELECT 1 FROM users WHERE id IN (" + strings.Repeat("?,", n-1) + "?))")
		c.users[i] = prep("INSERT INTO users (id, name, folded, role, entered) VALUES " + rowsOf(n, userColumns))
		c.members[i] = prep("INSERT INTO members (room, user, since) VALUES " + rowsOf(n, memberColumns))
		c.moves[i] = prep("INSERT INTO moves (user, offset, room, came) VALUES " + rowsOf(n, moveColumns))
	}
}

// crowd applies a run of UserEntered: all at once where none of them was in the team,
// as it is when a company comes in, else one after the other.
func (a *applying) crowd(run []chat.Event) error {
	strangers, err := a.strangers(run)
	if err != nil {
		return err
	}
	if strangers {
		return a.newcomers(run)
	}
	for i := range run {
		if err := a.one(&run[i]); err != nil {
			return err
		}
	}
	return nil
}

// strangers tells whether none of the authors is in the team, and each is there once.
func (a *applying) strangers(run []chat.Event) (bool, error) {
	seen := make(map[string]struct{}, len(run))
	ids := a.args[:0]
	for i := range run {
		id := run[i].Author.ID
		_, again := seen[id]
		if _, known := a.entered[id]; again || known || id == chat.System.ID {
			return false, nil
		}
		seen[id] = struct{}{}
		ids = append(ids, id)
	}
	a.args = ids[:0]
	for i, size := range insertSizes {
		for ; len(ids) >= size; ids = ids[size:] {
			var known bool
			err := on(a.ctx, a.tx, a.s.write.come.known[i]).QueryRowContext(a.ctx, ids[:size]...).Scan(&known)
			if err != nil || known {
				return false, err
			}
		}
	}
	return true, nil
}

// newcomers does for all of a run what newcomer does for one.
func (a *applying) newcomers(run []chat.Event) error {
	general, err := a.tally(chat.GeneralRoom)
	if err != nil {
		return err
	}
	for _, insert := range []struct {
		stmts   *[len(insertSizes)]*sql.Stmt
		columns int
		row     func(e *chat.Event) []any
	}{
		{&a.s.write.come.users, userColumns, func(e *chat.Event) []any {
			u := &e.Author
			return []any{u.ID, u.Name, chat.FoldName(u.Name), string(u.Role), int64(e.At)}
		}},
		{&a.s.write.come.members, memberColumns, func(e *chat.Event) []any { return []any{general.key, e.Author.ID, int64(e.At)} }},
		{&a.s.write.come.moves, moveColumns, func(e *chat.Event) []any {
			return []any{e.Author.ID, int64(e.Position.Offset), general.key, 1}
		}},
		// What was said before is not unread.
		{&a.s.write.mark, markColumns, func(e *chat.Event) []any { return []any{general.key, e.Author.ID, int64(general.last)} }},
	} {
		args := a.args[:0]
		for i := range run {
			args = append(args, insert.row(&run[i])...)
		}
		a.args = args[:0]
		if err := a.rows(insert.stmts, args, insert.columns); err != nil {
			return err
		}
	}
	if _, err := a.exec(countMembers, len(run), general.key); err != nil {
		return err
	}
	for i := range run {
		run[i].Seq = 1
		a.entered[run[i].Author.ID] = run[i].Author
		a.size++
	}
	return nil
}
