package cli

import (
	"encoding/json"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// longReplay is how long a replay string may be to be copied, in bytes.
const longReplay = 2000

// keepLong keeps the runs of a verdict in files whose replay strings are long: the
// commands that run them again then name the files. Where one cannot be written the
// command has the string.
func keepLong(v *verdict.Verdict) {
	for _, f := range v.Findings {
		if t := f.Trace; t != nil {
			t.ReplayFile = keptRun(t, t.Replay, len(t.Steps))
		}
	}
	for i := range v.Outcomes {
		o := &v.Outcomes[i]
		o.ReplayFile = keptRun(&verdict.Trace{Picture: verdict.GoPicture, Subject: v.Subject, Params: v.Params}, o.Replay, o.Steps)
	}
}

// keptRun is the file with a run of what a trace is of, "" if it is short or there is
// none.
func keptRun(of *verdict.Trace, replay string, steps int) string {
	if len(replay) <= longReplay {
		return ""
	}
	text, err := json.Marshal(verdict.Trace{
		Format: verdict.TraceFormat, Picture: of.Picture, Subject: of.Subject, Params: of.Params,
		Processes: []string{}, Steps: []verdict.Step{}, LeftOut: steps, Replay: replay,
	})
	if err != nil {
		return ""
	}
	path, err := rewrite.KeepRun(append(text, '\n'))
	if err != nil {
		return ""
	}
	return path
}
