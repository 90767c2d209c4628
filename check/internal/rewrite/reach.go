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
	case "os":
		switch {
		case recv == "File" || recv == "Root" || recv == "Process":
			if strings.HasPrefix(name, "Write") || name == "Name" || name == "Fd" || name == "Pid" || name == "Close" {
				return ""
			}
			return full
		case recv != "":
			return ""
		}
		switch name {
		case "Open", "OpenFile", "Create", "CreateTemp", "ReadFile", "WriteFile", "ReadDir", "Pipe", "StartProcess", "FindProcess", "OpenRoot":
			return full
		}
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
	case "os/exec":
		if recv == "Cmd" && name != "String" && name != "Environ" {
			return full
		}
	case "os/signal", "syscall", "plugin":
		if pkg == "syscall" && recv != "" {
			return ""
		}
		return full
	case "runtime":
		switch name {
		case "SetFinalizer", "AddCleanup", "LockOSThread", "Stack", "GoroutineProfile":
			return full
		}
	case "runtime/pprof":
		if name == "Lookup" {
			return full
		}
	case "reflect":
		switch {
		case recv == "" && name == "Select", recv == "Value" && (name == "Send" || name == "Recv" || name == "TrySend" || name == "TryRecv"):
			return full
		case recv == "Value" && name == "Close":
			return full
		}
	case "database/sql":
		if recv == "" && strings.HasPrefix(name, "Open") {
			return full
		}
	case "math/rand", "math/rand/v2", "crypto/rand":
		return ""
	}
	return ""
}
