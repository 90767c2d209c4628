package cli

import (
	"os"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/report"
)

// Bounds of -width.
const (
	defaultWidth = report.DefaultWidth
	minWidth     = report.MinWidth
	maxWidth     = 10_000
)

// screen is what is known of where texts are read, before flags.
type screen struct {
	width int // in columns; 0: not known
	color bool
}

// screenOf looks at a stream and the environment. The width is that of the terminal,
// or what COLUMNS says.
func screenOf(stdout any, env []string) screen {
	terminal := isTerminal(stdout)
	s := screen{color: wantsColor(env, terminal)}
	if terminal {
		s.width = terminalWidth(stdout.(*os.File))
	}
	if s.width == 0 {
		s.width, _ = strconv.Atoi(lookup(env, "COLUMNS"))
	}
	s.width = max(s.width, 0)
	return s
}

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

// wantsColor follows NO_COLOR (no-color.org) and TERM=dumb. The logs of GitHub's
// actions show colour though they are no terminal.
func wantsColor(env []string, terminal bool) bool {
	switch {
	case lookup(env, "NO_COLOR") != "":
		return false
	case lookup(env, "GITHUB_ACTIONS") == "true":
		return true
	}
	return terminal && lookup(env, "TERM") != "dumb"
}

// lookup is the value of a variable of an environment, "" if it has none.
func lookup(env []string, name string) string {
	value := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			value = v
		}
	}
	return value
}
