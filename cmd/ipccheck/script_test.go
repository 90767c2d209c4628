package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

var update = flag.Bool("update", false, "write the expected output of the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ipccheck": checked})
}

// checked is the command. What it writes with -json about what it judges must be what
// the schema says: if not, it ends with exit code 70.
func checked() {
	judges := len(os.Args) > 1 && slices.Contains([]string{"test", "run", "explore", "lin", "stress", "replay"}, os.Args[1])
	if !judges || !slices.Contains(os.Args, "-json") {
		main()
	}
	var text bytes.Buffer
	code := run(io.MultiWriter(os.Stdout, &text))
	if err := conform(&text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 70
	}
	os.Exit(code)
}

// The scripts are command lines with what they must print: see
// testdata/script/README.md.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "script", "*.txtar"))
	require.NoError(t, err)
	if _, race := record.Races(); race {
		files = slices.DeleteFunc(files, func(f string) bool { return slices.Contains(alone, filepath.Base(f)) })
	}
	scriptCache = t.TempDir()
	testscript.Run(t, testscript.Params{
		Files:               files,
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Condition:           condition,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "")
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY"} {
				value, err := exec.Command("go", "env", name).Output()
				if err != nil {
					return err
				}
				e.Setenv(name, strings.TrimSpace(string(value)))
			}
			e.Setenv("XDG_CACHE_HOME", scriptCache)
			histories, err := filepath.Abs(filepath.Join("..", "..", "testdata", "histories"))
			if err != nil {
				return err
			}
			e.Setenv("HISTORIES", histories)
			return os.MkdirAll(filepath.Join(e.WorkDir, "dir"), 0o777)
		},
	})
}

// alone are scripts that are about the programs which the command runs, in processes of
// their own, or in which one goroutine of the command does all: of the command itself they
// show no more than others, and so they are not run under the race detector.
var alone = []string{
	"build.txtar", "c.txtar", "cgo.txtar", "ends.txtar", "errors.txtar", "forgotten.txtar", "formats.txtar", "grade.txtar", "hostile.txtar", "lin.txtar", "loops.txtar",
	"network.txtar", "page.txtar", "race.txtar", "replay.txtar", "run.txtar", "setup.txtar", "test.txtar", "time.txtar",
}

// scriptCache is where the scripts keep what they build.
var scriptCache string

// condition knows [detector]: programs can be built with the race detector, and [all]:
// everything is to be run, by IPCCHECK_LONG=1.
func condition(name string) (bool, error) {
	switch name {
	case "all":
		return os.Getenv("IPCCHECK_LONG") != "", nil
	case "detector":
		return exec.Command("go", "build", "-race", "-o", os.DevNull, "internal/race").Run() == nil, nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// exits runs a program that must end with the given exit code: exits 1 ipccheck
// explore …
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [arguments]")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if want := args[0]; strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, expected %s", got, want)
	}
}

// An interrupt ends a sweep with what has been covered: every combination gets
// its verdict, and the rest are inconclusive.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("interrupts cannot be sent")
	}
	cmd := exec.Command("ipccheck", "explore", "circular-pipeline", "-items", "1..200", "-json")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	var answers, reasons []string
	for lines.Scan() {
		if answers == nil {
			assert.NoError(t, cmd.Process.Signal(os.Interrupt))
		}
		var v verdict.Verdict
		assert.NoError(t, json.Unmarshal(lines.Bytes(), &v))
		answers, reasons = append(answers, string(v.Answer)), append(reasons, v.Reason)
	}
	assert.NoError(t, lines.Err())
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &exit)
	assert.Equal(t, 3, exit.ExitCode())
	require.Len(t, answers, 200)
	assert.Equal(t, "inconclusive", answers[199])
	assert.Contains(t, reasons[199], ": interrupt signal received")
}

// A named pipe that nobody writes, and standard input that is silent, end on a signal.
func TestSilentHistoriesEndOnSignals(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := exec.Command("mkfifo", fifo).Run(); err != nil {
		t.Skipf("no named pipe: %v", err)
	}
	for _, name := range []string{fifo, "-"} {
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
			// What is wrong with the first file says when the command has begun to read.
			cmd := exec.Command("ipccheck", "lin", filepath.Join("..", "..", "testdata", "histories", "footer-extra.jsonl"), name)
			stdin, err := cmd.StdinPipe()
			require.NoError(t, err)
			stderr, err := cmd.StderrPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			lines := bufio.NewScanner(stderr)
			require.True(t, lines.Scan())
			assert.Contains(t, lines.Text(), "footer-extra.jsonl:6: the footer says more")
			require.NoError(t, cmd.Process.Signal(signal))
			require.True(t, lines.Scan())
			assert.Contains(t, lines.Text(), "stopped before it was read: ")
			assert.False(t, lines.Scan())
			var exit *exec.ExitError
			require.ErrorAs(t, cmd.Wait(), &exit)
			assert.Equal(t, 3, exit.ExitCode())
			_ = stdin.Close()
		}
	}
}
