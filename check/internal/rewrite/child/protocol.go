package child

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/verdict"
)

var (
	config  *wire.Config
	out     *os.File
	outLock sync.Mutex
	sent    int // events

	spoiled bool // a verdict was no pass
	over    bool // the process ends, and has nothing more to say
)

func init() {
	if choices := os.Getenv(wire.ReplayEnv); choices != "" {
		debugged = os.Getenv(wire.OnlyEnv)
		test, _, _ := strings.Cut(debugged, "/")
		config = &wire.Config{
			Replay: choices, Tests: []string{test}, Steps: 1_000_000, Leaks: wire.LeaksStrict,
			Suites: strings.HasPrefix(choices, exec.RunOfSuite), Stdin: os.Getenv(wire.StdinEnv) != "",
		}
	}
	text := image.Parent()
	if text == nil {
		return
	}
	c := new(wire.Config)
	if json.Unmarshal(text, c) != nil {
		return
	}
	config = c
	debug.SetMaxStack(maxStack)
	races.path = c.Races
	exec.OnReach = func(what string) { send(wire.Event{Kind: "reach", What: what}) }
	image.Unrestored, exec.Seeded = c.Unrestored, exec.Seed(c.Seeded)
	out = os.NewFile(moved(wire.EventFile), "events")
}

// debugged is the test of which a program without a parent makes one execution, perhaps
// with a pattern for its subtests.
var debugged string

// wanted is what reports whether a subtest was asked for. Programs that are no tests have
// no need of it, nor of regular expressions.
func wanted() func(name string) bool {
	if debugged == "" {
		return config.Only.Matches
	}
	test, below, _ := strings.Cut(debugged, "/")
	only, err := wire.Within(test, below)
	if err != nil {
		fmt.Fprintln(os.Stderr, wire.OnlyEnv+":", err)
		os.Exit(2)
	}
	return only.Matches
}

// maxStack is how much stack a goroutine may have, in bytes: half of what it may
// have otherwise. Endless recursion comes to its end sooner.
const maxStack = 500_000_000

// moved is a file under a number where programs do not close it that close the files
// which they should not have.
func moved(fd uintptr) uintptr {
	const far = 200
	n, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_DUPFD_CLOEXEC, far)
	if errno != 0 {
		return fd
	}
	_ = syscall.Close(int(fd))
	// In its place, and before it, stands a file that cannot be written.
	for {
		n, err := syscall.Open(os.DevNull, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			break
		}
		if n > int(fd) {
			_ = syscall.Close(n)
			break
		}
	}
	return n
}

func send(e wire.Event) {
	outLock.Lock()
	defer outLock.Unlock()
	if out == nil {
		if e.Kind == "verdict" {
			fmt.Println("ipccheck:", e.Verdict.Answer, e.Verdict.Reason)
			for _, f := range e.Verdict.Findings {
				fmt.Println("ipccheck:", f.Code, f.Message)
			}
		}
		return
	}
	if e.Verdict != nil && e.Verdict.Answer != verdict.Pass {
		spoiled = true
	}
	sent++
	e.Number = sent
	line, err := e.Encode(config.Secret)
	if err == nil {
		_, err = out.Write(line)
	}
	if err != nil {
		over = true
		os.Exit(wire.Unheard)
	}
}
