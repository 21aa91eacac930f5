//go:build !unix

package screen

import (
	"errors"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
)

// ours tells whether this package draws here. Raw mode is another matter here, and so
// are sizes, which no signal tells: Bubble Tea knows both.
const ours = false

// watch is not used here.
func (t *terminal) watch(func(tea.WindowSizeMsg)) (stop func()) { return func() {} }

// await is not used here.
func await(*os.File, bool, *os.File, time.Time) (ready, isCalled bool, err error) {
	return false, false, errors.ErrUnsupported
}

func (t *terminal) pixels() (width, height int) { return 0, 0 }
