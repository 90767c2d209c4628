package child

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// report is one of the race detector: main wrote, and a goroutine of its reads in a
// function of the standard library.
const report = `WARNING: DATA RACE
Read at 0x00c0000a6f50 by goroutine 20:
  bytes.(*Buffer).Len()
      ROOTbytes/buffer.go:304 +0x34
  example.com/m.ipccheckTestX.func1()
      /home/u/m/m_test.go:7 +0x84
  ipccheck/sched.(*G).call()
      /usr/local/go/src/ipccheck/sched/exec.go:431 +0x67

Previous write at 0x00c0000a6f50 by goroutine 19:
  example.com/m.ipccheckTestX()
      /home/u/m/m_test.go:9 +0x84
  ipccheck/rewrite/child.(*explorer).body.func1()
      /usr/local/go/src/ipccheck/search/explore.go:130 +0xdd

Goroutine 20 (running) created at:
  ipccheck/sched.(*G).revive()
      /usr/local/go/src/ipccheck/sched/coroutine_race.go:73 +0x57
  ipccheck/sched.Go()
      /usr/local/go/src/ipccheck/sched/exec.go:741 +0x33
  example.com/m.ipccheckTestX()
      /home/u/m/m_test.go:6 +0xa4
  ipccheck/rewrite/child.(*explorer).body.func1()
      /usr/local/go/src/ipccheck/search/explore.go:130 +0xdd

Goroutine 19 (running) created at:
  ipccheck/sched.(*G).revive()
      /usr/local/go/src/ipccheck/sched/coroutine_race.go:73 +0x57
  ipccheck/rewrite/child.(*explorer).strategies()
      /usr/local/go/src/ipccheck/search/explore.go:130 +0xdd
  example.com/m.TestX()
      /home/u/m/m_test.go:15 +0xa4
==================
`

func TestRaceReportsAreRead(t *testing.T) {
	log := raceLog{path: filepath.Join(t.TempDir(), "report")}
	write := func(text string) {
		f, err := os.OpenFile(fmt.Sprint(log.path, ".", os.Getpid()), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		require.NoError(t, err)
		_, err = f.WriteString(strings.ReplaceAll(text, "ROOT", world.Root))
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	message, accesses := log.next()
	assert.Empty(t, accesses, "nothing has been written")
	assert.NotEmpty(t, message)
	write(report)
	message, accesses = log.next()
	assert.Equal(t, []verdict.Access{
		{Position: "m_test.go:7", Function: "bytes.(*Buffer).Len", Started: "m_test.go:6"},
		{Write: true, Position: "m_test.go:9", Function: "example.com/m.TestX"},
	}, accesses)
	assert.Equal(t, "nothing orders the read at m_test.go:7 in bytes.(*Buffer).Len by the goroutine started at m_test.go:6 and the earlier write at m_test.go:9 in m.TestX by main", message)
	assert.NotContains(t, log.last, "ipccheck")
	assert.Contains(t, log.last, "Read by goroutine 1:\n")
	assert.Contains(t, log.last, "\nGoroutine 1 (running) created at:\n")
	assert.NotContains(t, log.last, "0x00c")
	assert.Contains(t, log.last, "\nGoroutine 2 (running) created by what runs the test")
	assert.NotContains(t, log.last, "m_test.go:15", "which has no such line")
	write(strings.Replace(report, "  bytes", strings.Repeat("  m.f()\n      /m.go:1 +0x1\n", 30)+"  bytes", 1))
	_, _ = log.next()
	assert.Contains(t, log.last, "  … 12 more\n\nPrevious write by goroutine 2:\n")
	write(strings.Replace(report, "Goroutine 20 (running) created at:\n  ipccheck/sched.(*G).revive()\n      /usr/local/go/src/ipccheck/sched/coroutine_race.go:73 +0x57\n  ipccheck/sched.Go()\n      /usr/local/go/src/ipccheck/sched/exec.go:741 +0x33\n  example.com/m.ipccheckTestX()\n      /home/u/m/m_test.go:6 +0xa4\n", "Goroutine 20 (running) created at:\n", 1))
	message, _ = log.next()
	assert.Contains(t, message, "by a timer's goroutine", "only what is new is read")
	write(strings.Replace(report, "  example.com/m.ipccheckTestX()\n      /home/u/m/m_test.go:6 +0xa4\n", "  net/http.(*Server).Serve()\n      ROOTnet/http/server.go:3464 +0xa4\n  ipccheck/exec.(*G).call()\n      /usr/local/go/src/ipccheck/exec/goroutine.go:336 +0x68\n\n", 1))
	message, _ = log.next()
	assert.Contains(t, message, "by the goroutine started at server.go:3464", "by one of the standard library")
}

// What a goroutine of the standard library's own does beside what the program calls there
// is no race of the program; what two of the program's do in the library is one.
func TestReportsOfTheLibraryAlone(t *testing.T) {
	own := strings.Replace(strings.ReplaceAll(report, "ROOT", world.Root), "  example.com/m.ipccheckTestX()\n      /home/u/m/m_test.go:9 +0x84\n", "  os/signal.loop()\n      "+world.Root+"os/signal/signal_unix.go:24 +0x1\n", 1)
	p := patternsOfReports()
	assert.False(t, p.ofLibrary(strings.ReplaceAll(report, "ROOT", world.Root)))
	assert.False(t, p.ofLibrary(own), "the program has started both")
	own = strings.Replace(own, "Goroutine 19 (running) created at:\n  ipccheck/sched.(*G).revive()\n      /usr/local/go/src/ipccheck/sched/coroutine_race.go:73 +0x57\n", "Goroutine 19 (running) created at:\n  os/signal.Notify.func1.1()\n      "+world.Root+"os/signal/signal.go:151 +0x1\n", 1)
	assert.True(t, p.ofLibrary(own))

	log := raceLog{path: filepath.Join(t.TempDir(), "report")}
	file := fmt.Sprint(log.path, ".", os.Getpid())
	require.NoError(t, os.WriteFile(file, []byte(own), 0o600))
	message, accesses := log.next()
	assert.Empty(t, message)
	assert.Empty(t, accesses)
	log.read = 0
	require.NoError(t, os.WriteFile(file, []byte(own+strings.ReplaceAll(report, "ROOT", world.Root)), 0o600))
	message, _ = log.next()
	assert.Contains(t, message, "m_test.go:7", "the other one is told")
}
