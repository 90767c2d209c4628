package rewrite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// overlay writes the overlay file of the go command, and returns it and a key of
// all that it replaces.
func (b *Builder) overlay(results map[string]*rewritten) (file, key string, err error) {
	replace := map[string]string{}
	for _, name := range sortedKeys(b.runtime) {
		if replace[name], err = b.keep(b.runtime[name]); err != nil {
			return "", "", err
		}
	}
	for _, r := range results {
		if r != nil {
			for from, to := range r.Files {
				if !b.cached(from) {
					replace[from] = to
				}
			}
		}
	}
	overlay, err := json.MarshalIndent(map[string]any{"Replace": replace}, "", " ")
	if err != nil {
		return "", "", err
	}
	text := slices.Clone(overlay)
	for _, path := range sortedKeys(results) {
		if r := results[path]; r != nil {
			for _, from := range sortedKeys(r.Files) {
				text = append(text, from+r.Files[from]...)
			}
		}
	}
	sum := sha256.Sum256(text)
	key = hex.EncodeToString(sum[:])
	file = filepath.Join(b.Cache, key+".overlay")
	return file, key, writeFile(file, overlay)
}

// link builds the program of a target.
func (b *Builder) link(ctx context.Context, t *Target, tests bool, overlay, key string) {
	h := sha256.New()
	fmt.Fprintln(h, key, b.goVersion, b.arch, b.flags, b.linker(), t.ImportPath, tests)
	for _, id := range []string{t.ImportPath, t.ImportPath + " [" + t.ImportPath + ".test]", t.ImportPath + "_test [" + t.ImportPath + ".test]", t.ImportPath + ".test"} {
		if p := b.byPath[id]; p != nil {
			p.built(h)
			for _, d := range p.Deps {
				if q := b.byPath[d]; q != nil {
					q.built(h)
				}
			}
		}
	}
	binary := filepath.Join(b.Cache, hex.EncodeToString(h.Sum(nil))+".bin")
	if sealed(binary) {
		t.Binary = binary
		return
	}
	b.say("building %s", t.ImportPath)
	tmp := binary + fmt.Sprint(".", os.Getpid())
	args := []string{"build"}
	if tests {
		args = []string{"test", "-c", "-vet=off"}
	}
	args = append(args, b.flags...)
	if b.detects() {
		args = append(args, uninstrumented...)
	}
	args = append(args, b.linker()...)
	args = append(args, "-overlay", overlay, "-o", tmp)
	if strings.HasPrefix(t.ImportPath, "command-line-arguments") {
		args = append(args, b.patterns...)
	} else {
		args = append(args, t.ImportPath)
	}
	program := "go"
	var env []string
	if b.copied != "" {
		// A toolchain that the go command has chosen lies in the module cache, too.
		program = filepath.Join(b.goroot, "bin", "go")
		env = []string{"GOMODCACHE=" + b.copied, "GOTOOLCHAIN=local", noIndex(os.Getenv("GODEBUG"))}
	}
	_, err := runGo(ctx, program, b.Dir, env, args...)
	if err == nil {
		err = seal(tmp, binary)
	}
	if err != nil {
		os.Remove(tmp)
		t.Err, t.Own = b.ownError(err.Error()), true
		return
	}
	t.Binary = binary
}

// linker are the flags for the linker: what only a debugger reads is left out, which is a
// quarter of the program and of the time to link it, unless one is to be used, or GOFLAGS
// says what the linker is to do.
func (b *Builder) linker() []string {
	if b.Debugger || strings.Contains(b.goFlags, "-ldflags") {
		return nil
	}
	return []string{"-ldflags=-s -w"}
}

// unoptimised are flags with which a debugger finds each line and variable of the packages of
// the main modules, or of what is named if there is no module. To build the rest so, too, takes
// a minute.
func (b *Builder) unoptimised(ctx context.Context) []string {
	const gcflags, how = "-gcflags=", "-N -l"
	modules, err := runGo(ctx, "go", b.Dir, nil, "list", "-m")
	flags := []string{gcflags + how}
	for _, m := range strings.Fields(string(modules)) {
		if err == nil && m != "command-line-arguments" {
			flags = append(flags, gcflags+m+"/...="+how)
		}
	}
	return flags
}

// ownError is what is said of a program that builds as it is, and not when it is
// rewritten.
func (b *Builder) ownError(compiler string) string {
	for _, line := range strings.Split(compiler, "\n") {
		path, ok := strings.CutPrefix(line, "# ")
		if p := b.byPath[path]; !ok || p == nil || !p.Standard {
			continue
		}
		ours := runtime.Version()
		return fmt.Sprintf(`This program is built by %s. The files that ipccheck adds to the standard library, to
put memory back before each execution, do not fit this version of it:
%s
They fit %s: set GOTOOLCHAIN=%s, or build ipccheck anew if there is one for %s.`, b.goVersion, compiler, ours, ours, b.goVersion)
	}
	return compiler + "\nThe code builds as it is, and not when it is rewritten: this is a limit of ipccheck."
}
