package submission

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// Listed is a submission that is to be read: its path, and a name that no other has.
type Listed struct{ Name, Path string }

// List finds the submissions that paths name: each a folder, a zip or a file; or a
// folder of those, which has no file to be handed in itself.
func List(paths []string, h assignment.HandIn) ([]Listed, error) {
	var all []Listed
	for _, p := range paths {
		info, err := os.Stat(p)
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s: there is no such file or folder: name submissions, or a folder of them", words.Quote(p))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: it cannot be read: %w", words.Quote(p), err)
		}
		children, err := class(p, info, h)
		if err != nil {
			return nil, err
		}
		for _, c := range children {
			if l := (Listed{Name(c), c}); !slices.Contains(all, l) {
				all = append(all, l)
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: there are no submissions in it: expected folders, zips or files", words.List(paths, "and"))
	}
	return unique(all), nil
}

// One is [List] for paths that are one submission each: a folder that might be one of
// several, or of none, is that.
func One(paths []string, h assignment.HandIn) (all []Listed, err error) {
	for _, p := range paths {
		some, err := List([]string{p}, h)
		if info, stat := os.Stat(p); stat == nil && info.IsDir() && len(some) != 1 {
			some, err = []Listed{{Name(p), p}}, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return unique(all), nil
}

// class are the submissions at a path.
func class(p string, info os.FileInfo, h assignment.HandIn) ([]string, error) {
	if !info.IsDir() {
		return []string{p}, nil
	}
	entries, err := os.ReadDir(p)
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be read: %w", words.Quote(p), err)
	}
	var children []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case h.Takes(name):
			return []string{p}, nil
		case strings.HasPrefix(name, "."):
		case e.IsDir(), slices.Contains([]string{".zip", ".go", ".c"}, strings.ToLower(filepath.Ext(name))) && e.Type().IsRegular():
			children = append(children, filepath.Join(p, name))
		}
	}
	if len(children) == 1 { // a folder in a folder
		if s, err := Read(p, h); err == nil && len(s.Files) > 0 {
			return []string{p}, nil
		}
	}
	return children, nil
}

// unique gives submissions of one name the names of the folders that they are in, and
// numbers where that does not help.
func unique(all []Listed) []Listed {
	count := func() map[string]int {
		n := map[string]int{}
		for _, l := range all {
			n[l.Name]++
		}
		return n
	}
	before := count()
	for i, l := range all {
		if before[l.Name] > 1 {
			if abs, err := filepath.Abs(l.Path); err == nil {
				all[i].Name = filepath.Base(filepath.Dir(abs)) + "-" + l.Name
			}
		}
	}
	after, nth := count(), map[string]int{}
	for i, l := range all {
		if after[l.Name] > 1 {
			nth[l.Name]++
			all[i].Name = fmt.Sprintf("%s-%d", l.Name, nth[l.Name])
		}
	}
	return all
}
