package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
)

// The parts of the program that runs a bundle under Go's scheduler.
//
//go:embed driver/main.go.txt
var driverMain string

//go:embed driver/testing.go.txt
var driverTesting string

//go:embed driver/race.go.txt
var driverRace string

//go:embed driver/norace.go.txt
var driverNoRace string

// observer runs the programs of a bundle as they are.
type observer struct {
	binary string
	raced  bool // it has the race detector
}

// newObserver builds one in a folder of its own.
func newObserver(ctx context.Context, b bundle, dir string, raced bool) (*observer, error) {
	files := map[string]string{
		"go.mod": fmt.Sprintf(goMod, "native"), "main.go": driverMain,
		"testing/testing.go": driverTesting, "testing/race.go": driverRace, "testing/norace.go": driverNoRace,
	}
	var table strings.Builder
	table.WriteString("package main\n\nimport \"native/testing\"\n\nvar programs = map[string]func(t *testing.T){\n")
	for name, text := range b.files {
		out, _, err := paused(name, text)
		if err != nil {
			return nil, err
		}
		files[strings.TrimSuffix(name, "_test.go")+"_paused.go"] = out
	}
	for _, p := range b.programs {
		fmt.Fprintf(&table, "%q: %s,\n", p.name, p.name)
	}
	files["programs.go"] = table.String() + "}\n"
	if err := write(dir, files); err != nil {
		return nil, err
	}
	o := &observer{binary: filepath.Join(dir, "native"), raced: raced}
	args := []string{"build", "-o", o.binary}
	if raced {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the programs: %w\n%s", err, out)
	}
	return o, nil
}

// observed is what was seen of a program.
type observed struct {
	outcomes map[string]int // how often each
	runs     int
	lost     int    // runs that went on for too long
	race     string // the race detector's first report, "" if there is none
}

// mostDeaths is after how many runs that end the process no further ones are made.
const mostDeaths = 200

// observe runs a program so many times.
func (o *observer) observe(ctx context.Context, p program, runs int, seed uint64) (observed, error) {
	seen := observed{outcomes: map[string]int{}}
	quiet := "0s"
	switch {
	case p.timed:
		quiet = "5ms"
	case o.raced:
		quiet = "1ms"
	}
	for deaths := 0; seen.runs+seen.lost < runs && deaths < mostDeaths && ctx.Err() == nil; deaths++ {
		cmd := exec.CommandContext(ctx, o.binary, "-program", p.name, "-quiet", quiet,
			"-runs", fmt.Sprint(runs-seen.runs-seen.lost), "-seed", fmt.Sprint(seed+uint64(deaths)))
		cmd.Env = append(os.Environ(), "GORACE=exitcode=0")
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		err := cmd.Run()
		for line := range bytes.Lines(out.Bytes()) {
			var outcome *wire.Outcome
			if err := json.Unmarshal(line, &outcome); err != nil {
				return seen, err
			}
			if outcome == nil {
				seen.lost++
				continue
			}
			seen.runs++
			seen.outcomes[outcome.String()]++
		}
		if _, report, ok := strings.Cut(errs.String(), "WARNING: DATA RACE\n"); ok && seen.race == "" {
			seen.race, _, _ = strings.Cut(report, "==================")
		}
		if err == nil {
			continue
		}
		var exit *exec.ExitError
		end, ok := death(errs.String())
		if !errors.As(err, &exit) || !ok {
			return seen, fmt.Errorf("%s: %w\n%s", p.name, err, errs.String())
		}
		seen.runs++
		seen.outcomes[wire.Outcome{End: end}.String()]++
	}
	return seen, ctx.Err()
}

var lastWords = regexp.MustCompile(`(?m)^(?:panic: (.*?)|(fatal error: .*))(?: \[recovered.*\])?$`)

// death is what a program says that it dies of, as [wire.Outcome] has it.
func death(stderr string) (string, bool) {
	m := lastWords.FindStringSubmatch(stderr)
	if m == nil {
		return "", false
	}
	return "panic: " + m[1] + m[2], true
}
