package rewrite

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// CacheEnv is a variable of the environment with the directory of the cache.
const CacheEnv = "IPCCHECK_CACHE"

// Limits of the cache: what was not used for so long goes, and then what was not used
// for longest, until so many bytes are left. What was used just now stays, since
// another command may be about to run it.
const (
	CacheAge  = 14 * 24 * time.Hour
	CacheSize = 1 << 30

	justNow   = time.Hour
	trimPause = 10 * time.Minute // between two looks at the whole cache
)

// CacheDir is the directory of the cache: what [CacheEnv] says, or that of ipccheck in
// the user's cache directory, or in the one for temporary files if there is none.
func CacheDir() string {
	if dir := os.Getenv(CacheEnv); dir != "" {
		if abs, err := filepath.Abs(dir); err == nil {
			return abs
		}
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return filepath.Join(os.TempDir(), fmt.Sprint("ipccheck-", os.Getuid()))
	}
	return filepath.Join(dir, "ipccheck")
}

// openCache makes a directory the cache. It refuses one that another user could have
// put something into: what lies there is executed.
func openCache(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the cache cannot be made: %w; set %s to another directory", err, CacheEnv)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if uid, ok := owner(info); ok && (uid != os.Geteuid() || info.Mode().Perm()&0o022 != 0) {
		return fmt.Errorf("another user could write to the cache %s (%v, owner %d), and what lies there is executed: chmod go-w it, or set %s to a directory of your own", dir, info.Mode(), uid, CacheEnv)
	}
	if last, err := os.Stat(filepath.Join(dir, trimmed)); err != nil || time.Since(last.ModTime()) > trimPause {
		if err := os.WriteFile(filepath.Join(dir, trimmed), nil, 0o600); err != nil {
			return fmt.Errorf("the cache cannot be written: %w; set %s to another directory", err, CacheEnv)
		}
		TrimCache(dir, CacheAge, CacheSize, time.Now())
		removeRaces(time.Now())
	}
	return nil
}

// racesPrefix begins the names of temporary directories with reports of races.
const racesPrefix = "ipccheck-races-"

// removeRaces removes those that commands have left behind which were killed.
func removeRaces(now time.Time) {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), racesPrefix+"*"))
	for _, dir := range dirs {
		if !usedSince(dir, now.Add(-24*time.Hour)) {
			_ = os.RemoveAll(dir)
		}
	}
}

// trimmed is a file whose time says when the cache was trimmed.
const trimmed = "trimmed"

// entry is a file of the cache, or a directory.
type entry struct {
	path string
	size uint64
	used time.Time
}

// entryName is how names of entries look: nothing else is ever removed, whatever the
// directory is.
var entryName = regexp.MustCompile(`^([0-9a-f]{64}\.(go|json|overlay|bin|bin\.sum|bin\.[0-9]+)|\.new[0-9]+|mod-[0-9a-f]{16}|run-[0-9a-f]{16}\.json)$`)

// entries are what is in a cache, what was not used for longest first.
func entries(dir string) (list []entry, size uint64) {
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !entryName.MatchString(f.Name()) {
			continue
		}
		e := entry{filepath.Join(dir, f.Name()), uint64(info.Size()), info.ModTime()}
		if f.IsDir() {
			_ = filepath.WalkDir(e.path, func(_ string, d fs.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() {
					if i, err := d.Info(); err == nil {
						e.size += uint64(i.Size())
					}
				}
				return nil
			})
		}
		list, size = append(list, e), size+e.size
	}
	slices.SortFunc(list, func(a, b entry) int { return a.used.Compare(b.used) })
	return list, size
}

// KeepRun keeps a file with a run in the cache, and returns its path.
func KeepRun(text []byte) (string, error) {
	dir := CacheDir()
	if err := openCache(dir); err != nil {
		return "", err
	}
	path := filepath.Join(dir, fmt.Sprintf("run-%.8x.json", sha256.Sum256(text)))
	if intact, err := os.ReadFile(path); err == nil && bytes.Equal(intact, text) {
		uses(path)
		return path, nil
	}
	return path, writeFile(path, text)
}

// CacheUse is how many bytes a cache has, and entries.
func CacheUse(dir string) (bytes uint64, n int) {
	list, size := entries(dir)
	return size, len(list)
}

// TrimCache removes from a cache what was not used for longer than age, and what was
// not used for longest until size bytes are left; nothing that was used in the last
// hour. Errors leave an entry for the next time.
func TrimCache(dir string, age time.Duration, size uint64, now time.Time) {
	list, have := entries(dir)
	for _, e := range list {
		idle := now.Sub(e.used)
		if idle < justNow || idle < age && have <= size {
			continue
		}
		if os.RemoveAll(e.path) == nil {
			have -= e.size
		}
	}
}

// ClearCache removes all that is in a cache.
func ClearCache(dir string) error {
	list, _ := entries(dir)
	var all error
	for _, e := range list {
		all = errors.Join(all, os.RemoveAll(e.path))
	}
	return all
}

// uses notes that something in the cache is used.
func uses(path string) {
	if now := time.Now(); !usedSince(path, now.Add(-justNow/2)) {
		_ = os.Chtimes(path, now, now)
	}
}

func usedSince(path string, when time.Time) bool {
	info, err := os.Stat(path)
	return err == nil && info.ModTime().After(when)
}

// keep writes a text to the cache and returns the file.
func (b *Builder) keep(text []byte) (string, error) {
	sum := sha256.Sum256(text)
	file := filepath.Join(b.Cache, hex.EncodeToString(sum[:])+".go")
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, text) {
		uses(file)
		return file, nil
	}
	return file, writeFile(file, text)
}

// intact reports whether a file that [Builder.keep] has written is as it was.
func intact(file string) bool {
	sum, err := sumOf(file)
	if err != nil || sum != strings.TrimSuffix(filepath.Base(file), ".go") {
		return false
	}
	uses(file)
	return true
}

// sumOf is the checksum of a file.
func sumOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// sealed reports whether a program in the cache is as it was when it was built: a file
// beside it has its checksum.
func sealed(binary string) bool {
	want, err := os.ReadFile(binary + ".sum")
	if err != nil {
		return false
	}
	if have, err := sumOf(binary); err != nil || have != string(want) {
		return false
	}
	uses(binary)
	uses(binary + ".sum")
	return true
}

// seal puts a program into the cache that was built beside it.
func seal(built, binary string) error {
	sum, err := sumOf(built)
	if err == nil {
		err = writeFile(binary+".sum", []byte(sum))
	}
	if err == nil {
		err = os.Rename(built, binary)
	}
	return err
}

// writeFile writes a file at once: another process sees all of it or nothing.
func writeFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
