package rewrite

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOurFaultsAreTold(t *testing.T) {
	report := func(first string, frames ...string) string {
		text := first + "\n\ngoroutine 7 [running]:\n"
		for _, f := range frames {
			text += f + "\n\t/usr/local/go/src/x.go:1 +0x1d\n"
		}
		return text
	}
	const panics = "panic: runtime error: index out of range [recovered]"
	assert.Equal(t, "ipccheck/search.(*explorer).run", ourFault(report(panics, "panic({0x1, 0x2})", "runtime.goPanicIndex(0x1)", "ipccheck/search.(*explorer).run(0xc0)", "main.F()")))
	assert.Empty(t, ourFault(report(panics, "panic({0x1, 0x2})", "main.F()", "ipccheck/search.(*explorer).run(0xc0)")))
	assert.Empty(t, ourFault(report("panic: sync: negative WaitGroup counter", "panic({0x1, 0x2})", "ipccheck/sched/sync.(*WaitGroup).Add(0xc0)", "main.F()")))
	assert.Equal(t, "ipccheck/exec.timers.swap", ourFault(report(panics, "testing.tRunner.func1()", "panic({0x1, 0x2})", "ipccheck/exec.timers.swap(0xc0)", "ipccheck/exec.(*Exec).run(0xc0)", "ipccheck/search.(*explorer).run(0xc0)")))
	assert.Empty(t, ourFault(report(panics, "panic({0x1, 0x2})", "ipccheck/exec.Close(0xc0)", "main.F()", "ipccheck/exec.(*G).call(0xc0)", "ipccheck/exec.(*Exec).run(0xc0)")))
	assert.Empty(t, ourFault("exit status 2"))
	assert.Empty(t, ourFault(""))
}

func TestStallsSayWhere(t *testing.T) {
	const dump = `SIGQUIT: quit

goroutine 1 [chan receive]:
testing.(*T).Run(0xc000)
	/usr/local/go/src/testing/testing.go:1 +0x1
main.main()
	_testmain.go:48 +0xa5

goroutine 7 [runnable]:
example.com/q.bad.Error(...)
	/home/me/q/q.go:12
ipccheck/search.panicText({0x1, 0x2})
	/usr/local/go/src/ipccheck/search/judge.go:70 +0x1
example.com/q.TestBad(0xc000)
	/home/me/q/q_test.go:3 +0x1
`
	assert.Equal(t, "in example.com/q.bad.Error at q.go:12 (runnable)", stuckAt(dump))
	assert.Equal(t, "", stuckAt(strings.Replace(dump, "example.com/q.bad.Error(...)", "ipccheck/search.(*explorer).run(0x1)", 1)))
	assert.Equal(t, "in testing.(*T).Run at testing.go:1 (chan receive)", startsAt(dump))
}

func TestOutputIsCut(t *testing.T) {
	c := &capture{marker: "|"}
	write := func(s string) {
		n, err := c.Write([]byte(s))
		assert.NoError(t, err)
		assert.Equal(t, len(s), n)
	}
	write("before|short|")
	assert.Equal(t, "short", c.settled(2))
	for range 100 {
		write(strings.Repeat("x", 100_000))
	}
	write("end|")
	shown := c.settled(3)
	assert.True(t, strings.HasPrefix(shown, "… (9983619 bytes before this are cut)\nxxx"), shown[:60])
	assert.True(t, strings.HasSuffix(shown, "xxxend"))
	assert.Less(t, len(c.last), 1<<20)
}
