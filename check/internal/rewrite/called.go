package rewrite

import (
	_ "embed"
	"os"
	"path"
	"path/filepath"
)

// invoked is the name by which a program finds itself to be called, of the form that it has
// when the go command runs it. It tells nothing of who explores the program, and is the same
// whenever that is built. There is no file of that name: where a program looks for itself by
// it, as tests do that start themselves, package syscall is probed.
func (t *Target) invoked() string {
	folder := filepath.Join(os.TempDir(), "go-build", "b001")
	name := path.Base(t.ImportPath)
	if !t.program {
		return filepath.Join(folder, name+".test")
	}
	if name == "command-line-arguments" {
		name = "main"
	}
	return filepath.Join(folder, "exe", name)
}

// calledFile finds the program by that name, in package syscall.
//
//go:embed standard/syscall.go.txt
var calledFile []byte

// ofTheName are the probes that call it.
var ofTheName = []probe{
	{"syscall", "BytePtrFromString", "s = ipccheckPath(s);"},
	{"os", "executable", "if name, _, madeUp := " + hooks + "Called(); madeUp { return name, nil };"},
}
