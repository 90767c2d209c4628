// Package submission reads what a student has handed in: a folder, a zip or a file.
// Nothing of it is followed, executed or written anywhere while it is read.
package submission

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// Limits of what is read.
const (
	mostBytes = 1 << 20 // of a file
	mostTotal = 8 << 20
	mostFiles = 1000 // and folders
	mostZip   = 32 << 20
)

// Submission is what a student has handed in.
type Submission struct {
	Name  string
	Files map[string][]byte // what counts, by name relative to the folder, with slashes
	// Besides are files beside those, in the same language, which count only if these
	// need them: see [Submission.Take]. They are in LeftOut until then.
	Besides map[string][]byte
	// Folders are those with Go files that do not count.
	Folders []string
	// LeftOut says what does not count, and why.
	LeftOut []string
}

// Read reads a submission, and keeps what the assignment takes. An error means that
// there is nothing at the path to be read, or nothing that can be; a submission without
// the files that are wanted is none.
func Read(name string, h assignment.HandIn) (*Submission, error) {
	r := &reader{takes: h, s: &Submission{Name: Name(name), Files: map[string][]byte{}, Besides: map[string][]byte{}}}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		err = r.folder(name)
	case strings.EqualFold(filepath.Ext(name), ".zip"):
		err = r.zip(name, info.Size())
	default:
		err = r.file(name)
	}
	if err != nil {
		return nil, err
	}
	r.choose()
	slices.Sort(r.s.LeftOut)
	return r.s, nil
}

// Name is that of a submission: the last part of its path, without the ending of a file.
func Name(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		abs = name
	}
	base := filepath.Base(abs)
	for _, ext := range []string{".zip", ".go", ".c"} {
		if len(base) > len(ext) && strings.EqualFold(filepath.Ext(base), ext) {
			return base[:len(base)-len(ext)]
		}
	}
	return base
}

// Digest tells what counts of a submission.
func (s *Submission) Digest() string {
	h := sha256.New()
	for _, name := range s.Sorted() {
		fmt.Fprintf(h, "%q %d ", name, len(s.Files[name]))
		h.Write(s.Files[name])
	}
	for _, name := range slices.Sorted(maps.Keys(s.Besides)) {
		fmt.Fprintf(h, "beside %q %d ", name, len(s.Besides[name]))
		h.Write(s.Besides[name])
	}
	for _, l := range s.LeftOut {
		fmt.Fprintf(h, "%q", l)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Take has files count that were beside what is handed in.
func (s *Submission) Take(names []string) {
	for _, name := range names {
		s.Files[name] = s.Besides[name]
		delete(s.Besides, name)
		s.LeftOut = slices.DeleteFunc(s.LeftOut, func(l string) bool { return strings.HasPrefix(l, leftOut(name)) })
	}
}

// Sorted are the names of the files.
func (s *Submission) Sorted() []string {
	names := make([]string, 0, len(s.Files))
	for name := range s.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

type reader struct {
	takes assignment.HandIn
	s     *Submission
	all   map[string][]byte // regular files, by name
	total int
	seen  int
}

func (r *reader) leaveOut(name, why string) {
	if len(r.s.LeftOut) < 50 {
		r.s.LeftOut = append(r.s.LeftOut, leftOut(name)+why)
	}
}

func leftOut(name string) string { return words.Quote(name) + " is left out: " }

// add takes a file, if it may.
func (r *reader) add(name string, size int64, open func() (io.ReadCloser, error)) error {
	if r.all == nil {
		r.all = map[string][]byte{}
	}
	switch base := path.Base(name); {
	case strings.HasPrefix(name, "__MACOSX/"), strings.HasPrefix(base, "."):
		return nil
	case size > mostBytes:
		r.leaveOut(name, "it has more than "+words.Bytes(mostBytes))
		return nil
	case r.total+int(size) > mostTotal:
		r.leaveOut(name, "all files together have more than "+words.Bytes(mostTotal))
		return nil
	}
	in, err := open()
	if err != nil {
		r.leaveOut(name, "it cannot be read")
		return nil
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, mostBytes+1))
	if err != nil || len(text) > mostBytes {
		r.leaveOut(name, "it cannot be read, or has more than "+words.Bytes(mostBytes))
		return nil
	}
	r.total += len(text)
	r.all[name] = text
	return nil
}

func (r *reader) folder(dir string) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		name, rel := filepath.Rel(dir, p)
		if rel != nil || p == dir {
			return err
		}
		name = filepath.ToSlash(name)
		if r.seen++; r.seen > mostFiles {
			r.leaveOut(name, fmt.Sprintf("there are more than %d files", mostFiles))
			return fs.SkipAll
		}
		switch {
		case err != nil:
			r.leaveOut(name, "it cannot be read")
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir():
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			r.leaveOut(name, "it is a symbolic link, and none is followed")
			return nil
		case !d.Type().IsRegular():
			r.leaveOut(name, "it is no file")
			return nil
		}
		info, err := d.Info()
		if err != nil {
			r.leaveOut(name, "it cannot be read")
			return nil
		}
		return r.add(name, info.Size(), func() (io.ReadCloser, error) { return openRegular(p) })
	})
}

func (r *reader) file(name string) error {
	in, err := openRegular(name)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	to := filepath.Base(name)
	if len(r.takes) == 1 && !r.takes.Takes(to) && filepath.Ext(to) == filepath.Ext(r.takes[0]) {
		to = r.takes[0] // one file, under a name of the student's
	}
	return r.add(to, info.Size(), func() (io.ReadCloser, error) { return io.NopCloser(in), nil })
}

// errZip says that a zip cannot be read.
var errZip = errors.New("it is no zip that can be read")

func (r *reader) zip(name string, size int64) error {
	if size > mostZip {
		return fmt.Errorf("it has more than %s", words.Bytes(mostZip))
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return errZip
	}
	for _, f := range z.File {
		if r.seen++; r.seen > mostFiles {
			r.leaveOut(f.Name, fmt.Sprintf("there are more than %d files", mostFiles))
			break
		}
		switch {
		case strings.HasSuffix(f.Name, "/"):
			continue
		case !fs.ValidPath(f.Name) || !filepath.IsLocal(f.Name) || strings.ContainsAny(f.Name, `\:`):
			r.leaveOut(f.Name, "its name leads out of the folder")
			continue
		case !f.Mode().IsRegular():
			r.leaveOut(f.Name, "it is no file, or a symbolic link")
			continue
		}
		if err := r.add(f.Name, int64(min(f.UncompressedSize64, 1<<40)), f.Open); err != nil {
			return err
		}
	}
	return nil
}

// choose keeps the files that are wanted. If the folder has none of them but exactly one
// folder with them, that one counts: zips often have one.
func (r *reader) choose() {
	root := ""
	if !r.has("") {
		var roots []string
		for name := range r.all {
			if dir := path.Dir(name); dir != "." && !slices.Contains(roots, dir) && r.has(dir) {
				roots = append(roots, dir)
			}
		}
		if len(roots) == 1 {
			root = roots[0]
		} else if len(roots) > 1 {
			slices.Sort(roots)
			r.s.LeftOut = append(r.s.LeftOut, fmt.Sprintf("what is wanted is there more than once: in %s", words.List(roots, "and")))
		}
	}
	for name, text := range r.all {
		rel := strings.TrimPrefix(name, root+"/")
		if root == "" {
			rel = name
		}
		if (root == "" || strings.HasPrefix(name, root+"/")) && r.takes.Takes(rel) {
			r.s.Files[rel] = text
			continue
		}
		if (root == "" || strings.HasPrefix(name, root+"/")) && r.beside(rel) {
			r.s.Besides[rel] = text
			name = rel
		}
		if dir := path.Dir(rel); dir != "." && path.Ext(rel) == ".go" && !slices.Contains(r.s.Folders, dir) {
			r.s.Folders = append(r.s.Folders, dir)
		}
		r.leaveOut(name, "only "+words.List(r.takes, "and")+" "+counts(len(r.takes)))
	}
}

// beside reports whether a file is one of those that may be needed by what is handed in.
func (r *reader) beside(name string) bool {
	ext := path.Ext(name)
	return ext == ".go" && path.Dir(name) == "." && !strings.HasSuffix(name, "_test.go") &&
		slices.ContainsFunc(r.takes, func(t string) bool { return path.Ext(t) == ext })
}

func counts(n int) string {
	if n == 1 {
		return "counts"
	}
	return "count"
}

// has reports whether a folder has a file that is wanted.
func (r *reader) has(dir string) bool {
	for name := range r.all {
		rel := name
		if dir != "" {
			var ok bool
			if rel, ok = strings.CutPrefix(name, dir+"/"); !ok {
				continue
			}
		}
		if r.takes.Takes(rel) {
			return true
		}
	}
	return false
}

// Missing lists what was to be handed in and was not: files by their names, and if nothing
// was, all.
func (s *Submission) Missing(h assignment.HandIn) (missing []string) {
	if len(s.Files) == 0 {
		return h
	}
	for _, pattern := range h {
		if s.Files[pattern] == nil && !strings.ContainsAny(pattern, `*?[\`) {
			missing = append(missing, pattern)
		}
	}
	return missing
}
