package cli

import (
	"encoding/json"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// longReplay is how long a replay string may be to be copied, in bytes.
const longReplay = 2000

// keepLong keeps a run in a file, if its replay string is long: the command that runs it
// again then names the file. If that cannot be written the command has the string.
func keepLong(t *verdict.Trace) {
	if len(t.Replay) <= longReplay {
		return
	}
	text, err := json.Marshal(verdict.Trace{
		Format: verdict.TraceFormat, Picture: t.Picture, Subject: t.Subject, Params: t.Params,
		Processes: []string{}, Steps: []verdict.Step{}, LeftOut: len(t.Steps), Replay: t.Replay,
	})
	if err != nil {
		return
	}
	if path, err := rewrite.KeepRun(append(text, '\n')); err == nil {
		t.ReplayFile = path
	}
}
