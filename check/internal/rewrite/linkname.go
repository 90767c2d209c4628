package rewrite

import (
	"go/ast"
	"go/types"
	"regexp"
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
	"runtime.nanotime": "return T(RT.Nanotime())", "runtime.procPin": "return T(0)", "runtime.procUnpin": "",
	"sync.runtime_procPin": "return T(0)", "sync.runtime_procUnpin": "", "sync/atomic.runtime_procPin": "return T(0)", "sync/atomic.runtime_procUnpin": "",
}

// synchronisers are functions without a stand-in that are not controlled.
var synchronisers = regexp.MustCompile(`^(?:sync|internal/sync|internal/poll|sync/atomic|internal/runtime/atomic|runtime/internal/atomic)\.|` +
	`^runtime\.(?:sem\w*|go(?:park|ready|yield|schedguarded|exit)\w*|park\w*|ready\w*|chan\w*|select\w*|lock\w*|unlock\w*|note\w*|futex\w*|usleep|osyield|mcall|systemstack|newproc\w*|acquirem|releasem|getg|entersyscall\w*|exitsyscall\w*|stopTheWorld\w*|startTheWorld\w*|sync_\w*|poll_\w*|netpoll\w*|timeSleep|newTimer|stopTimer|resetTimer|allgs|allm|sched|cgocall|asmcgocall|registerPoolCleanup|setPoolCleanup|doSpin|canSpin|walltime\w*|time_\w*|fastlog2)$`)

// link is the declaration of a function of the package that has no body, the directive
// that links it, and what to; nil if it is none.
func (s *source) link(f *types.Func) (fn *ast.FuncDecl, directive *ast.Comment, to string) {
	fn = s.decls[f]
	if fn == nil || fn.Body != nil || fn.Recv != nil || fn.Doc == nil {
		return nil, nil, ""
	}
	for _, c := range fn.Doc.List {
		if words := strings.Fields(c.Text); len(words) == 3 && words[0] == "//go:linkname" && words[1] == f.Name() {
			return fn, c, words[2]
		}
	}
	return nil, nil, ""
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
	if fn, _, to := s.link(f); fn != nil && s.instead(fn, to) == "" && synchronisers.MatchString(to) {
		return f.Name() + ", which is " + to
	}
	return ""
}

// instead is the body of a function that is linked to something with a stand-in, ""
// if there is none.
func (s *source) instead(fn *ast.FuncDecl, to string) string {
	body, ok := linked[to]
	if !ok {
		return ""
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

// links gives the functions of a file that are linked to something with a stand-in the
// body of that.
func (s *source) links() {
	if s.pkg.Standard {
		return
	}
	for _, d := range s.file.Decls {
		decl, ok := d.(*ast.FuncDecl)
		if !ok || decl.Body != nil {
			continue
		}
		f, ok := s.info.Defs[decl.Name].(*types.Func)
		if !ok {
			continue
		}
		fn, directive, to := s.link(f)
		if fn == nil {
			continue
		}
		if body := s.instead(fn, to); body != "" {
			s.uses[rt] = s.uses[rt] || strings.Contains(body, rt+".")
			for _, c := range fn.Doc.List {
				if c == directive || strings.TrimSpace(c.Text) == "//go:noescape" { // of functions without a body
					s.replace(c.Pos(), c.Pos()+2, func() string { return "// " })
				}
			}
			s.insert(fn.End(), body)
		}
	}
}
