package rewrite

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The go command takes no overlay for files in the module cache. Packages there
// are copied to a module cache of our own, with their files rewritten; what the
// go command has downloaded is shared. The copies say where they come from.

// cached reports whether a file lies in the user's module cache.
func (b *Builder) cached(path string) bool {
	return b.modCache != "" && strings.HasPrefix(path, b.modCache+string(filepath.Separator))
}

// copies writes copies of the packages that lie in the module cache, and returns
// the module cache that has them; "" if there are none.
func (b *Builder) copies(pkgs []*Package, results map[string]*rewritten) (string, error) {
	sum := sha256.Sum256(fmt.Append(nil, b.runtimeKey, b.goVersion, b.arch, b.modCache))
	root := filepath.Join(b.Cache, "mod-"+hex.EncodeToString(sum[:8]))
	any := false
	for _, p := range pkgs {
		if !b.cached(p.Dir) || p.Standard {
			continue
		}
		if !any {
			any = true
			if err := os.MkdirAll(root, 0o700); err != nil {
				return "", err
			}
			uses(root)
			link := filepath.Join(root, "cache")
			if _, err := os.Lstat(link); err != nil {
				if err := os.Symlink(filepath.Join(b.modCache, "cache"), link); err != nil && !os.IsExist(err) {
					return "", err
				}
			}
		}
		if err := b.copyPackage(p, filepath.Join(root, strings.TrimPrefix(p.Dir, b.modCache)), results[p.path()]); err != nil {
			return "", err
		}
	}
	if !any {
		return "", nil
	}
	return root, nil
}

// copyPackage copies a directory with the packages in it; what lies below is
// copied if it is no package, and what is embedded.
func (b *Builder) copyPackage(p *Package, to string, r *rewritten) error {
	files := slices.Clone(p.EmbedFiles)
	err := filepath.WalkDir(p.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(p.Dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() && rel != "." && hasGo(path) {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			files = append(files, rel)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, rel := range files {
		if err := copyFile(filepath.Join(p.Dir, rel), filepath.Join(to, rel), r); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies a file, or what has been made of it.
func copyFile(path, target string, r *rewritten) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	from := path
	if r != nil && r.Files[path] != "" {
		from = r.Files[path]
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if from != path && !bytes.HasPrefix(text, []byte("//go:build go1.21\n\n//line ")) {
		text = append([]byte("//line "+path+":1\n"), text...)
	}
	if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, text) {
		return nil
	}
	return writeFile(target, text)
}

// hasGo reports whether there are Go files in a directory.
func hasGo(dir string) bool {
	list, err := filepath.Glob(filepath.Join(dir, "*.go"))
	return err == nil && len(list) > 0
}

// noIndex is the variable GODEBUG, with which the go command does without its index
// of modules: it takes a directory in the module cache for one that never changes,
// and ours grows by the packages that another program needs of a module.
func noIndex(theirs string) string {
	if theirs != "" {
		theirs += ","
	}
	return "GODEBUG=" + theirs + "goindex=0"
}
