package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// versionInfo is the JSON form of the version.
type versionInfo struct {
	Schema  string   `json:"schema"`
	Version string   `json:"version"`
	Go      string   `json:"go"`
	Schemas []string `json:"schemas"` // formats that this version writes
}

func init() { register(90, versionCommand) }

var versionCommand = command{
	name: "version", args: "[flags]", brief: ": versions of the program and of its formats",
	about: `Prints the versions of the program, of Go, and of the JSON formats.`,
	flags: []flagDef{jsonFlag},
	exits: `0, or 2 for a usage or output error.`,
	run:   (*tool).cmdVersion,
}

func (t *tool) cmdVersion(_ context.Context, args []string) (int, error) {
	p, err := parse("version", args, []flagDef{jsonFlag})
	if err != nil {
		return 0, err
	}
	if len(p.names) > 0 {
		return 0, usagef("version: unexpected %s: it takes no names", words.Quote(p.names[0]))
	}
	v := versionInfo{
		Schema: "ipccheck-version/1", Version: version(), Go: runtime.Version(),
		Schemas: []string{verdict.Schema, verdict.TraceFormat, modelSchema, faultSchema},
	}
	if p.on("json") {
		return exitPass, t.writeJSON(v)
	}
	_, err = fmt.Fprintf(t.stdout, "ipccheck %s\n%s\nformats: %s\n", v.Version, v.Go, strings.Join(v.Schemas, " "))
	return exitPass, err
}

// version is that of the program.
func version() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "(devel)"
}
