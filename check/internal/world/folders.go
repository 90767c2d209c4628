package world

import (
	"os"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// The folders that tests get and that are removed when these end. To remove one is no
// operation as long as only the goroutine that does so has to do with what is in it, as in
// tests that run in parallel with others; one if others have; and if they have when it has
// been removed, or is being removed, it is all that os.RemoveAll does.

// folder is one of a test.
type folder struct {
	path     string
	g        int    // the goroutine that removes it
	used     string // what others share with the test that have to do with it
	removal  string // and those that have when it has been removed
	removing bool   // or it has been
}

// Folder has make make a folder that a goroutine removes with [Remove]. What others have to
// do with it goes by the names.
//
//go:norace
func Folder(make func() string, by *exec.G, used, removal string) string {
	g := enter()
	if g == nil {
		return make()
	}
	defer leave() // nobody else has to do with it yet
	begin(g)
	path := make()
	files.own = append(files.own, path)
	files.folders = append(files.folders, folder{path: path, g: by.ID, used: used, removal: removal})
	return path
}

// Remove removes a folder.
//
//go:norace
func Remove(path string, used, whole bool) error {
	for i := range files.folders {
		if f := &files.folders[i]; f.path == path {
			f.removing = true
		}
	}
	if whole {
		return os.RemoveAll(path)
	}
	if used {
		ShareFiles()
	}
	if enter() != nil {
		defer leave()
	}
	return os.RemoveAll(path)
}

// visits notes that a goroutine has to do with the folder of another's test.
//
//go:norace
func visits(g *exec.G, p string) {
	for i := range files.folders {
		f := &files.folders[i]
		if f.g == g.ID || !within(p, f.path) {
			continue
		}
		if g.Exec().Share(f.used); f.removing {
			g.Exec().Share(f.removal)
		}
	}
}
