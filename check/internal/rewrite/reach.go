package rewrite

import (
	"go/types"
	"strings"
)

// uncontrolled names what a function of the standard library does that a run does
// not control, "" if nothing.
func uncontrolled(f *types.Func) string {
	pkg := f.Pkg().Path()
	name := f.Name()
	recv := ""
	if r := f.Signature().Recv(); r != nil {
		t := types.Unalias(r.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		if n, ok := t.(*types.Named); ok {
			recv = n.Obj().Name()
		}
	}
	full := pkg + "." + name
	if recv != "" {
		full = pkg + "." + recv + "." + name
	}
	switch pkg {
	case "net":
		if recv == "" && (strings.HasPrefix(name, "Dial") || strings.HasPrefix(name, "Listen") || strings.HasPrefix(name, "Lookup") || strings.HasPrefix(name, "File")) ||
			recv == "Dialer" || recv == "ListenConfig" || recv == "Resolver" {
			return full
		}
	case "net/http":
		switch {
		case recv == "Client" || recv == "Transport" || recv == "Server":
			return full
		case recv == "":
			switch name {
			case "Get", "Post", "PostForm", "Head", "ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS":
				return full
			}
		}
	case "net/http/httptest":
		if strings.HasPrefix(name, "New") && strings.HasSuffix(name, "Server") {
			return full
		}
	case "database/sql":
		if recv == "" && strings.HasPrefix(name, "Open") {
			return full
		}
	}
	return ""
}
