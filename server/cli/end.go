package cli

import (
	"context"
	"errors"
	"slices"
)

// close ends everything: the clients that are here told to come back, no new
// requests, what is queued stored, the folder given back. A second call does nothing.
func (h *host) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*drainTime)
	defer cancel()
	var errs []error
	ends := h.ends
	h.ends = nil
	for _, end := range slices.Backward(ends) {
		errs = append(errs, end(ctx))
	}
	return errors.Join(errs...)
}

// endHTTP takes no more requests, and waits for those that are being answered.
// WebSockets are not among them: they were hijacked.
func (h *host) endHTTP(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	h.newcomers.close()
	err := h.http.Shutdown(ctx)
	if err != nil {
		h.log.Warn("requests were cut off", "err", err)
		err = h.http.Close()
	}
	h.served.Wait()
	return err
}

// endSockets closes every session so that its client comes back. One that does
// not even read that is cut off, and no failure of ours.
func (h *host) endSockets(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	err := h.sockets.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		h.log.Warn("clients that did not read were cut off")
		return nil
	}
	return err
}
