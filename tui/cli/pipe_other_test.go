//go:build !unix

package cli

import "errors"

func pipeAt(string) error { return errors.ErrUnsupported }
