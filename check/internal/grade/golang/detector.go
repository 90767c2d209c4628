package golang

import (
	"context"
	"os/exec"
	"strings"
)

// Unraced says why data races cannot be looked for on this machine; "" if they can. It
// asks the go command.
func Unraced(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "go", "env", "CGO_ENABLED").Output()
	switch {
	case err != nil:
		return "there is no go command"
	case strings.TrimSpace(string(out)) != "1":
		return "the race detector of go needs a C compiler: install gcc"
	}
	return ""
}
