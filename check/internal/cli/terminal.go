package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/report"
)

// Bounds of -width.
const (
	defaultWidth = report.DefaultWidth
	minWidth     = report.MinWidth
	maxWidth     = 10_000
)

// isTerminal reports whether a stream is a terminal: a character device other than the
// null device.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(st, null)
}

// wantsColor follows NO_COLOR (no-color.org) and TERM=dumb.
func wantsColor(env []string) bool {
	return !slices.ContainsFunc(env, func(e string) bool {
		return strings.HasPrefix(e, "NO_COLOR=") && e != "NO_COLOR=" || e == "TERM=dumb"
	})
}
