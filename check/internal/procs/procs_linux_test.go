package procs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/model"
)

// kinds are the workers of the tests.
var kinds = map[string]func(*Worker) error{
	"count": func(w *Worker) error {
		var n int
		if err := w.Args(&n); err != nil {
			return err
		}
		for range n {
			w.Log.Begin(model.Op{Kind: model.Send, Value: int64(n)})
			w.Log.End(model.Result{})
		}
		return nil
	},
	"hang": func(w *Worker) error {
		w.Log.Begin(model.Op{Kind: model.Recv})
		select {}
	},
	"fail":  func(*Worker) error { return errors.New("as it should") },
	"panic": func(*Worker) error { panic("as it should") },
	"noise": func(*Worker) error { fmt.Fprint(os.Stderr, strings.Repeat("x", 1<<20)); return errors.New("") },
	"file": func(w *Worker) error {
		_, err := w.Files[0].WriteString("here")
		return err
	},
	"flag": func(w *Worker) error {
		for w.Flag() == 0 {
			time.Sleep(time.Millisecond)
		}
		return nil
	},
	// starts a worker of its own, tells its number and is killed
	"parent": func(w *Worker) error {
		os.Unsetenv(env)
		g, err := Start([]Spec{{Kind: "hang", Room: 1}})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(w.Files[0], g.workers[0].cmd.Process.Pid)
		if err != nil {
			return err
		}
		select {}
	},
	// leaves a folder to a janitor
	"untidy": func(w *Worker) error {
		os.Unsetenv(env)
		j, err := NewJanitor(removers)
		if err != nil {
			return err
		}
		var dir string
		if err := w.Args(&dir); err != nil {
			return err
		}
		if _, err := j.Keep("directory", dir); err != nil {
			return err
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
		_, err = fmt.Fprintln(w.Files[0], j.cmd.Process.Pid)
		if err != nil {
			return err
		}
		select {}
	},
}

var removers = Removers{"directory": os.RemoveAll}

func TestMain(m *testing.M) {
	Main(kinds, removers)
	os.Exit(m.Run())
}

func start(t *testing.T, specs ...Spec) *Group {
	t.Helper()
	for i := range specs {
		specs[i].Room = max(specs[i].Room, 1)
	}
	g, err := Start(specs)
	require.NoError(t, err)
	t.Cleanup(g.Close)
	return g
}

func TestWorkersRecord(t *testing.T) {
	g := start(t, Spec{Kind: "count", Args: 5, Room: 5}, Spec{Kind: "flag"})
	<-g.Done(0)
	g.Set(1)
	over, err := g.Wait(context.Background())
	require.NoError(t, err)
	assert.True(t, over)
	calls, err := g.Calls(0, 3)
	require.NoError(t, err)
	require.Len(t, calls, 5)
	assert.Equal(t, int32(3), calls[0].Proc)
	assert.Equal(t, int64(5), calls[4].Value)
	assert.Equal(t, 5, g.Operations())
}

func TestFailuresAreTold(t *testing.T) {
	for kind, want := range map[string]string{"fail": "ipccheck worker: as it should", "panic": "panic: as it should", "unknown": `unknown kind "unknown"`} {
		g := start(t, Spec{Kind: kind})
		_, err := g.Wait(context.Background())
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "worker 0 ("+kind+")")
	}
	g := start(t, Spec{Kind: "noise"})
	_, err := g.Wait(context.Background())
	assert.Less(t, len(err.Error()), 5000)
	_, err = Start([]Spec{{Kind: "count", Room: 1, Args: func() {}}})
	assert.ErrorContains(t, err, "unsupported type")
}

func TestWorkersThatHangAreEnded(t *testing.T) {
	g := start(t, Spec{Kind: "hang"}, Spec{Kind: "count", Args: 1})
	<-g.Done(1)
	require.True(t, Until(context.Background(), time.Millisecond, func() bool { return g.Operations() == 2 }))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	over, err := g.Wait(ctx)
	require.NoError(t, err)
	assert.False(t, over)
	calls, err := g.Calls(0, 0)
	require.NoError(t, err)
	assert.True(t, calls[0].Pending(), "its log survives it")
	assert.False(t, Until(ctx, time.Millisecond, func() bool { return false }))
}

func TestKilledIsNoFailure(t *testing.T) {
	g := start(t, Spec{Kind: "hang"})
	g.Signal(0, syscall.SIGKILL)
	_, err := g.Wait(context.Background())
	assert.NoError(t, err)
	assert.True(t, g.Killed(0))
	g.Signal(0, syscall.SIGKILL) // it is gone already
}

func TestFilesAreHandedOn(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	g := start(t, Spec{Kind: "file", Files: []*os.File{w}})
	w.Close()
	_, err = g.Wait(context.Background())
	require.NoError(t, err)
	buf := make([]byte, 10)
	n, err := r.Read(buf)
	require.NoError(t, err)
	assert.Equal(t, "here", string(buf[:n]))
}

// TestNobodyOutlivesTheParent kills a parent, whose worker must die too.
func TestNobodyOutlivesTheParent(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	g := start(t, Spec{Kind: "parent", Files: []*os.File{w}})
	w.Close()
	pid := number(t, r)
	g.Signal(0, syscall.SIGKILL)
	<-g.Done(0)
	assert.True(t, ends(t, pid))
}

// number reads the number of a process.
func number(t *testing.T, r *os.File) int {
	t.Helper()
	buf := make([]byte, 32)
	n, err := r.Read(buf)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(buf[:n])))
	require.NoError(t, err)
	return pid
}

// ends waits until the process has ended.
func ends(t *testing.T, pid int) bool {
	return Until(t.Context(), time.Millisecond, func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(stat), ") Z ")
	})
}

func TestPlainProgramIsNoWorker(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run", "^$")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err)
	assert.Contains(t, string(out), "PASS")
}
