package sched_test

import (
	"embed"
	"go/importer"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/embedded"
	"github.com/ipccheck/ipccheck/check/internal/rt"
	"github.com/ipccheck/ipccheck/check/record"
)

// TestDropInsAreComplete: whatever a program uses of the standard package is there.
func TestDropInsAreComplete(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs on one thread: the race detector has nothing to see")
	}
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	dropIns := map[string]string{}
	for above, files := range map[string]embed.FS{"sched": embedded.Of("sched"), "internal/rt": rt.Files} {
		for name, dir := range embedded.StandIns(files) {
			if !strings.Contains(name, ".") { // a package
				dropIns[name] = above + "/" + dir
			}
		}
	}
	require.Contains(t, dropIns, "testing/synctest")
	for name, path := range dropIns {
		std, err := imp.Import(name)
		require.NoError(t, err)
		ours, err := imp.Import("github.com/ipccheck/ipccheck/check/" + path)
		require.NoError(t, err)
		for _, n := range std.Scope().Names() {
			o := std.Scope().Lookup(n)
			if !o.Exported() || name == "testing" && (n == "Main" || n == "MainStart" || n == "RegisterCover" || n == "RunBenchmarks" || n == "RunExamples") {
				continue
			}
			have := ours.Scope().Lookup(n)
			if !assert.NotNil(t, have, "%s.%s", name, n) {
				continue
			}
			tn, ok := o.(*types.TypeName)
			if !ok || types.IsInterface(tn.Type()) {
				continue
			}
			if name == "sync" && (n == "Mutex" || n == "RWMutex" || n == "WaitGroup" || n == "Once") || name == "sync/atomic" {
				sizes := types.SizesFor("gc", "amd64")
				if _, generic := tn.Type().(*types.Named); !generic || tn.Type().(*types.Named).TypeParams().Len() == 0 {
					assert.Equal(t, sizes.Sizeof(tn.Type()), sizes.Sizeof(have.Type()), "size of %s.%s: some programs pad with it", name, n)
				}
			}
			methods := types.NewMethodSet(types.NewPointer(tn.Type()))
			our := types.NewMethodSet(types.NewPointer(have.Type()))
			for i := range methods.Len() {
				m := methods.At(i).Obj()
				if m.Exported() {
					assert.NotNil(t, our.Lookup(ours, m.Name()), "%s.%s.%s", name, n, m.Name())
				}
			}
			if s, ok := tn.Type().Underlying().(*types.Struct); ok {
				for i := range s.NumFields() {
					if f := s.Field(i); f.Exported() {
						field, _, _ := types.LookupFieldOrMethod(have.Type(), true, ours, f.Name())
						assert.NotNil(t, field, "%s.%s.%s", name, n, f.Name())
					}
				}
			}
		}
	}
}
