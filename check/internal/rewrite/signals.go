package rewrite

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"
)

// Signals are the program's own: package os/signal is edited where it has the system tell
// it of them. A file that is added to it has package rt/signals do so.

//go:embed standard/signal.go.txt
var signalsFile []byte

// ofSignals is what functions of package os/signal do before anything else, and which
// parameters they must have for that.
var ofSignals = map[string]struct {
	params []string
	text   string
}{
	"init":          {nil, "if true { return };"}, // it would have a goroutine wait for those of the system
	"enableSignal":  {[]string{"sig"}, "if true { ipccheckEnable(sig); return };"},
	"disableSignal": {[]string{"sig"}, "if true { ipccheckDisable(sig); return };"},
	"ignoreSignal":  {[]string{"sig"}, "if true { ipccheckIgnore(sig); return };"},
	"signalIgnored": {[]string{"sig"}, "if true { return ipccheckIgnored(sig) };"},
	"Notify":        {[]string{"c", "sig"}, "ipccheckNotify(c, sig);"},
	"Stop":          {[]string{"c"}, "ipccheckStop(c);"},
}

// untilIdle is the function of the runtime that waits for what the system has under way.
const untilIdle = "signalWaitUntilIdle"

// signals edits the files of package os/signal. It reports false, and edits nothing, if
// they are not what is known of them.
func signals(sources []*source) bool {
	found := 0
	var waits ast.Stmt
	for _, s := range sources {
		s.functions(func(name string, f *ast.FuncDecl) {
			if known, ok := ofSignals[name]; ok && slices.Equal(names(f.Type.Params), known.params) {
				found++
			}
			for _, st := range f.Body.List {
				if name == "Stop" && isCall(st, untilIdle) {
					waits = st
				}
			}
		})
	}
	if found != len(ofSignals) || waits == nil {
		return false
	}
	for _, s := range sources {
		s.functions(func(name string, f *ast.FuncDecl) {
			s.insert(f.Body.Lbrace+1, ofSignals[name].text)
			if name == "Stop" {
				s.insert(waits.Pos(), "if false { ")
				s.insert(waits.End(), " }")
			}
		})
	}
	return true
}

// isCall reports whether a statement is a call of a function without arguments.
func isCall(st ast.Stmt, function string) bool {
	e, ok := st.(*ast.ExprStmt)
	return ok && types.ExprString(e.X) == function+"()"
}
