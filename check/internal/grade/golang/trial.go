package golang

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

// beyond is what the tools of the compiler say when they meet a bound of theirs.
var beyond = regexp.MustCompile(`CPU time limit exceeded|(?m:^fatal error: .*(memory|stack overflow|address space))|file too large`)

// tooMuch is what is said of a submission that takes the compiler beyond its bounds.
var tooMuch = []result.Place{{Text: "it takes more time, memory or room to compile than a program may"}}

// trial compiles files with bounds, before this process looks at their types, which may take
// as much. It reports whether the compiler met a bound; whatever else it says is said again.
func (c *course) trial(ctx context.Context, w language.Work, files map[string][]byte) (beyondBounds bool, err error) {
	if w.ToolExec == nil {
		return false, nil
	}
	dir := filepath.Join(w.Dir, "trial")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	compiler, config, err := c.exports.compiler(ctx)
	if err != nil {
		return false, err
	}
	words := append(slices.Clone(w.ToolExec), c.module, compiler, "-p", c.module, "-importcfg", "imports", "-complete", "-o", "out")
	if err := os.WriteFile(filepath.Join(dir, "imports"), config, 0o600); err != nil {
		return false, err
	}
	for _, name := range sortedKeys(files) {
		short := fmt.Sprint(len(words), ".go") // the folders of the submission are not wanted
		if err := os.WriteFile(filepath.Join(dir, short), files[name], 0o600); err != nil {
			return false, err
		}
		words = append(words, short)
	}
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TOOLEXEC_IMPORTPATH="+c.module)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case beyond.Match(out):
		return true, nil
	case err == nil, errors.As(err, &exit) && exit.ExitCode() > 0 && exit.ExitCode() <= 2: // those of the compiler
		return false, ctx.Err()
	}
	return false, fmt.Errorf("the compiler: %w: %s", err, bytes.TrimSpace(out))
}

// compiler is the program that compiles a package, and what it is to know of the packages
// that can be imported.
func (x *exports) compiler(ctx context.Context) (program string, config []byte, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.tool == "" {
		out, err := exec.CommandContext(ctx, "go", "tool", "-n", "compile").Output()
		if err != nil {
			return "", nil, fmt.Errorf("the go command does not say where its compiler is: %w", err)
		}
		x.tool = strings.TrimSpace(string(out))
	}
	var b bytes.Buffer
	for _, path := range sortedKeys(x.files) {
		if file := x.files[path]; file != "" {
			fmt.Fprintf(&b, "packagefile %s=%s\n", path, file)
		}
	}
	return x.tool, b.Bytes(), nil
}
