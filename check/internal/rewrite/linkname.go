package rewrite

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// A function without a body may be linked, by a linkname directive, to one of the
// runtime. Some of these have a stand-in; most do no harm; the others are not
// controlled.

// linked are functions of the runtime and what a function that is linked to one does
// instead: T is its result, n its parameter.
var linked = map[string]string{
	"runtime.rand": "return T(RT.Random())", "runtime.fastrand": "return T(RT.Random())", "runtime.fastrand64": "return T(RT.Random())",
	"runtime.fastrandu": "return T(RT.Random())", "runtime.cheaprand": "return T(RT.Random())", "runtime.cheaprand64": "return T(RT.Random())",
	"runtime.fastrandn": "return T(RT.Below(uint64(n)))", "runtime.cheaprandn": "return T(RT.Below(uint64(n)))", "runtime.randn": "return T(RT.Below(uint64(n)))",
	"runtime.nanotime": "return T(RT.Nanotime())", "time.runtimeNano": "return T(RT.Nanotime())",
	"time.now": "return RT.Clock()", "runtime.time_now": "return RT.Clock()", "time.runtimeNow": "return RT.Clock()",
	"runtime.walltime": "return RT.Walltime()",
	"runtime.procPin":  "return T(0)", "runtime.procUnpin": "",
	"sync.runtime_procPin": "return T(0)", "sync.runtime_procUnpin": "", "sync/atomic.runtime_procPin": "return T(0)", "sync/atomic.runtime_procUnpin": "",
}

// several are the types of the results of the stand-ins that have more than one.
var several = map[string][]types.BasicKind{
	"return RT.Clock()": {types.Int64, types.Int32, types.Int64}, "return RT.Walltime()": {types.Int64, types.Int32},
}

// synchronisers are functions without a stand-in that are not controlled.
var synchronisers = regexp.MustCompile(`^(?:sync|internal/sync|internal/poll|sync/atomic|internal/runtime/atomic|runtime/internal/atomic)\.|` +
	`^time\.(?:now|Sleep|runtime\w*|(?:start|new|stop|reset)Timer)$|` +
	`^runtime\.(?:sem\w*|go(?:park|ready|yield|schedguarded|exit)\w*|park\w*|ready\w*|chan\w*|select\w*|lock\w*|unlock\w*|note\w*|futex\w*|usleep|osyield|mcall|systemstack|newproc\w*|acquirem|releasem|getg|entersyscall\w*|exitsyscall\w*|stopTheWorld\w*|startTheWorld\w*|sync_\w*|poll_\w*|netpoll\w*|timeSleep|newTimer|stopTimer|resetTimer|allgs|allm|sched|cgocall|asmcgocall|registerPoolCleanup|setPoolCleanup|doSpin|canSpin|walltime\w*|time_\w*|fastlog2)$`)

// linkname is a directive that links a name of the package to another's.
type linkname struct {
	to        string
	directive *ast.Comment
}

// linknames are those of a package's files, by the names of the package. They stand
// before the declaration as a rule, and may stand anywhere.
func linknames(files []*ast.File) map[string]linkname {
	links := map[string]linkname{}
	for _, f := range files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				if words := strings.Fields(c.Text); len(words) == 3 && words[0] == "//go:linkname" {
					links[words[1]] = linkname{words[2], c}
				}
			}
		}
	}
	return links
}

// link is the declaration of a function of the package that has no body, and the
// directive that links it; nil if it is none.
func (s *source) link(f *types.Func) (*ast.FuncDecl, linkname) {
	fn := s.decls[f]
	if fn == nil || fn.Body != nil || fn.Recv != nil || s.links[f.Name()].to == "" {
		return nil, linkname{}
	}
	return fn, s.links[f.Name()]
}

// stranger says what a function without a body does that is not controlled, "" if
// nothing.
func (s *source) stranger(f *types.Func) string {
	if f.Pkg() == nil || f.Signature().Recv() != nil || s.pkg.Standard {
		return ""
	}
	if s.assembly[f.Pkg().Path()][f.Name()] {
		return f.Name() + ", assembly that synchronises"
	}
	if fn, l := s.link(f); fn != nil && s.instead(fn, f, l.to) == "" && synchronisers.MatchString(l.to) {
		return f.Name() + ", which is " + l.to
	}
	return ""
}

// instead is the body of a function that is linked to something with a stand-in, ""
// if there is none.
func (s *source) instead(fn *ast.FuncDecl, f *types.Func, to string) string {
	body, ok := linked[to]
	if !ok {
		return ""
	}
	if kinds, ok := several[body]; ok {
		var results []types.BasicKind
		for v := range f.Signature().Results().Variables() {
			b, _ := v.Type().(*types.Basic)
			if b == nil {
				return ""
			}
			results = append(results, b.Kind())
		}
		if !slices.Equal(results, kinds) {
			return ""
		}
	}
	if strings.Contains(body, "T(") {
		if fn.Type.Results.NumFields() != 1 {
			return ""
		}
		body = strings.Replace(body, "T(", "("+types.ExprString(fn.Type.Results.List[0].Type)+")(", 1)
	}
	if strings.Contains(body, "uint64(n)") {
		if fn.Type.Params.NumFields() != 1 || len(fn.Type.Params.List[0].Names) != 1 {
			return ""
		}
		body = strings.Replace(body, "(n)", "("+fn.Type.Params.List[0].Names[0].Name+")", 1)
	}
	return " { " + strings.Replace(body, "RT.", rt+".", 1) + " }"
}

// linkedBodies gives the functions of a file that are linked to something with a
// stand-in the body of that.
func (s *source) linkedBodies() {
	if s.pkg.Standard || len(s.links) == 0 {
		return
	}
	for f, decl := range s.decls {
		fn, l := s.link(f)
		if fn == nil {
			continue
		}
		body := s.instead(fn, f, l.to)
		if body == "" {
			continue
		}
		s.noDirective(l.directive)
		if !s.holds(decl) {
			continue
		}
		s.uses[rt] = s.uses[rt] || strings.Contains(body, rt+".")
		if fn.Doc != nil {
			for _, c := range fn.Doc.List {
				if strings.TrimSpace(c.Text) == "//go:noescape" { // of functions without a body
					s.noDirective(c)
				}
			}
		}
		s.insert(fn.End(), body)
	}
}

// noDirective makes a directive of the file a comment.
func (s *source) noDirective(c *ast.Comment) {
	if s.holds(c) {
		s.replace(c.Pos(), c.Pos()+2, func() string { return "// " })
	}
}

// holds reports whether a node is of this file.
func (s *source) holds(n ast.Node) bool {
	return s.file.FileStart <= n.Pos() && n.Pos() < s.file.FileEnd
}
