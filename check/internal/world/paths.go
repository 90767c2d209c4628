package world

import (
	"path"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

// Files. What is only read is taken to be the same in every execution, and is the same
// where it is a time zone. What an execution writes below a directory that it has made
// itself for temporary files belongs to it. The calls of package os that access files
// are operations; where goroutines meet at a file otherwise, their order is not known.
// Everything else is not controlled: other executions and other processes see it.

// effect is what a system call does.
type effect int8

const (
	harmless effect = iota
	looks           // at what a path names
	changes         // what a path names
	makes           // a directory
	opens           // what a path names, as the flags say
	reads           // a file that is open
	writes          // one
	closes          // one
	unknown         // something else
)

// file is one that the execution has opened.
type file struct {
	fd   int
	path string
}

// touch is what a goroutine has done to what a path names.
type touch struct {
	path     string
	g        int
	changed  bool
	covered  bool // it was announced
	position string
}

// files is what an execution has to do with files.
var files struct {
	run     uint32
	stdin   int      // the goroutine that has read standard input, and 1; 0: none
	own     []string // directories and files that it has made for itself
	open    []file
	touched []touch
	folders []folder // of tests
}

// Paths of which what is read there is never the same.
var volatile = []string{"/proc", "/sys", "/dev"}

// used is called for a system call of a goroutine, with up to two paths.
//
//go:norace
func used(g *exec.G, e effect, fd int, paths []string, writing bool, result int, failed bool) {
	c := caller()
	if c.own || c.through("time.") {
		return // the image may not be taken yet
	}
	begin(g)
	switch e {
	case unknown:
		reach(c, "a system call")
	case looks:
		for _, p := range paths {
			look(g, c, p)
		}
	case changes, makes:
		if failed {
			// It would change something, and has seen that it cannot.
			for _, p := range paths {
				look(g, c, p)
			}
			return
		}
		for _, p := range paths {
			if e == makes && c.temporary() {
				files.own = append(files.own, p)
			}
			change(g, c, p)
		}
	case opens:
		p := paths[0]
		if writing && c.temporary() && !failed {
			files.own = append(files.own, p)
		}
		if writing && !failed {
			change(g, c, p)
		} else {
			look(g, c, p)
		}
		if !failed {
			forget(result)
			files.open = append(files.open, file{result, p})
		}
	case closes:
		forget(fd)
	case reads, writes:
		if e == writes && (failed || fd == 1 || fd == 2) {
			return
		}
		switch f := opened(fd); {
		case fd == 0 && Stdin && (files.stdin == 0 || files.stdin == g.ID+1):
			files.stdin = g.ID + 1
		case fd == 0 && Stdin:
			reach(c, "standard input, which several goroutines read")
		case fd == 0:
			reach(c, "standard input")
		case f == nil:
			reach(c, "")
		case e == reads:
			look(g, c, f.path)
		default:
			change(g, c, f.path)
		}
	}
}

// begin forgets what was of another execution.
//
//go:norace
func begin(g *exec.G) {
	if n := g.Exec().Run(); files.run != n {
		files.run, files.stdin = n, 0
		files.own, files.open, files.touched, files.folders = files.own[:0], files.open[:0], files.touched[:0], files.folders[:0]
		image.Descriptors(func(fd int, path string) { files.open = append(files.open, file{fd, path}) })
	}
}

// temporary reports whether the call makes a directory or a file with a name of its
// own.
//
//go:norace
func (c *call) temporary() bool {
	return c.through("os.MkdirTemp") || c.through("os.CreateTemp") || c.through("testing.common.TempDir")
}

//go:norace
func opened(fd int) *file {
	for i := range files.open {
		if files.open[i].fd == fd {
			return &files.open[i]
		}
	}
	return nil
}

//go:norace
func forget(fd int) {
	n := 0
	for _, f := range files.open {
		if f.fd != fd {
			files.open[n] = f
			n++
		}
	}
	files.open = files.open[:n]
}

//go:norace
func look(g *exec.G, c call, p string) {
	if p != "/dev/null" {
		for _, v := range volatile {
			if within(p, v) {
				reach(c, p)
				return
			}
		}
	}
	if !touches(g, c, p, false) {
		return
	}
	if mine(p) {
		c.assume("nobody else touches the files that the test makes")
		return
	}
	c.assume("the files that are read are the same in every run")
}

//go:norace
func change(g *exec.G, c call, p string) {
	switch {
	case p == "/dev/null":
	case !mine(p):
		reach(c, "a file outside of the test's temporary directories")
	case touches(g, c, p, true):
		c.assume("nobody else touches the files that the test makes")
	}
}

// assume notes what a call takes for granted; a test that ends, what was when it got what
// it removes.
//
//go:norace
func (c *call) assume(text string) {
	if !c.ends {
		Assume(text, c.position)
	}
}

// touches notes that a goroutine has to do with what a path names, and reports false
// if another one has before, one of them has changed it, and their order is not part of
// the search.
//
//go:norace
func touches(g *exec.G, c call, p string, changed bool) bool {
	visits(g, p)
	known, covers := false, covered(g)
	for i := range files.touched {
		t := &files.touched[i]
		if t.g == g.ID {
			if t.path == p {
				known = true
				t.changed, t.covered = t.changed || changed, t.covered && covers
			}
			continue
		}
		if (t.changed || changed) && !(covers && t.covered) && (within(p, t.path) || within(t.path, p)) {
			reach(c, "a file that another goroutine uses at "+t.position)
			return false
		}
	}
	if !known {
		files.touched = append(files.touched, touch{p, g.ID, changed, covers, c.position})
	}
	return true
}

//go:norace
func mine(p string) bool {
	for _, d := range files.own {
		if within(p, d) {
			return true
		}
	}
	return false
}

// within reports whether a path is a directory's, or below it.
//
//go:norace
func within(p, dir string) bool {
	return strings.HasPrefix(p, dir) && (len(p) == len(dir) || p[len(dir)] == '/')
}

// absolute is the path that a system call means: relative to a directory that is
// open, or to the working directory if that is not known.
//
//go:norace
func absolute(dir int, p, working string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	if f := opened(dir); f != nil {
		return path.Join(f.path, p)
	}
	return path.Join(working, p)
}
