// Transparent rewrites the tests of well-known modules, runs them without control,
// and says whether they do what they do as they are. The modules come from the
// module proxy.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/ipccheck/ipccheck/check/internal/measure/fetch"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
)

// modules make much use of what is rewritten.
var modules = []string{
	"golang.org/x/sync@v0.19.0",
	"github.com/sourcegraph/conc@v0.3.0",
	"github.com/gammazero/workerpool@v1.1.3",
	"github.com/jackc/puddle/v2@v2.2.2",
	"github.com/patrickmn/go-cache@v2.1.0+incompatible",
	"github.com/eapache/channels@v1.1.0",
	"github.com/puzpuzpuz/xsync/v4@v4.5.0",
	"github.com/alitto/pond/v2@v2.3.2",
	"github.com/enriquebris/goconcurrentqueue@v0.7.0",
	"github.com/hashicorp/golang-lru/v2@v2.0.7",
	"github.com/smallnest/chanx@v1.2.0",
	"github.com/maypok86/otter@v1.2.4",
	"go.uber.org/atomic@v1.11.0",
}

func main() {
	flag.Usage = func() { fmt.Fprintln(os.Stderr, "usage: transparent [module@version...]") }
	flag.Parse()
	list := flag.Args()
	if len(list) == 0 {
		list = modules
	}
	different := 0
	for _, m := range list {
		same, what, err := compare(m)
		if err != nil {
			what = err.Error()
		}
		if !same {
			different++
		}
		fmt.Printf("%-52s same: %-5v %s\n", m, same, what)
	}
	if different > 0 {
		os.Exit(1)
	}
}

// compare runs the tests of a module both ways.
func compare(module string) (same bool, what string, err error) {
	ctx := context.Background()
	dir, err := fetch.Module(ctx, module)
	if err != nil {
		return false, "", err
	}
	defer os.RemoveAll(dir)
	inDir := func(args ...string) error {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		return cmd.Run()
	}
	b := &rewrite.Builder{Dir: dir}
	targets, err := b.Tests(ctx, []string{"./..."})
	if err != nil {
		return false, "", err
	}
	same = true
	n := 0
	for _, t := range targets {
		if t.Err != "" {
			same, what = false, t.ImportPath+": "+t.Err
			continue
		}
		if t.Binary == "" {
			continue
		}
		n += len(t.Tests)
		plain := inDir("test", "-short", "-count=1", "-run", "^Test", t.ImportPath) == nil
		rewritten := t.Plain(ctx, []string{"-test.short", "-test.run=^Test"}, io.Discard) == 0
		if plain != rewritten {
			same, what = false, fmt.Sprintf("%s passes as it is: %v, and rewritten: %v", t.ImportPath, plain, rewritten)
		}
	}
	if same {
		what = fmt.Sprintf("%d test functions", n)
	}
	return same, what, nil
}
