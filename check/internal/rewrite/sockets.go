package rewrite

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// Sockets of the loopback interface are in memory: package net is edited where it
// asks the system for a socket, and where it does something with one. A file that is
// added to it makes them, with package memnet.

//go:embed standard/net.go.txt
var socketsFile []byte

// What becomes of a function of package net where its socket is in memory.
const (
	forward = iota // the method of the same name of what is in memory
	nothing        // it does nothing, and succeeds
	refuse         // it fails, and says that it is not controlled
)

// ofSockets are the functions of package net that do something with a socket, which
// is the receiver, a field fd of the receiver, or a parameter.
var ofSockets = map[string]int{
	"netFD.Close": forward, "netFD.closeRead": forward, "netFD.closeWrite": forward, "netFD.Read": forward, "netFD.Write": forward,
	"netFD.accept": forward, "netFD.SetDeadline": forward, "netFD.SetReadDeadline": forward, "netFD.SetWriteDeadline": forward,
	"netFD.writeBuffers": forward, "netFD.readFromInet4": forward, "netFD.readFromInet6": forward, "netFD.writeToInet4": forward, "netFD.writeToInet6": forward,
	"setLinger":     forward,
	"setReadBuffer": nothing, "setWriteBuffer": nothing, "setKeepAlive": nothing, "setNoDelay": nothing, "setKeepAliveIdle": nothing,
	"setKeepAliveInterval": nothing, "setKeepAliveCount": nothing, "spliceFrom": nothing, "spliceTo": nothing, "sendFile": nothing,
	"isUsingMultipathTCP": nothing,
	"netFD.shutdown":      refuse, "netFD.dup": refuse, "netFD.readFrom": refuse,
	"netFD.readMsg": refuse, "netFD.readMsgInet4": refuse, "netFD.readMsgInet6": refuse, "netFD.writeTo": refuse,
	"netFD.writeMsg": refuse, "netFD.writeMsgInet4": refuse, "netFD.writeMsgInet6": refuse,
	"rawConn.Control": refuse, "rawConn.Read": refuse, "rawConn.Write": refuse,
}

// sockets edits the files of package net. It reports false, and edits nothing, if they
// are not what is known of them.
func sockets(sources []*source) bool {
	found := map[string]bool{}
	for _, s := range sources {
		s.functions(func(name string, f *ast.FuncDecl) { found[name] = true })
		if s.netFD() != nil {
			found["netFD"] = true
		}
	}
	for _, name := range []string{"netFD", "socket", "netFD.Close", "netFD.Read", "netFD.Write", "netFD.accept", "Resolver.lookupIPAddr"} {
		if !found[name] {
			return false
		}
	}
	for _, s := range sources {
		if t := s.netFD(); t != nil {
			s.insert(t.Fields.Opening+1, "ipccheck *ipccheckSocket;")
		}
		s.functions(func(name string, f *ast.FuncDecl) {
			if text := s.socketHook(name, f); text != "" {
				s.insert(f.Body.Lbrace+1, text)
			}
		})
	}
	return true
}

// netFD is the declaration of what package net knows of a socket, if it is here.
func (s *source) netFD() *ast.StructType {
	for _, d := range s.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok {
			for _, spec := range g.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok && t.Name.Name == "netFD" {
					st, _ := t.Type.(*ast.StructType)
					return st
				}
			}
		}
	}
	return nil
}

// functions calls f for each function that has a body; methods are named with their
// type.
func (s *source) functions(f func(name string, d *ast.FuncDecl)) {
	for _, d := range s.file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		name := fn.Name.Name
		if fn.Recv != nil {
			t := fn.Recv.List[0].Type
			if p, ok := t.(*ast.StarExpr); ok {
				t = p.X
			}
			if id, ok := t.(*ast.Ident); ok {
				name = id.Name + "." + name
			}
		}
		f(name, fn)
	}
}

// socketHook is what a function of package net does before anything else, "" if there
// is nothing.
func (s *source) socketHook(name string, f *ast.FuncDecl) string {
	params := names(f.Type.Params)
	recv := strings.Join(names(f.Recv), "")
	switch name {
	case "socket":
		if len(params) != 9 {
			return ""
		}
		return "if fd, err, made := ipccheckOpen(" + strings.Join(append(params[:4:4], params[6:8]...), ", ") + "); made { return fd, err };"
	case "Dialer.DialContext":
		return recv + " = ipccheckDialer(" + recv + ", " + params[len(params)-1] + ");"
	case "Resolver.lookupIPAddr":
		return "if addrs, ok := ipccheckLookup(" + strings.Join(params[1:], ", ") + "); ok { return addrs, nil };"
	case "Resolver.lookupHost", "Resolver.lookupCNAME", "Resolver.lookupSRV", "Resolver.lookupMX", "Resolver.lookupNS", "Resolver.lookupTXT", "Resolver.lookupAddr":
		return "ipccheckLeaves(" + params[len(params)-1] + ");"
	case "UnixListener.close":
		return "if " + recv + ".fd.ipccheck != nil { return " + recv + ".fd.Close() };"
	case "supportsMultipathTCP":
		return "if ipccheckHere() { return false };"
	case "ipStackCapabilities.probe":
		return "if ipccheckHere() { " + recv + ".ipv4Enabled, " + recv + ".ipv6Enabled, " + recv + ".ipv4MappedIPv6Enabled = true, true, true; return };"
	}
	what, ok := ofSockets[name]
	if !ok {
		return ""
	}
	fd := recv
	switch {
	case recv == "":
		for _, p := range f.Type.Params.List {
			if t, ok := p.Type.(*ast.StarExpr); ok && len(p.Names) == 1 && types.ExprString(t.X) == "netFD" {
				fd = p.Names[0].Name
			}
		}
		params = slices.DeleteFunc(params, func(p string) bool { return p == fd })
	case !strings.HasPrefix(name, "netFD."):
		fd += ".fd"
	}
	text := "if " + fd + ".ipccheck != nil { return "
	if what == forward {
		return text + fd + ".ipccheck." + f.Name.Name + "(" + strings.Join(params, ", ") + ") };"
	}
	var values []string
	for _, r := range f.Type.Results.List {
		for range max(1, len(r.Names)) {
			values = append(values, "*new("+string(s.text[s.offset(r.Type.Pos()):s.offset(r.Type.End())])+")")
		}
	}
	if what == refuse {
		values[len(values)-1] = `ipccheckRefused("` + f.Name.Name + `")`
	}
	return text + strings.Join(values, ", ") + " };"
}

// names are those of parameters.
func names(list *ast.FieldList) (out []string) {
	if list == nil {
		return nil
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			out = append(out, n.Name)
		}
	}
	return out
}
