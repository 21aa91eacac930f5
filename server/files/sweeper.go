package files

import (
	"context"
	"time"

	"github.com/hobnob-chat/hobnob/server/blob"
)

const (
	// sweepEvery is how often the sweeper looks without being told to, for what is
	// due by the clock or could not be removed before. A day is not counted in
	// minutes.
	sweepEvery = 10 * time.Minute

	// sweepPage bounds one transaction of the sweeper, which the log waits for.
	sweepPage = 100

	// staleAfter is after Keep by more than the store's own patience, so that a
	// file is never let go of through its upload before it is due itself.
	staleAfter = Keep + time.Hour
)

// Sweep has the contents of files that were let go of removed now. It does not
// block; whoever applied an event that deletes messages calls it after the commit.
func (l *Library) Sweep() {
	select {
	case l.nudged <- struct{}{}:
	default: // it will look anyway
	}
}

func (l *Library) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		for _, task := range []func(context.Context) error{l.dropStale, l.dropDue, l.removeContents} {
			if err := task(ctx); err != nil && ctx.Err() == nil {
				l.cfg.Logger.Error("files that are gone cannot be removed yet", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-l.nudged:
		}
	}
}

// dropStale drops the uploads that do not go on, and forgets those that have long
// become files.
func (l *Library) dropStale(ctx context.Context) error {
	for {
		stale, err := l.cfg.Records.StaleUploads(ctx, l.cfg.Now().Add(-staleAfter), sweepPage)
		if err != nil {
			return err
		}
		dropped := 0
		for _, u := range stale {
			t := l.claim(uploadKey{u.By, u.ID})
			if t == nil {
				continue // it goes on just now
			}
			err := l.drop(ctx, u)
			l.release(t)
			if err != nil {
				return err
			}
			dropped++
		}
		if dropped == 0 {
			return nil
		}
	}
}

// dropDue drops the files that are in no message and due.
func (l *Library) dropDue(ctx context.Context) error {
	for {
		n, err := l.cfg.Records.DropFiles(ctx, l.cfg.Now(), sweepPage)
		if err != nil || n < sweepPage {
			return err
		}
	}
}

// removeContents removes what no file has any more. One that cannot be removed, as
// while it is read on some systems, keeps no other from it and is tried again.
func (l *Library) removeContents(ctx context.Context) error {
	var after []byte
	var failed error
	for {
		hashes, err := l.cfg.Records.Dropped(ctx, after, sweepPage)
		if err != nil || len(hashes) == 0 {
			if err == nil {
				err = failed
			}
			return err
		}
		for _, raw := range hashes {
			if err := l.removeContent(ctx, raw); err != nil {
				failed = err
			}
		}
		after = hashes[len(hashes)-1]
	}
}

func (l *Library) removeContent(ctx context.Context, raw []byte) error {
	h, err := blob.FromBytes(raw)
	if err != nil {
		return err
	}
	lock := l.content(h)
	lock.Lock()
	defer lock.Unlock()
	has, err := l.cfg.Records.HasContent(ctx, raw)
	if err != nil {
		return err
	}
	if !has {
		if err := l.cfg.Blobs.Remove(h); err != nil {
			return err
		}
	}
	return l.cfg.Records.ForgetDropped(ctx, raw)
}
