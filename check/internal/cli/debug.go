package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/internal/places"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// debugger is the program that -debug starts.
const debugger = "dlv"

// debug starts the debugger on one execution of a program, in the test with the name and
// with its arguments, and waits for it: it goes on to the first place of the fault. If there
// is no debugger it prints the command that starts one. run is the execution.
func (t *tool) debug(ctx context.Context, x programs, target *rewrite.Target, test string, args []string, run rewrite.Run) error {
	env := []string{wire.OnlyEnv + "=" + test, wire.ReplayEnv + "=" + x.config.Replay}
	words := []string{"exec"}
	if x.stdin != "" {
		file, err := filepath.Abs(x.stdin)
		if err != nil {
			return usagef("replay: -debug: %v", err)
		}
		env = append(env, wire.StdinEnv+"=file")
		words = append(words, "--redirect", "stdin:"+file)
	}
	words = append(words, target.Binary)
	if len(args) > 0 {
		words = append(append(words, "--"), args...)
	}
	path, err := exec.LookPath(debugger)
	if err != nil {
		var parts []string
		for _, w := range append(append(env[:len(env):len(env)], debugger), words...) {
			parts = append(parts, shellWord(w))
		}
		_, err := fmt.Fprintf(t.stdout, "cd %s\n%s\n", shellWord(target.Dir), strings.Join(parts, " "))
		return err
	}
	if err := t.stdout.Flush(); err != nil {
		return err
	}
	begin, err := beginning(ctx, x, target, run)
	if err != nil {
		return usagef("replay: -debug: %v", err)
	}
	if begin != "" {
		defer os.Remove(begin)
		words = append([]string{"exec", "--init", begin}, words[1:]...)
	}
	if !isTerminal(t.stdin) { // else it refuses to read commands from there
		words = append([]string{"exec", "--allow-non-terminal-interactive=true"}, words[1:]...)
	}
	cmd := exec.CommandContext(ctx, path, words...)
	cmd.Dir, cmd.Env = target.Dir, append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = t.stdin, t.unbuffered, t.stderr
	if err := cmd.Run(); err != nil {
		return usagef("replay: -debug: %s: %v", debugger, err)
	}
	return nil
}

// beginning is a file with what the debugger does first: it stops where the execution
// fails, which is made once before to see where that is. It is "" if nothing fails there.
func beginning(ctx context.Context, x programs, target *rewrite.Target, run rewrite.Run) (string, error) {
	var lines []string
	err := target.Explore(ctx, run, func(r rewrite.Result) {
		root := places.ModuleRoot(target.Dir)
		for _, f := range x.resultOf(r, target, "", "").Verdict.Findings {
			for _, at := range stops(f) {
				if file, line := picture.FileLine(at); line > 0 {
					lines = append(lines, fmt.Sprintf("break %s:%d\n", filepath.Join(root, filepath.FromSlash(file)), line))
				}
			}
		}
	})
	if err != nil || len(lines) == 0 {
		return "", err
	}
	slices.Sort(lines)
	file, err := os.CreateTemp("", "ipccheck-debug-*")
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(strings.Join(slices.Compact(lines), "") + "continue\n")
	return file.Name(), errors.Join(err, file.Close())
}

// stops are the places of a fault, as far as they are in the user's module: where it
// panics, what races, where goroutines wait; or else the last step.
func stops(f verdict.Finding) (all []string) {
	t := f.Trace
	switch {
	case t == nil:
	case t.Fault != nil:
		all = append(all, t.Fault.Position)
	case t.Race != nil:
		for _, a := range t.Race.Accesses {
			all = append(all, a.Position)
		}
	case len(t.Waiting) > 0:
		for _, w := range picture.Of(t).Blocked() {
			all = append(all, w.Position)
		}
	case len(t.Steps) > 0:
		all = append(all, t.Steps[len(t.Steps)-1].Position)
	}
	return slices.DeleteFunc(all, func(at string) bool { return strings.Contains(at, "@v") })
}

// shellWord is a word of a command line for a shell, quoted if need be.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("%+,-./:=@_", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return s
	}
	return shellQuote(s)
}
