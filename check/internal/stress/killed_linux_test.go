package stress

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/procs"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/mq"
)

// envParent makes a process of this test the parent of a long run: over which
// transport, and how it ends if it is not killed. envRun marks all processes of the
// run.
const (
	envParent = "IPCCHECK_STRESS_PARENT"
	envRun    = "IPCCHECK_STRESS_RUN"
)

// loud is the mailbox on a queue, and says what the queue is called.
const loud = "mailbox-mq, loud"

// held is what follows the name of a transport whose parent says that it is made,
// and then starts no worker.
const held = ", held"

func init() {
	register(transport{
		name: loud,
		open: func(s *setup, c Config) error {
			err := transports["mailbox-mq"].open(s, c)
			if err == nil {
				fmt.Println(s.path)
			}
			return err
		},
		join: func(j job, files []*os.File) (impl.Messages, error) {
			return transports["mailbox-mq"].join(j, files)
		},
	})
}

func init() {
	for _, name := range []string{"fifo", "mailbox"} {
		register(transport{
			name: name + held,
			open: func(s *setup, c Config) error {
				err := transports[name].open(s, c)
				fmt.Println("made")
				time.Sleep(time.Hour) // it is killed
				return err
			},
		})
	}
}

// parent makes a long run and says a line now and then.
func parent(what string) {
	transport, ends, _ := strings.Cut(what, ": ")
	said := 0
	c := Config{Transport: transport, Producers: 2, Consumers: 2, Items: 1_000_000, Size: 64, Capacity: 8, Progress: func(int, int) {
		fmt.Println("moved")
		switch said++; {
		case said < 3:
		case ends == "panics":
			panic("as it should")
		case ends == "panics elsewhere":
			go panic("as it should")
		}
	}}
	fmt.Println("begins")
	_, err := Run(context.Background(), c, patience)
	fmt.Println("ended:", err)
}

// run is one of whose processes a test waits for the end.
type run struct {
	cmd   *exec.Cmd
	out   *bufio.Scanner
	err   bytes.Buffer
	mark  string
	files string // where it has them
}

func startRun(t *testing.T, what string) *run {
	t.Helper()
	r := &run{files: t.TempDir(), cmd: exec.Command(os.Args[0])}
	r.mark = envRun + "=" + r.files
	r.cmd.Env = append(os.Environ(), envParent+"="+what, r.mark, "TMPDIR="+r.files)
	r.cmd.Stderr = &r.err
	out, err := r.cmd.StdoutPipe()
	require.NoError(t, err)
	r.out = bufio.NewScanner(out)
	require.NoError(t, r.cmd.Start())
	t.Cleanup(func() { _ = r.cmd.Process.Kill(); _ = r.cmd.Wait() })
	return r
}

// left are the processes of the run that have not ended.
func (r *run) left() (pids []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range all {
		if env, err := os.ReadFile(name); err == nil && bytes.Contains(env, []byte(r.mark+"\x00")) {
			pids = append(pids, filepath.Base(filepath.Dir(name)))
		}
	}
	return pids
}

// leavesNothing: when all processes have ended, which they do.
func (r *run) leavesNothing(t *testing.T, queue string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	assert.True(t, procs.Until(ctx, watch, func() bool { return len(r.left()) == 0 }), "processes %v", r.left())
	files, err := os.ReadDir(r.files)
	require.NoError(t, err)
	assert.Empty(t, files)
	if queue != "" {
		_, err := mq.Open("/" + queue + "-" + box)
		assert.ErrorIs(t, err, os.ErrNotExist)
	}
}

// TestKilledParentLeavesNothing kills the parent of a run after it has said so many
// lines.
func TestKilledParentLeavesNothing(t *testing.T) {
	rings := func() []string {
		left, err := filepath.Glob("/dev/shm/ipccheck-*")
		require.NoError(t, err)
		return left
	}
	before := rings()
	for transport, points := range map[string][]int{"fifo": {0, 1, 4}, "mailbox": {1, 2, 6}, loud: {1, 2, 3, 5}, "mq": {3}, "shm": {3}} {
		for _, lines := range points {
			r := startRun(t, transport)
			queue := ""
			for i := range lines {
				require.True(t, r.out.Scan(), "%s: %s", transport, &r.err)
				if transport == loud && i == 1 {
					queue = r.out.Text()
				}
			}
			require.NoError(t, r.cmd.Process.Kill())
			_ = r.cmd.Wait()
			r.leavesNothing(t, queue)
		}
	}
	// Where it has just made a name, and nobody has begun.
	for _, transport := range []string{"fifo", "mailbox"} {
		r := startRun(t, transport+held)
		for range 2 { // it begins, and has made the name
			require.True(t, r.out.Scan(), "%s: %s", transport, &r.err)
		}
		files, err := os.ReadDir(r.files)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		require.NoError(t, r.cmd.Process.Kill())
		_ = r.cmd.Wait()
		r.leavesNothing(t, "")
	}
	assert.Equal(t, before, rings())
}

// TestParentThatPanicsLeavesNothing: where its deferred functions run, and where
// they do not.
func TestParentThatPanicsLeavesNothing(t *testing.T) {
	for _, what := range []string{"fifo: panics", "mailbox: panics elsewhere", loud + ": panics", loud + ": panics elsewhere"} {
		r := startRun(t, what)
		queue := ""
		for i := 0; r.out.Scan(); i++ {
			if strings.HasPrefix(what, loud) && i == 1 {
				queue = r.out.Text()
			}
		}
		require.Error(t, r.cmd.Wait())
		assert.Equal(t, 2, r.cmd.ProcessState.ExitCode(), what)
		assert.Contains(t, r.err.String(), "panic: as it should")
		r.leavesNothing(t, queue)
	}
}
