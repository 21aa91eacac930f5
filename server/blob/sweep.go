package blob

import (
	"context"
	"fmt"
)

// Records tells a sweep what is known of the store beside it.
type Records interface {
	// HasPart tells whether somebody may go on with a part.
	HasPart(ctx context.Context, name string) (bool, error)
	// Shards answers with which bytes known hashes begin, each once.
	Shards(ctx context.Context) ([]byte, error)
	// Blobs answers which hashes that begin with the byte shard are known.
	Blobs(ctx context.Context, shard byte) ([]Hash, error)
}

// Swept is what a sweep found.
type Swept struct {
	Parts, Blobs int   // removed
	Bytes        int64 // of those
	Missing      int   // known blobs that are not there
}

// Sweep removes the parts and blobs that nobody knows of, as a crash leaves them.
// Nothing may be written meanwhile.
func (s *Store) Sweep(ctx context.Context, records Records) (Swept, error) {
	var swept Swept
	err := s.eachPart(func(name string, size int64) error {
		has, err := records.HasPart(ctx, name)
		if err != nil || has {
			return err
		}
		swept.Parts++
		swept.Bytes += size
		return s.RemovePart(name)
	})
	if err == nil {
		err = s.sweepBlobs(ctx, records, &swept)
	}
	if err != nil {
		return swept, fmt.Errorf("sweep the files: %w", err)
	}
	return swept, nil
}

// sweepBlobs asks only of shards that there are, here or in the records: most teams
// have few files, and each question of 256 takes its time at every start.
func (s *Store) sweepBlobs(ctx context.Context, records Records, swept *Swept) error {
	known, err := records.Shards(ctx)
	if err != nil {
		return err
	}
	here, err := s.shards()
	if err != nil {
		return err
	}
	var either [256]bool
	for _, shard := range append(here, known...) {
		either[shard] = true
	}
	for shard, is := range either {
		if !is {
			continue
		}
		if err := s.sweepShard(ctx, byte(shard), records, swept); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) sweepShard(ctx context.Context, shard byte, records Records, swept *Swept) error {
	hashes, err := records.Blobs(ctx, shard)
	if err != nil {
		return err
	}
	missing := make(map[Hash]struct{}, len(hashes))
	for _, h := range hashes {
		missing[h] = struct{}{}
	}
	err = s.eachBlob(shard, func(h Hash, size int64) error {
		if _, known := missing[h]; known {
			delete(missing, h)
			return nil
		}
		swept.Blobs++
		swept.Bytes += size
		return s.Remove(h)
	})
	swept.Missing += len(missing)
	return err
}
