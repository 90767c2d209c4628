// Package verdicts has the verdicts of command lines, for programs that measure.
package verdicts

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"

	"github.com/ipccheck/ipccheck/check/command"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Of are those that a command line prints that has the flag -json.
func Of(ctx context.Context, args ...string) (out []*verdict.Verdict) {
	var stdout bytes.Buffer
	command.Run(ctx, args, strings.NewReader(""), &stdout, os.Stderr, os.Environ())
	for lines := bufio.NewReader(&stdout); ; {
		line, err := lines.ReadBytes('\n')
		var event struct{ Verdict *verdict.Verdict }
		v := new(verdict.Verdict)
		if json.Unmarshal(line, &event) == nil && event.Verdict != nil {
			out = append(out, event.Verdict)
		} else if json.Unmarshal(line, v) == nil && v.Schema != "" {
			out = append(out, v)
		}
		if err != nil {
			return out
		}
	}
}
