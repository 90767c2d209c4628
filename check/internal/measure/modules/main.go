// Modules runs `ipccheck test` on the tests of well-known modules, as they come
// from the module proxy, and prints what became of each test: a table, and a line
// for each test that does not pass. Each failure has been read; the file says what
// it is. One that the file does not know counts as unread, and the exit code is 1
// if there is one, or a false alarm.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/command"
	"github.com/ipccheck/ipccheck/check/internal/measure/fetch"
)

// modules synchronise. What stands behind a version are the packages, if not all
// are meant.
var modules = []string{
	"golang.org/x/sync@v0.19.0",
	"golang.org/x/time@v0.14.0",
	"github.com/sourcegraph/conc@v0.3.0",
	"github.com/gammazero/workerpool@v1.1.3",
	"github.com/jackc/puddle/v2@v2.2.2",
	"github.com/patrickmn/go-cache@v2.1.0+incompatible",
	"github.com/eapache/channels@v1.1.0",
	"github.com/eapache/go-resiliency@v1.7.0",
	"github.com/puzpuzpuz/xsync/v4@v4.5.0",
	"github.com/alitto/pond/v2@v2.3.2",
	"github.com/panjf2000/ants/v2@v2.11.3",
	"github.com/hashicorp/golang-lru/v2@v2.0.7",
	"github.com/smallnest/chanx@v1.2.0",
	"github.com/maypok86/otter@v1.2.4",
	"github.com/jellydator/ttlcache/v3@v3.4.0",
	"github.com/bluele/gcache@v0.0.2",
	"github.com/jonboulle/clockwork@v0.5.0",
	"github.com/benbjohnson/clock@v1.3.5",
	"github.com/cenkalti/backoff/v4@v4.3.0",
	"github.com/avast/retry-go/v4@v4.7.0",
	"github.com/sony/gobreaker/v2@v2.4.0",
	"go.uber.org/ratelimit@v0.3.1",
	"github.com/juju/ratelimit@v1.0.2",
	"github.com/orcaman/concurrent-map/v2@v2.0.1",
	"github.com/cskr/pubsub@v1.0.2",
	"github.com/asaskevich/EventBus@v0.0.0-20200907212545-49d423059eef",
	"github.com/ThreeDotsLabs/watermill@v1.5.1 ./message/... ./pubsub/gochannel/... ./components/...",
	"github.com/robfig/cron/v3@v3.0.1",
	"github.com/google/btree@v1.1.3",
	"github.com/oklog/run@v1.2.0",
	"go.uber.org/atomic@v1.11.0",
	"k8s.io/client-go@v0.35.0 ./util/workqueue/... ./util/flowcontrol/...",
	// Their tests use HTTP.
	"github.com/go-chi/chi/v5@v5.5.0",
	"github.com/gorilla/websocket@v1.5.3",
	"github.com/hashicorp/go-retryablehttp@v0.7.8",
	"github.com/julienschmidt/httprouter@v1.3.0",
}

func main() {
	c := config{}
	flag.StringVar(&c.budget, "budget", "2000,5s", "of a test, as ipccheck has it")
	flag.DurationVar(&c.limit, "limit", 5*time.Minute, "time for a module, building included")
	flag.StringVar(&c.events, "events", "", "folder for what ipccheck prints about each module, with its traces")
	flag.StringVar(&c.read, "read", "check/internal/measure/modules/testdata/fails.txt", "the file that says of each failure what it is")
	only := flag.String("run", "", "pattern of the modules")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: modules [flags] [\"module@version packages...\"...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	list := flag.Args()
	if len(list) == 0 {
		list = modules
	}
	right, err := run(os.Stdout, c, list, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "modules:", err)
		os.Exit(2)
	}
	if !right {
		os.Exit(1)
	}
}

// config is what flags say.
type config struct {
	budget, events, read string
	limit                time.Duration
}

// run explores the modules whose names match. right: every failure has been read,
// none is a false alarm, and all modules were explored.
func run(w io.Writer, c config, list []string, only string) (right bool, err error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return false, err
	}
	text, err := os.ReadFile(c.read)
	if err != nil {
		return false, err
	}
	read, err := parseRead(string(text))
	if err != nil {
		return false, fmt.Errorf("%s: %w", c.read, err)
	}
	t := table{read: read}
	for _, m := range list {
		if !pattern.MatchString(m) {
			continue
		}
		name, packages, _ := strings.Cut(m, " ")
		if packages == "" {
			packages = "./..."
		}
		events, err := explore(c, name, strings.Fields(packages))
		if err != nil {
			fmt.Fprintf(w, "%s: not explored: %v\n", name, err)
			t.unexplored++
			continue
		}
		rest, err := t.add(name, events)
		if err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprint(w, rest)
	}
	fmt.Fprint(w, "\n", t.markdown())
	return t.unread == 0 && t.alarms == 0 && t.unexplored == 0, nil
}

// explore runs ipccheck on packages of a module, and returns its JSON.
func explore(c config, module string, packages []string) ([]byte, error) {
	ctx := context.Background()
	dir, err := fetch.Module(ctx, module)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	args := append([]string{"test", "-C", dir, "-json", "-budget", c.budget, "-timeout", c.limit.String()}, packages...)
	var out, errs bytes.Buffer
	// The exit code is that of the worst test.
	command.Run(ctx, args, strings.NewReader(""), &out, &errs, os.Environ())
	events := bytes.ReplaceAll(out.Bytes(), []byte(dir+"/"), nil)
	if c.events != "" {
		file := filepath.Join(c.events, strings.ReplaceAll(path.Clean(module), "/", "-")+".json")
		if err := os.WriteFile(file, events, 0o666); err != nil {
			return nil, err
		}
	}
	if len(events) == 0 {
		return nil, fmt.Errorf("nothing was explored: %s", errs.String())
	}
	return events, nil
}
