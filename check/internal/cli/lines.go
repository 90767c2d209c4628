package cli

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/page"
	"github.com/ipccheck/ipccheck/check/internal/places"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// linesIn reads the lines of source that traces of a package name, for pages. Positions
// are relative to the directory of the package or to that of its module, and those in
// other modules begin with their names. Whatever they say, only Go files below these
// directories are read.
func linesIn(dir string) func(*verdict.Trace) []verdict.Source {
	return func(t *verdict.Trace) []verdict.Source {
		return page.Sources(t, func(file string) ([]byte, error) {
			if filepath.Ext(file) != ".go" {
				return nil, errors.New("no Go file")
			}
			if module, _, ok := strings.Cut(file, "@"); ok && strings.Contains(module, ".") {
				return readBelow(moduleCache(), escaped(file))
			}
			b, err := readBelow(places.ModuleRoot(dir), file)
			if errors.Is(err, fs.ErrNotExist) {
				b, err = readBelow(dir, file)
			}
			return b, err
		})
	}
}

// moduleCache is the directory in which the go command keeps modules.
var moduleCache = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
})

// escaped is the path of a file in the module cache: capital letters are written as
// an exclamation mark and the small letter.
func escaped(path string) string {
	module, rest, _ := strings.Cut(path, "@")
	version, file, _ := strings.Cut(rest, "/")
	return capitals.ReplaceAllStringFunc(module+"@"+version, func(s string) string { return "!" + strings.ToLower(s) }) + "/" + file
}

var capitals = regexp.MustCompile(`[A-Z]`)

// linesOf reads the lines of the source files that the command line names. Positions
// have their names or base names.
func linesOf(dir string, files []string) func(*verdict.Trace) []verdict.Source {
	return func(t *verdict.Trace) []verdict.Source {
		return page.Sources(t, func(file string) ([]byte, error) {
			for _, f := range files {
				if f == file || filepath.Base(f) == file {
					if !filepath.IsAbs(f) {
						f = filepath.Join(dir, f)
					}
					return os.ReadFile(f)
				}
			}
			return nil, fs.ErrNotExist
		})
	}
}

// readBelow reads a file below a directory, and no other, also if links lead out.
func readBelow(dir, file string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.ReadFile(filepath.FromSlash(file))
}

// statementsOf has, instead of source, the statements of a model, each at the line
// that declares it.
func statementsOf(p step.Program) func(*verdict.Trace) []verdict.Source {
	return func(*verdict.Trace) []verdict.Source {
		var out []verdict.Source
		for _, s := range p.Statements() {
			text := s.Text
			if text == "" {
				text = s.Label
			}
			out = append(out, verdict.Source{File: s.File, First: s.Line, Lines: []string{s.Kind + "  " + text}})
		}
		slices.SortStableFunc(out, func(a, b verdict.Source) int { return cmp.Compare(a.First, b.First) })
		return out
	}
}
