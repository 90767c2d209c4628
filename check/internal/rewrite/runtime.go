package rewrite

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/embedded"
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/oracle"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	ipcrt "github.com/ipccheck/ipccheck/check/internal/rt"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/spelling"
	"github.com/ipccheck/ipccheck/check/internal/world"
	_ "github.com/ipccheck/ipccheck/check/sched"   // adds its source code
	_ "github.com/ipccheck/ipccheck/check/verdict" // adds its source code
)

// sources are part of every key of the cache: it changes when the edits do.
//
//go:embed *.go child/*.go wire/*.go standard/*
var sources embed.FS

// virtualImports is how the packages of the runtime name one another; see [virtual].
var virtualImports = regexp.MustCompile(`"` + regexp.QuoteMeta(own) + `(internal/)?`)

// readRuntime collects the source code that is built into rewritten programs, and
// what is laid over packages of GOROOT.
func (b *Builder) readRuntime() error {
	b.runtime = map[string][]byte{}
	for path, source := range map[string]embed.FS{
		"exec": exec.Files, "prim": prim.Files, "rt": ipcrt.Files, "search": search.Files, "image": image.Files, "world": world.Files, "oracle": oracle.Files, "spelling": spelling.Files,
		"sched": embedded.Of("sched"), "verdict": embedded.Of("verdict"), "rewrite": sources,
	} {
		err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || filepath.Base(name) == "files.go" || filepath.Ext(name) != ".go" || path == "rewrite" && !strings.Contains(name, "/") {
				return err
			}
			text, err := source.ReadFile(name)
			if err != nil {
				return err
			}
			b.runtime[filepath.Join(b.goroot, "src", "ipccheck", path, name)] = virtualImports.ReplaceAll(text, []byte(`"ipccheck/`))
			return nil
		})
		if err != nil {
			return err
		}
	}
	for name, text := range image.Overlay() {
		b.runtime[filepath.Join(b.goroot, "src", name)] = text
	}
	probed, err := b.probes()
	if err != nil {
		return err
	}
	maps.Copy(b.runtime, probed)
	b.runtime[filepath.Join(b.goroot, "src", "os", "zz_ipccheck_pipes.go")] = pipesFile
	b.runtime[filepath.Join(b.goroot, "src", "ipccheck", "rewrite", "child", "pipes.go")] = childFile
	if runtime.GOOS == "linux" {
		b.runtime[filepath.Join(b.goroot, "src", "syscall", "zz_ipccheck_called.go")] = calledFile
	}
	h := sha256.New()
	for _, name := range sortedKeys(b.runtime) {
		fmt.Fprintf(h, "%s\x00%s\x00", name, b.runtime[name])
	}
	err = fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := sources.ReadFile(name)
		fmt.Fprintf(h, "%s\x00%s\x00", name, text)
		return err
	})
	if err != nil {
		return err
	}
	b.runtimeKey = hex.EncodeToString(h.Sum(nil))
	return nil
}
