package places

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// race describes the accesses of a data race by the sources.
func (n *namer) race(f *verdict.Finding) {
	if f.Code != verdict.DataRace || len(f.Accesses) < 2 {
		return
	}
	r := &verdict.Race{}
	var later *int // who made the first of the accesses, the later one
	could := n.accessed(f.Accesses)
	for i, a := range f.Accesses {
		side := verdict.RaceSide{Write: a.Write, Position: a.Position, Func: bare(cleaned(a.Function)), Process: a.Process}
		if side.Process == nil || *side.Process >= len(n.t.Actors) {
			side.Process = n.startedAt(a.Started, later)
		}
		if later == nil {
			later = side.Process
		}
		if a.Position == "" {
			side.Func = "" // the detector has forgotten it
		}
		base, number, _ := strings.Cut(a.Position, ":")
		line, _ := strconv.Atoi(number)
		if g := n.known(base); g != nil && line > 0 {
			side.Position, side.Text = n.short(g.path)+":"+number, g.source(line)
			at := frame{raw: a.Function, line: line, file: g}
			if at.findFunction("", nil); at.fn != nil {
				side.Func = n.qualified(g.pkg.path, g.nameOf(at.fn))
			}
			if at.fn != nil {
				side.Text = cmp.Or(g.within(at.fn, line), side.Text)
			}
			if len(could[i]) > 0 {
				if r.Variable == "" {
					r.Variable, r.Declared = n.oneOf(could[i], g)
				}
				if len(could[i]) == 1 {
					side.Position = n.at(g, could[i][0].expr.Pos())
				}
			}
		}
		if side.Process == nil {
			side.Process = n.within(side.Func, later)
		}
		switch {
		case a.Process != nil && side.Process == a.Process:
			side.After, side.Holds = n.before(*side.Process, func(own int, _ *verdict.Site) bool { return own <= a.Own })
		case side.Process != nil:
			side.After, side.Holds = n.before(*side.Process, func(_ int, s *verdict.Site) bool {
				return s.Func == side.Func && !s.Deferred && above(s.Position, side.Position)
			})
		}
		r.Accesses = append(r.Accesses, side)
	}
	for i := range r.Accesses {
		side := &r.Accesses[i]
		if site := n.atomically(r, side, &f.Accesses[i]); site != nil {
			side.Position, side.Func, side.Text = site.Position, site.Func, site.Text
			remembered(f, i, site)
		}
	}
	n.operation(r, f)
	n.t.Race = r
}

// above reports whether a position of a function stands before another one.
func above(p, q string) bool {
	column := func(p string) int {
		_, c := split(strings.TrimPrefix(p, lineOnly(p)))
		return c
	}
	_, a := split(lineOnly(p))
	_, b := split(lineOnly(q))
	return a < b || a == b && (column(q) == 0 || column(p) < column(q))
}

// operation places the two sides of a race that are operations on a primitive which must
// be ordered: a channel is closed and sent on, or a WaitGroup is waited for and added to
// while it is empty.
func (n *namer) operation(r *verdict.Race, f *verdict.Finding) {
	if f.Accesses[0].Op == "" || f.Accesses[1].Op == "" {
		return
	}
	later := n.lastOf(r, f, 0, 0, len(n.t.Steps))
	if later < 0 {
		return
	}
	object := n.t.Steps[later].Object
	earlier := n.lastOf(r, f, 1, object, later)
	if earlier < 0 { // a send that waits has begun before the close that ends it
		earlier = n.lastOf(r, f, 1, object, len(n.t.Steps))
	}
	if earlier < 0 {
		return
	}
	r.Variable, r.Declared = n.t.Objects[object-1].Name, n.t.Objects[object-1].Declared
	for i, k := range []int{later, earlier} {
		side, step := &r.Accesses[i], &n.t.Steps[k]
		at := &n.t.Sites[step.Site-1]
		side.Op, side.Process = f.Accesses[i].Op, &step.Process
		side.Position, side.Func, side.Text = at.Position, at.Func, at.Label
		number := n.own(k)
		side.After, side.Holds = n.before(step.Process, func(own int, _ *verdict.Site) bool { return own <= number })
		remembered(f, i, at)
	}
}

// own is the number of a step among those of its process.
func (n *namer) own(k int) (number int) {
	for _, s := range n.t.Steps[:k+1] {
		if s.Process == n.t.Steps[k].Process {
			number++
		}
	}
	return number
}

// remembered gives a finding the place of an access that the detector has forgotten, or in
// which it is mistaken.
func remembered(f *verdict.Finding, side int, at *verdict.Site) {
	a, place := &f.Accesses[side], path.Base(lineOnly(at.Position))
	switch {
	case a.Position == "":
		f.Message = strings.Replace(f.Message, "a place that the detector has forgotten", place, 1)
	case a.Op != "":
		return
	default:
		in := " in " + path.Base(a.Function)
		f.Message = strings.Replace(f.Message, " at "+a.Position+in, " at "+place+in, 1)
	}
	a.Position = place
}

// lastOf is the last step before another one that may be a side of a race, on an object,
// 0 for any; -1 if there is none.
func (n *namer) lastOf(r *verdict.Race, f *verdict.Finding, side, object, before int) int {
	a, s := &f.Accesses[side], &r.Accesses[side]
	last, own := -1, map[int]int{}
	for i := range n.t.Steps[:before] {
		x := &n.t.Steps[i]
		own[x.Process]++
		switch {
		case !does(x, a.Op) || x.Site == 0 || x.Object == 0 || object > 0 && x.Object != object:
		case s.Process != nil && x.Process != *s.Process || s.Process == nil && !n.started(x.Process, a.Started):
		case a.Process != nil && own[x.Process] != a.Own:
		default:
			last = i
		}
	}
	return last
}

// does reports whether a step is an operation that must be ordered.
func does(x *verdict.Step, op string) bool {
	switch op {
	case "send":
		return x.Op == op || x.Op == "select" && strings.Contains(x.Label, " <- ")
	case "add":
		return x.Op == op && slices.ContainsFunc(x.Changes, func(c verdict.Change) bool { return c.Object == x.Object && c.From == "0" })
	}
	return x.Op == op
}

// atomically is the site at which a side of a race accesses the variable atomically, after
// which the race is called; nil if that is not known. Of what an assembly function of package
// atomic does, the detector does not know who called it, or only who called a function that
// does nothing else.
func (n *namer) atomically(r *verdict.Race, side *verdict.RaceSide, a *verdict.Access) *verdict.Site {
	if side.Process == nil || !strings.Contains(a.Function, "atomic.") {
		return nil
	}
	at, of, own := 0, 0, 0
	for _, s := range n.t.Steps {
		if s.Process != *side.Process {
			continue
		}
		if own++; s.Site == 0 || s.Object == 0 || n.t.Objects[s.Object-1].Kind != "atomic" {
			continue
		}
		switch {
		case a.Process != nil:
			if own != a.Own {
				continue
			}
		case a.Position == "":
			if n.t.Objects[s.Object-1].Name != r.Variable {
				continue
			}
		case !slices.ContainsFunc(n.t.Sites[s.Site-1].Frames, func(f verdict.Frame) bool { return path.Base(lineOnly(f.Position)) == a.Position }):
			continue
		}
		if at != 0 && (at != s.Site || of != s.Object) {
			return nil
		}
		at, of = s.Site, s.Object
	}
	if at == 0 {
		return nil
	}
	r.Variable, r.Declared = n.t.Objects[of-1].Name, n.t.Objects[of-1].Declared
	return &n.t.Sites[at-1]
}

// whole is what the detector watches: of an element of a map, the map.
func whole(e ast.Expr, f *file) ast.Expr {
	if x, ok := e.(*ast.IndexExpr); ok {
		if t := f.pkg.info.TypeOf(x.X); t != nil {
			if _, ok := t.Underlying().(*types.Map); ok {
				return x.X
			}
		}
	}
	return e
}

// bare is the name of a function without the path of its package.
func bare(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	if _, rest, ok := strings.Cut(name, "."); ok {
		return rest
	}
	return name
}

// known is the file with a base name, of those that are known.
func (n *namer) known(base string) *file {
	var found *file
	for _, f := range n.files {
		if f != nil && strings.HasSuffix(f.path, "/"+base) && (found == nil || f.pkg.path == n.home) {
			found = f
		}
	}
	return found
}

// startedAt is the process that was started at a place, and is not another one; nil if
// it is none, or one of several.
func (n *namer) startedAt(place string, other *int) *int {
	if place == "" {
		first := 0
		return &first
	}
	var found *int
	for i := range n.t.Actors {
		if other != nil && *other == i || !n.started(i, place) {
			continue
		}
		if found != nil {
			return nil
		}
		found = &i
	}
	return found
}

// started reports whether a process was started at a place, given by base name and line.
func (n *namer) started(process int, place string) bool {
	a := n.t.Actors[process]
	if a.Go == nil {
		return false
	}
	at := []string{a.Go.Position}
	if len(a.Go.Frames) > 0 { // of a statement over several lines the detector has the last
		at = append(at, a.Go.Frames[0].Position)
	}
	return slices.ContainsFunc(at, func(p string) bool { return path.Base(lineOnly(p)) == place })
}

// lineOnly is a position without its column.
func lineOnly(position string) string {
	if strings.Count(position, ":") < 2 {
		return position
	}
	return position[:strings.LastIndexByte(position, ':')]
}

// before is the last step of a process before an access, and the locks that it holds
// then. own says of a step, by its number among those of the process, and its site,
// whether it comes before.
func (n *namer) before(process int, earlier func(own int, site *verdict.Site) bool) (step int, holds []string) {
	var held []string
	own := 0
	for i, s := range n.t.Steps {
		if s.Process != process {
			continue
		}
		own++
		if s.Site == 0 {
			continue
		}
		name := n.nameOfObject(s.Object, "")
		switch s.Op {
		case "rlock":
			held = append(held, name+" for reading")
		case "runlock":
			held = slices.DeleteFunc(held, func(h string) bool { return h == name+" for reading" })
		}
		for _, c := range s.Changes {
			me := n.t.Actors[process].ID
			switch {
			case c.Field == "owner" && c.To == me:
				held = append(held, c.Name)
			case c.Field == "owner" && c.From == me:
				held = slices.DeleteFunc(held, func(h string) bool { return h == c.Name })
			}
		}
		if earlier(own, &n.t.Sites[s.Site-1]) {
			step, holds = i+1, slices.Clone(held)
		}
	}
	return step, holds
}

// within is the one process that has been in a function, besides another one that has; nil
// if it is none, or one of several.
func (n *namer) within(function string, other *int) *int {
	if function == "" || other == nil {
		return nil
	}
	been := map[int]bool{}
	for _, s := range n.t.Steps {
		if s.Site > 0 && slices.ContainsFunc(n.t.Sites[s.Site-1].Frames, func(f verdict.Frame) bool { return f.Func == function }) {
			been[s.Process] = true
		}
	}
	if !been[*other] || len(been) != 2 {
		return nil
	}
	delete(been, *other)
	for p := range been {
		return &p
	}
	return nil
}

// operand is an expression that may be accessed on a line, and the variable or field that
// it denotes.
type operand struct {
	expr ast.Expr
	of   *types.Var
}

// accessed is for each access of a race what it may be of, the likeliest first: what both
// sides may be of, if there is such a thing.
func (n *namer) accessed(accesses []verdict.Access) [][]operand {
	out := make([][]operand, len(accesses))
	for i, a := range accesses {
		base, number, _ := strings.Cut(a.Position, ":")
		if line, _ := strconv.Atoi(number); line > 0 {
			if g := n.known(base); g != nil {
				out[i] = g.operands(line, a.Write)
			}
		}
	}
	if len(out) != 2 {
		return out
	}
	var both [2][]operand
	for _, x := range out[0] {
		same := func(y operand) bool { return y.of == x.of }
		if k := slices.IndexFunc(out[1], same); k >= 0 && !slices.ContainsFunc(both[0], same) {
			both[0], both[1] = append(both[0], x), append(both[1], out[1][k])
		}
	}
	if len(both[0]) > 0 {
		return both[:]
	}
	for i, side := range out { // of several, none is likelier than memory without a name
		if slices.ContainsFunc(side, func(y operand) bool { return y.of != side[0].of }) {
			out[i] = nil
		}
	}
	return out
}

// oneOf names what an access is of, which is one of several, and says where it is declared if
// it is the only one.
func (n *namer) oneOf(all []operand, f *file) (variable, declared string) {
	var names []string
	for _, x := range all {
		names = append(names, f.label(whole(x.expr, f)))
	}
	if len(all) == 1 {
		return names[0], n.declared(all[0].of, f)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last], ""
}

// within is the text of a line on which a function begins or ends: the statement in it, and not
// what is around it. It is "" of other lines, and of statements over several.
func (f *file) within(fn ast.Node, line int) (text string) {
	var body *ast.BlockStmt
	switch fn := fn.(type) {
	case *ast.FuncLit:
		body = fn.Body
	case *ast.FuncDecl:
		body = fn.Body
	}
	if body == nil || f.line(fn.Pos()) < line && line < f.line(fn.End()) {
		return ""
	}
	for _, s := range body.List {
		if f.line(s.Pos()) == line && f.line(s.End()) == line {
			if text != "" {
				return ""
			}
			text = f.label(s)
		}
	}
	return text
}

// operands are what is written or read on a line, as far as that can be told: the left
// side of an assignment, or variables that others may have.
func (f *file) operands(line int, write bool) (found []operand) {
	add := func(e ast.Expr, of *types.Var) {
		e = strip(e, f)
		if !slices.ContainsFunc(found, func(o operand) bool { return o.of == of && o.expr == e }) {
			found = append(found, operand{e, of})
		}
	}
	note := func(e ast.Expr) {
		if f.line(e.Pos()) != line {
			return
		}
		if x := f.shared(e); x != nil {
			add(e, x)
		}
	}
	ast.Inspect(f.ast, func(x ast.Node) bool {
		if x == nil || f.line(x.Pos()) > line || f.line(x.End()) < line {
			return false
		}
		switch x := x.(type) {
		case *ast.AssignStmt:
			if write && x.Tok != token.DEFINE {
				for _, l := range x.Lhs {
					note(l)
				}
			}
		case *ast.IncDecStmt:
			note(x.X)
		case *ast.RangeStmt: // it gives its variables their next values
			for _, e := range []ast.Expr{x.Key, x.Value} {
				if id, ok := e.(*ast.Ident); ok && write && id.Name != "_" && f.line(e.Pos()) == line {
					if v, ok := cmp.Or(f.pkg.info.Defs[id], f.pkg.info.Uses[id]).(*types.Var); ok {
						add(e, v)
					}
				}
			}
		case *ast.CallExpr:
			if write && f.changes(x) {
				note(x.Args[0])
			}
			if !write {
				for _, a := range x.Args {
					ast.Inspect(a, func(y ast.Node) bool {
						if e, ok := y.(ast.Expr); ok {
							note(e)
						}
						return true
					})
				}
			}
		case ast.Expr:
			if !write {
				note(x)
			}
		}
		return true
	})
	return found
}

// changes reports whether a call is one of the builtin functions that write what they are
// given.
func (f *file) changes(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || len(call.Args) == 0 {
		return false
	}
	_, ok = f.pkg.info.Uses[id].(*types.Builtin)
	return ok && slices.Contains([]string{"delete", "clear", "copy"}, id.Name)
}

// shared is the variable or field that an expression denotes, if it is none of a
// function's own; nil otherwise.
func (f *file) shared(e ast.Expr) *types.Var {
	switch x := strip(e, f).(type) {
	case *ast.Ident:
		v, _ := f.pkg.info.Uses[x].(*types.Var)
		return v
	case *ast.SelectorExpr:
		v, _ := f.pkg.info.Uses[x.Sel].(*types.Var)
		return v
	case *ast.IndexExpr:
		return f.shared(x.X)
	}
	return nil
}
