package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/places"
)

// sources finds the files of a program that positions name: those of its package by
// base name, others relative to the module.
type sources struct {
	base string   // what paths are told relative to
	dirs []string // in which files are looked for
}

// sources are the files of a package, told relative to the checkout that continuous
// integration works in, or else to the working directory.
func (t *tool) sources(dir string) sources {
	s := sources{dirs: []string{places.ModuleRoot(dir), dir}}
	for _, name := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		if base := t.getenv(name); base != "" && inside(base, dir) {
			s.base = base
			return s
		}
	}
	s.base, _ = os.Getwd()
	return s
}

// sourcesC are the files of a C program: positions have their names or base names.
func (t *tool) sourcesC(dir string, files []string) sources {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	s := t.sources(dir)
	s.dirs = []string{dir}
	for _, f := range files {
		if f = filepath.Dir(f); !filepath.IsAbs(f) {
			f = filepath.Join(dir, f)
		}
		s.dirs = append(s.dirs, f)
	}
	return s
}

// getenv is the value of a variable of the environment, "" if it is not set.
func (t *tool) getenv(name string) string {
	for _, e := range t.env {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// find is the path of a file that a position names; "" if there is none.
func (s sources) find(name string) string {
	if name == "" || filepath.IsAbs(name) && !inside(s.base, name) {
		return ""
	}
	for _, dir := range s.dirs {
		path := name
		if !filepath.IsAbs(name) {
			path = filepath.Join(dir, filepath.FromSlash(name))
		}
		if i, err := os.Stat(path); err != nil || !i.Mode().IsRegular() {
			continue
		}
		if rel, err := filepath.Rel(s.base, path); err == nil {
			return filepath.ToSlash(rel)
		}
		return filepath.ToSlash(path)
	}
	return ""
}

// inside reports whether a path is below a directory.
func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
