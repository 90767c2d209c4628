package rewrite

import _ "embed"

// Pipes of the operating system are in memory: a file of package os may be an end of
// one, and then its methods are those of package memnet.

//go:embed standard/os.go.txt
var pipesFile []byte

// childFile tells package os of package memnet, which imports it.
//
//go:embed standard/child.go.txt
var childFile []byte

// ofPipes are the probes of package os for its pipes.
var ofPipes = []probe{
	{"os", "Pipe", "if r, w, ok := ipccheckPipe(); ok { return r, w, nil }; " + hooks + "Reach(\"os.Pipe\");"},
	{"os", "File.read", pipe("ipccheckRead(f.ipccheck, b)")},
	{"os", "File.write", pipe("ipccheckWrite(f.ipccheck, b)")},
	{"os", "File.pread", pipe("0, syscall.ESPIPE")}, {"os", "File.pwrite", pipe("0, syscall.ESPIPE")}, {"os", "File.seek", pipe("0, syscall.ESPIPE")},
	{"os", "File.readFrom", pipe("0, false, nil")}, {"os", "File.writeTo", pipe("0, false, nil")},
	{"os", "File.setDeadline", pipe("ipccheckDeadline(f.ipccheck, t)")},
	{"os", "File.setReadDeadline", pipe("f.ipccheck.SetReadDeadline(t)")}, {"os", "File.setWriteDeadline", pipe("f.ipccheck.SetWriteDeadline(t)")},
	{"os", "file.close", "if file != nil && file.ipccheck != nil { return ipccheckClose(file) };"},
	{"os", "File.Stat", "if f != nil && f.file != nil && f.ipccheck != nil { return ipccheckStat{f.name}, nil };"},
	{"os", "File.fd", "if f != nil && f.ipccheck != nil { " + hooks + "Reach(\"os.File.Fd of a pipe\"); return ^uintptr(0) };"},
	{"os", "File.SyscallConn", "if f != nil && f.ipccheck != nil { " + hooks + "Reach(\"os.File.SyscallConn of a pipe\"); return nil, ErrInvalid };"},
}

// pipe is what a method of a file does if that is a pipe.
func pipe(values string) string { return "if f.ipccheck != nil { return " + values + " };" }
