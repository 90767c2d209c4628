// Package embedded has the source code of the public packages that are built into
// rewritten programs. Each adds its own: a file can embed only what lies beside it
// or below.
package embedded

import (
	"bytes"
	"embed"
	"io/fs"
	"path"
	"regexp"
)

var packages = map[string]embed.FS{}

// Add is called while packages are initialised, by the one in the folder of that
// name below check/.
func Add(name string, files embed.FS) { packages[name] = files }

// Of returns what the package has added. The caller imports it.
func Of(name string) embed.FS { return packages[name] }

// standsFor is the directive of what stands in for a package of the standard
// library, or for one of its functions.
var standsFor = regexp.MustCompile(`(?m)^//ipccheck:standsfor (\S+)$`)

// StandIns finds what stands in for something of the standard library: the folder
// of the source code that says so, by the import path of the package ("sync") or
// the name of the function ("os.Exit").
func StandIns(files embed.FS) map[string]string {
	out := map[string]string{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		if !bytes.Contains(text, []byte("//ipccheck:standsfor ")) { // which is quicker to know
			return err
		}
		for _, m := range standsFor.FindAllSubmatch(text, -1) {
			out[string(m[1])] = path.Dir(name)
		}
		return err
	})
	if err != nil {
		panic(err) // files that are part of the program can be read
	}
	return out
}
