package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
)

// debugger is the program that -debug starts.
const debugger = "dlv"

// debug starts the debugger on one execution of a program, in the test with the name and
// with its arguments, and waits for it. If there is none it prints the command that does.
func (t *tool) debug(ctx context.Context, x programs, target *rewrite.Target, test string, args []string) error {
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

// shellWord is a word of a command line for a shell, quoted if need be.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("%+,-./:=@_", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return s
	}
	return shellQuote(s)
}
