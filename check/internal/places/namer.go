package places

import (
	"go/ast"
	"go/types"
	"regexp"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// grade says how good a name is: the smaller, the better.
type grade int

const (
	ofPackage grade = iota + 1 // a package variable, and what is in it
	ofField
	ofLocal
	ofCall
	ofParameter
	unnamed
)

// namer names what is in one trace.
type namer struct {
	*Sources
	t      *verdict.Trace
	home   string  // the package of the subject
	sites  []site  // as those of the trace
	spawns []stack // of the actors
	best   []name  // of the objects
	others [][]string
	was    map[string]string // what objects were called, and are
	main   string            // the file in which most happens
	visits [][]int           // the sites at which each process has been, in order
}

// deferredNames are, by operation, the methods that are called by a defer statement.
var deferredNames = map[string]string{"unlock": "Unlock", "runlock": "RUnlock", "add": "Done"}

// site is a site with its sources.
type site struct {
	stack
	call   *call // the operation, in the frame that is shown
	shown  int   // that frame
	actor  int   // who has been there first, -1: nobody
	object int
	names  []ast.Expr // of a select, by case
}

// name is what an object is called at a place.
type name struct {
	text     string
	base     string // of an element, what it is one of
	constant bool   // its index is
	grade    grade
	depth    int // the frame in which it was found
	typ      types.Type
	declared string
	made     string
}

// function is the name of the function under way as it is shown.
func (n *namer) function(g *frame) string {
	if g.fn != nil && g.file != nil {
		if name := g.file.nameOf(g.fn); name != "" {
			return n.qualified(g.file.pkg.path, name)
		}
	}
	name := cleaned(g.raw)
	path := name
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	pkg, rest, ok := strings.Cut(name, ".")
	if !ok {
		return name
	}
	return n.qualified(strings.TrimSuffix(path, name)+pkg, rest)
}

// qualified is a name with the package that it is of, unless that is the package of
// the subject.
func (n *namer) qualified(path, name string) string {
	if path == n.home || path == "" || strings.TrimSuffix(path, "_test") == strings.TrimSuffix(n.home, "_test") {
		return name
	}
	return path[strings.LastIndexByte(path, '/')+1:] + "." + name
}

// eachUse calls yield for each use of a site, in the order of the trace.
func (n *namer) eachUse(yield func(process, site, object int, objects []int)) {
	for _, s := range n.t.Steps {
		yield(s.Process, s.Site, s.Object, s.Objects)
	}
	for _, list := range [][]verdict.Waiting{n.t.Waiting, n.t.Pending} {
		for _, w := range list {
			yield(w.Process, w.Site, w.Object, w.Objects)
		}
	}
}

// spawn is where the process was started that has been at a site; nil if that is not
// known.
func (n *namer) spawn(i int) *stack {
	if a := n.sites[i].actor; a > 0 && a < len(n.spawns) && len(n.spawns[a].frames) > 0 {
		return &n.spawns[a]
	}
	return nil
}

// nameOfObject is the name of an object, or what it was called.
func (n *namer) nameOfObject(object int, name string) string {
	if object == 0 {
		return name
	}
	return n.t.Objects[object-1].Name
}

// numbered is the name of an object that has only a number.
var numbered = regexp.MustCompile(`\b[a-z]+ \d+\b`)

// renamed is a text with the names of objects instead of their numbers.
func (n *namer) renamed(text string) string {
	return numbered.ReplaceAllStringFunc(text, func(was string) string {
		if is, ok := n.was[was]; ok {
			return is
		}
		return was
	})
}

func (n *namer) renamedAll(list []string) []string {
	for i := range list {
		list[i] = n.renamed(list[i])
	}
	return list
}
