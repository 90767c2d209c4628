package places

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// findHome finds the package of the subject: that of the outermost call of the first
// process.
func (n *namer) findHome() {
	n.eachUse(func(process, site, _ int, _ []int) {
		if n.home != "" || process != 0 || site == 0 {
			return
		}
		if fs := n.sites[site-1].frames; len(fs) > 0 {
			n.home = packageOf(&fs[len(fs)-1])
		}
	})
	for i, a := range n.t.Actors { // it may do nothing but start others
		if fs := n.spawns[i].frames; n.home == "" && len(fs) > 0 && a.Parent != nil && *a.Parent == 0 {
			n.home = packageOf(&fs[len(fs)-1])
		}
	}
}

// packageOf is the path of the package of a call.
func packageOf(f *frame) string {
	if f.file != nil {
		return f.file.pkg.path
	}
	at := cleaned(f.raw)
	dir := at[:strings.LastIndexByte(at, '/')+1]
	pkg, _, _ := strings.Cut(at[len(dir):], ".")
	return dir + pkg
}

// sameModule reports whether the package is one of the module of the subject.
func (n *namer) sameModule(path string) bool {
	for i := range n.sites {
		for _, f := range n.sites[i].frames {
			if f.file != nil && f.file.pkg.path == path {
				return !f.library
			}
		}
	}
	return false
}

// place finds the call of a site, in the frame that is shown: where the name of its
// object is found, in the user's module if it is called from there.
func (n *namer) place(i int) {
	s := &n.sites[i]
	if len(s.frames) == 0 {
		return
	}
	raw := &n.t.Sites[i]
	if name, f := sought(s.callee); raw.Unwinding && deferredNames[raw.Op] != "" && (name == "close" || f != method) {
		// What panics is the channel's operation; this one is made on the way up.
		s.callee = deferredNames[raw.Op]
		if n.callAt(i, 0) == nil {
			s.frames = nil // by the library
			return
		}
	}
	if up := n.spawn(i); up != nil && len(s.frames) == 1 && s.frames[0].fn == nil && s.frames[0].path == n.shownStart(up).path && n.shownStart(up).started() != nil {
		s.frames = nil // it is the call of a go statement
		return
	}
	if up := n.spawn(i); up != nil && !slices.ContainsFunc(s.frames, users) && users(*n.shownStart(up)) {
		if _, ok := n.shownStart(up).started().(*ast.CallExpr); ok {
			s.frames = nil // by the dependency, as by the library in WaitGroup.Go
			return
		}
	}
	own := n.callAt(i, 0) // this may take frames away
	least := slices.IndexFunc(s.frames, func(f frame) bool { return !f.library })
	if least < 0 {
		least = 0
	}
	for k := 0; k < len(s.frames); k++ { // what a dependency does is seen where it is called
		if users(s.frames[k]) && n.callAt(i, k) != nil {
			least = k
			break
		}
	}
	s.shown = least
	if own == nil {
		s.call = n.callAt(i, least)
		return
	}
	if sel, ok := own.node.(*ast.SelectStmt); ok {
		for _, c := range cases(sel) {
			s.names = append(s.names, channel(communication(c)))
		}
	}
	e := own.primitive()
	if len(s.names) == 1 {
		e = s.names[0]
	}
	last := 0
	if e != nil {
		if r := n.object(e, &s.stack, 0, n.spawn(i)); r.grade < ofParameter {
			last = r.depth
		}
	}
	for k := least; k+1 < len(s.frames) && (k < last || n.alike(&s.frames[k], s.callee)) && thin(&s.frames[k]); k++ {
		s.shown = k + 1
	}
	if s.call = n.callAt(i, s.shown); s.call == nil {
		s.shown = least
		s.call = n.callAt(i, least)
	}
}

// alike reports whether a function has the name of what it calls, as Lock of what
// holds a mutex.
func (n *namer) alike(g *frame, callee string) bool {
	d, ok := g.fn.(*ast.FuncDecl)
	name, form := sought(callee)
	return ok && form == method && d.Name.Name == name
}

// thin reports whether a function does nothing but the operation, so that its call says
// more.
func thin(g *frame) bool {
	if _, ok := g.fn.(*ast.FuncDecl); !ok {
		return false
	}
	operations := 0
	var loops []ast.Node
	ast.Inspect(body(g.fn), func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			loops = append(loops, n)
		}
		return true
	})
	g.each(func(c *call, at token.Pos, name string, f form) {
		if slices.ContainsFunc(loops, func(l ast.Node) bool { return l.Pos() <= at && at < l.End() }) {
			operations = 2 // or more
		}
		if f != method || name != "panic" && name != "len" {
			operations++
		}
	})
	return operations == 1
}

// callAt is the call of a site in a frame: that of the library, or of the frame inside.
// While a panic goes up, it is in the first frame that has it.
func (n *namer) callAt(i, frame int) *call {
	s := &n.sites[i]
	if frame >= len(s.frames) {
		return nil
	}
	callee := s.callee
	if frame > 0 {
		callee = s.frames[frame-1].raw
		if lit, ok := s.frames[frame-1].fn.(*ast.FuncLit); ok {
			return s.frames[frame].calls(lit)
		}
	}
	g := &s.frames[frame]
	if name, form := sought(callee); form == method && frame == 0 && n.t.Sites[i].Unwinding && n.panicsIn(g) {
		if c := g.deferredCall(name, 0); c != nil {
			return c
		}
	}
	if frame > 0 {
		return g.only(callee)
	}
	c := g.find(callee, n.t.Sites[i].Nth)
	for k := frame + 1; c == nil && n.t.Sites[i].Unwinding && k < len(s.frames); k++ {
		if name, form := sought(callee); form == method && s.frames[k].file != nil {
			if c = s.frames[k].deferredCall(name, 0); c != nil {
				s.frames = s.frames[k:] // it is called by the panic
			}
		}
	}
	return c
}

// panicsIn reports whether a call is one that the panic came from.
func (n *namer) panicsIn(g *frame) bool {
	at := fmt.Sprintf("%s:%d", g.path, g.line)
	return n.t.Fault != nil && g.file != nil && slices.ContainsFunc(n.t.Fault.Frames, func(f verdict.Frame) bool {
		return f.Func == g.raw && f.Position == at
	})
}

// see notes what a site says of the names of its objects.
func (n *namer) see(i, object int, objects []int) {
	s := &n.sites[i]
	if len(s.frames) == 0 {
		return
	}
	own := n.callAt(i, 0)
	if own == nil {
		n.seeStream(i, object)
		return
	}
	if _, ok := own.node.(*ast.SelectStmt); ok {
		if len(objects) == len(s.names) {
			for k, e := range s.names {
				n.note(objects[k], n.object(e, &s.stack, 0, n.spawn(i)))
			}
		}
		if k := n.t.Sites[i].Case; k > 0 && k <= len(s.names) {
			n.note(object, n.object(s.names[k-1], &s.stack, 0, n.spawn(i)))
		}
		return
	}
	if e := own.primitive(); e != nil {
		r := n.object(e, &s.stack, 0, n.spawn(i))
		if strings.HasSuffix(s.callee, "sync.(*Cond).Wait") && object > 0 && n.t.Objects[object-1].Kind != "cond" {
			r.text, r.grade = r.text+".L", ofParameter // the lock that it has
		}
		n.note(object, r)
	}
}

// seeSent notes what the sites of sends say of the names of the channels and locks that are
// sent.
func (n *namer) seeSent() {
	numbers := map[string]int{}
	for i, o := range n.t.Objects {
		numbers[o.Name] = i + 1
	}
	for _, s := range n.t.Steps {
		object := numbers[s.Value]
		if object == 0 || s.Site == 0 || len(n.sites[s.Site-1].frames) == 0 {
			continue
		}
		own := n.callAt(s.Site-1, 0)
		if own == nil {
			continue
		}
		if send, ok := chosen(own.node, n.t.Sites[s.Site-1].Case).(*ast.SendStmt); ok {
			n.note(object, n.object(send.Value, &n.sites[s.Site-1].stack, 0, n.spawn(s.Site-1)))
		}
	}
}

// chosen is the case of a select that was taken, from 1, or the operation itself.
func chosen(node ast.Node, taken int) ast.Node {
	if sel, ok := node.(*ast.SelectStmt); ok {
		if cs := cases(sel); taken > 0 && taken <= len(cs) {
			return communication(cs[taken-1])
		}
	}
	return node
}

// seeStream notes what a site says of the name of a pipe or a connection that the
// standard library reads or writes: it is what the call outside of it is given. Two ends
// are one object; the one that is read names it.
func (n *namer) seeStream(i, object int) {
	s := &n.sites[i]
	if object == 0 || n.t.Objects[object-1].Kind != "connection" || s.call == nil {
		return
	}
	e := s.call.primitive()
	reads := n.t.Sites[i].Op == "read"
	if c, ok := s.call.node.(*ast.CallExpr); ok && reads && len(c.Args) > 1 {
		if name, _ := target(c); strings.HasPrefix(name, "Copy") {
			e = c.Args[1] // as in io.Copy
		}
	}
	if e == nil {
		return
	}
	r := n.object(e, &s.stack, s.shown, n.spawn(i))
	if !stream(r.typ) {
		return
	}
	if !reads && r.grade == ofLocal {
		r.grade = ofCall
	}
	n.note(object, r)
}

// stream reports whether something of the type can be read or written, and closed.
func stream(t types.Type) bool {
	if t == nil {
		return false
	}
	has := func(name string) bool {
		o, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		_, ok := o.(*types.Func)
		return ok
	}
	return has("Close") && (has("Read") || has("Write"))
}

// note notes a name of an object.
func (n *namer) note(object int, r name) {
	if object == 0 || r.text == "" || r.grade >= unnamed {
		return
	}
	was := n.best[object]
	sibling := r.base != "" && r.base == was.base && r.text != was.text
	if r.grade < was.grade || sibling && r.constant {
		if r.made == "" {
			r.made = was.made
		}
		n.best[object] = r
	} else if was.made == "" {
		n.best[object].made = r.made
	}
	if sibling && !r.constant && !was.constant { // by which index depends on who uses it
		n.best[object].text = r.base + "[…]"
	}
	if !slices.Contains(n.others[object], r.text) {
		n.others[object] = append(n.others[object], r.text)
	}
}

// objects gives the objects their names.
func (n *namer) objects() {
	t := n.t
	parts := n.parts()
	var was []string
	for i := range t.Objects {
		o, r := &t.Objects[i], n.best[i+1]
		was = append(was, o.Name)
		if o.Kind == "variable" {
			k := strings.LastIndexByte(o.Name, '.')
			o.Declared = n.beside(o.Name[:max(0, k)], o.Declared)
			o.Name = n.qualified(o.Name[:max(0, k)], o.Name[k+1:])
			continue
		}
		part := parts[i+1]
		if part != "" {
			o.Kind = part
		}
		if r.grade >= unnamed {
			continue
		}
		for _, other := range n.others[i+1] {
			if other != r.text {
				o.Aliases = append(o.Aliases, other)
			}
		}
		o.Name, o.Declared = r.text, r.declared
		if o.Kind == "chan" || o.Kind == "cond" {
			o.Made = r.made
		}
		if r.typ != nil && r.typ != types.Typ[types.Invalid] && part == "" {
			o.Type = types.TypeString(r.typ, func(p *types.Package) string {
				if p.Path() == n.home {
					return ""
				}
				return p.Name()
			})
			o.Type = strings.TrimPrefix(o.Type, "*")
			if c, ok := r.typ.Underlying().(*types.Chan); ok {
				st, ok := c.Elem().Underlying().(*types.Struct)
				o.Tokens = ok && st.NumFields() == 0
			}
		}
	}
	n.number(parts)
	n.was = map[string]string{}
	for i, name := range was {
		n.was[name] = t.Objects[i].Name
	}
}

// number makes the names of different objects different.
func (n *namer) number(parts map[int]string) {
	of := map[string][]int{}
	for i, o := range n.t.Objects {
		of[o.Name] = append(of[o.Name], i)
	}
	for i := range n.t.Objects {
		o, part := &n.t.Objects[i], parts[i+1]
		if all := of[o.Name]; len(all) > 1 && part == "" {
			o.Name = fmt.Sprintf("%s#%d", o.Name, 1+slices.Index(all, i))
		}
	}
}

// beside is the place of a package variable, given by base name and line.
func (n *namer) beside(path, place string) string {
	base, line, _ := strings.Cut(place, ":")
	for _, f := range n.files {
		if f != nil && f.pkg.path == path && filepath.Base(f.path) == base {
			return n.short(f.path) + ":" + line
		}
	}
	return place
}

// parts are, by object, the kinds of those of which objects are parts: a pipe in memory, or a
// subtest.
func (n *namer) parts() map[int]string {
	all := map[int]string{}
	n.eachUse(func(_, site, object int, _ []int) {
		switch {
		case site == 0 || object == 0:
		case n.t.Objects[object-1].Kind == "chan" && ofTest(n.best[object].typ):
			all[object] = subtest
		case n.sites[site-1].ofPipe() && slices.Contains([]string{"mutex", "cond"}, n.t.Objects[object-1].Kind):
			all[object] = pipe
		}
	})
	return all
}

// Kinds of what consists of several objects. Of pipes, which io.Pipe and net.Pipe make,
// and of subtests, with which tests wait for them, the user knows nothing: what happens to
// these in particular, and who has them, says nothing.
const (
	pipe    = "pipe"
	subtest = "subtest"
)

// ofTest reports whether something is named by a test.
func ofTest(t types.Type) bool {
	return t != nil && (t.String() == "*testing.T" || t.String() == "*testing.B")
}

// ofPipe reports whether an operation is one of those that reading from a pipe in memory
// consists of, or writing to it.
func (s *site) ofPipe() bool { return strings.Contains(s.callee, "/rt/pipe.") }

// unknown reports whether an object is a part of which the user knows nothing.
func (n *namer) unknown(object int) bool {
	return object > 0 && slices.Contains([]string{pipe, subtest}, n.t.Objects[object-1].Kind)
}

// added reports whether a frame is that of the literal which the rewriter makes of a go
// statement with a call: the outermost, on the line of the statement.
func (n *namer) added(i, frame int) bool {
	return n.sites[i].stack.added(frame, n.spawn(i))
}

// added reports that for a stack of a goroutine that was started at up.
func (st *stack) added(frame int, up *stack) bool {
	if frame == 0 || frame != len(st.frames)-1 || up == nil || len(up.frames) == 0 {
		return false
	}
	g, at := st.frames[frame], up.frames[0]
	if g.path != at.path || g.line != at.line {
		return false
	}
	stmt, ok := at.started().(*ast.GoStmt)
	if !ok {
		return false
	}
	lit, ok := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit)
	return !ok || len(stmt.Call.Args) > 0 || lit.Type.Results.NumFields() > 0
}

// isDeferred reports whether the operation of a site is in a deferred call.
func (n *namer) isDeferred(s *site) bool {
	if s.call != nil && s.call.deferred {
		return true
	}
	for k := 0; k+1 < len(s.frames) && k <= s.shown; k++ {
		lit, ok := s.frames[k].fn.(*ast.FuncLit)
		if !ok {
			continue
		}
		if c := s.frames[k+1].calls(lit); c != nil && c.deferred {
			return true
		}
	}
	return false
}

// plain is the label of an operation that is not found in the source.
func (n *namer) plain(op string, object int) string {
	switch {
	case op == begins:
		return "begins"
	case op == pauses:
		return "lets others go first"
	case op == timer && object == 0:
		return "time may pass"
	case object == 0:
		return op
	case n.t.Objects[object-1].Kind == "test" && op == "end":
		return "end of the test"
	case n.t.Objects[object-1].Kind == subtest && op == "close":
		return "returns, and parallel subtests go on"
	case n.t.Objects[object-1].Kind == subtest && op == "receive":
		return "has returned"
	}
	return op + " " + n.t.Objects[object-1].Name
}

// startedByCall reports whether who is at a site was started by a call, such as WaitGroup.Go,
// which then does something at the end, also if that is a panic.
func (n *namer) startedByCall(i int) bool {
	up := n.spawn(i)
	if up == nil {
		return false
	}
	g := n.shownStart(up)
	if g.file == nil {
		return false
	}
	_, ok := g.started().(*ast.CallExpr)
	return ok
}

// bySpawn places an operation that the library executes in a goroutine that a call of
// the program has started, such as WaitGroup.Go.
func (n *namer) bySpawn(i int) {
	raw := &n.t.Sites[i]
	up := n.spawn(i)
	raw.Label = n.plain(raw.Op, n.sites[i].object)
	if up == nil {
		return
	}
	g := n.shownStart(up)
	raw.Func, raw.Position = n.function(g), n.short(g.path)+fmt.Sprintf(":%d", g.line)
	if g.file == nil {
		return
	}
	node, prefix := g.started(), ""
	switch x := node.(type) {
	case *ast.GoStmt:
		node = x.Call
	case *ast.CallExpr:
		prefix = "end of "
	default:
		c := g.find(up.before(g), 0)
		if c == nil {
			return
		}
		node, prefix = c.node, "end of "
	}
	if up.timer(g) {
		prefix = "timer of "
	}
	raw.Position, raw.Text = n.at(g.file, node.Pos()), g.file.source(g.file.line(node.Pos()))
	if raw.Op != begins && raw.Op != pauses {
		raw.Label = prefix + g.file.label(node)
	}
}

// begins is what a goroutine does that was started before and has not run since, pauses what
// one does that might have gone on.
const begins, pauses, timer = "begin", "pause", "timer"

// timer reports whether what a frame calls sets a timer, which starts a goroutine later.
func (st *stack) timer(g *frame) bool {
	name, _ := sought(st.before(g))
	return name == "AfterFunc" || strings.HasPrefix(name, "WithTimeout") || strings.HasPrefix(name, "WithDeadline")
}

// before is the function that a frame calls, as the compiler has named it.
func (st *stack) before(g *frame) string {
	callee := st.callee
	for k := range st.frames {
		if &st.frames[k] == g {
			break
		}
		callee = st.frames[k].raw
	}
	return callee
}

// steps gives the steps what their sites say.
func (n *namer) steps() {
	t := n.t
	for i := range t.Initial {
		v := &t.Initial[i]
		v.Name, v.Value, v.Items = n.nameOfObject(v.Object, v.Name), n.renamed(v.Value), n.renamedAll(v.Items)
	}
	for i := range t.Steps {
		s := &t.Steps[i]
		s.Label, s.Position = n.told(s.Site, s.Label, s.Position, s.Op, s.Object)
		s.Value, s.Objects = n.renamed(s.Value), withoutNil(s.Objects)
		if n.unknown(s.Object) {
			s.Note, s.Value = "", ""
		}
		s.Changes = slices.DeleteFunc(s.Changes, func(c verdict.Change) bool { return n.unknown(c.Object) })
		for k := range s.Changes {
			c := &s.Changes[k]
			c.Name, c.From, c.To, c.Items = n.nameOfObject(c.Object, c.Name), n.renamed(c.From), n.renamed(c.To), n.renamedAll(c.Items)
		}
	}
	for _, list := range [][]verdict.Waiting{t.Waiting, t.Pending} {
		for i := range list {
			w := &list[i]
			w.Label, w.Position = n.told(w.Site, w.Label, w.Position, w.Op, w.Object)
			w.Objects = withoutNil(w.Objects)
		}
	}
}

// withoutNil are the channels of a select that are none of its nil ones.
func withoutNil(objects []int) []int {
	return slices.DeleteFunc(objects, func(o int) bool { return o == 0 })
}

// fault gives a panic its place.
func (n *namer) fault() {
	f := n.t.Fault
	if f == nil {
		return
	}
	st := n.stack(f.Frames)
	f.Position, f.Frames = "", nil
	for k := range st.frames {
		if g := &st.frames[k]; !g.library {
			at := n.short(g.path) + fmt.Sprintf(":%d", g.line)
			if f.Position == "" {
				f.Position = at
			}
			f.Frames = append(f.Frames, verdict.Frame{Func: n.function(g), Position: at})
		}
	}
}

// told are the label and the position of a site.
func (n *namer) told(site int, label, position, op string, object int) (l, p string) {
	switch {
	case site == 0 && op == "timer" && object > 0:
		return "timer sends on " + n.t.Objects[object-1].Name, position
	case site == 0:
		return label, position
	}
	s := &n.t.Sites[site-1]
	if x := &n.sites[site-1]; x.call == nil && len(x.frames) > 0 && !(s.Unwinding && n.startedByCall(site-1)) {
		return n.plain(op, object), s.Position
	}
	return s.Label, s.Position
}

// site gives a site its label, its position and its calls.
func (n *namer) site(i int) {
	raw, s := &n.t.Sites[i], &n.sites[i]
	raw.Frames = nil
	for k := range s.frames {
		if g := &s.frames[k]; !g.library {
			if n.added(i, k) {
				continue
			}
			at := n.short(g.path) + fmt.Sprintf(":%d", g.line)
			if c := n.callAt(i, k); c != nil {
				at = n.at(g.file, c.node.Pos())
			}
			raw.Frames = append(raw.Frames, verdict.Frame{Func: n.function(g), Position: at})
		}
	}
	if s.call != nil {
		raw.Nth = 0
	}
	if len(s.frames) == 0 {
		n.bySpawn(i)
		return
	}
	g := &s.frames[s.shown]
	raw.Func, raw.Position = n.function(g), n.short(g.path)+fmt.Sprintf(":%d", g.line)
	raw.Deferred = n.isDeferred(s)
	if g.file != nil {
		raw.Text = g.file.source(g.line)
	}
	if s.call == nil {
		if raw.Label = n.plain(raw.Op, s.object); raw.Unwinding && n.startedByCall(i) {
			n.bySpawn(i)
		}
		return
	}
	node, file := s.call.node, s.call.in.file
	node = chosen(node, raw.Case)
	if own := n.callAt(i, 0); s.shown > 0 && own != nil && s.frames[0].module {
		raw.Inside = own.in.file.label(chosen(own.node, raw.Case))
	}
	raw.Label, raw.Position, raw.Text = file.label(node), n.at(file, node.Pos()), file.source(file.line(node.Pos()))
	if at := node; s.call.deferred {
		raw.Text = file.source(file.line(at.Pos()))
	}
}
