package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// timed is a submission for testdata/assignments/semaphores, without what Put does when
// there is no room.
const timed = `package buffer

import (
	"context"
	"fmt"
	"log"
	"sync"
	"time"
)

type Buffer struct {
	free, used chan struct{}
	mu         sync.Mutex
	items      []int
	said       chan string
}

func New(capacity int) *Buffer {
	b := &Buffer{free: make(chan struct{}, capacity), used: make(chan struct{}, capacity), said: make(chan string, 1)}
	for range capacity {
		b.free <- struct{}{}
	}
	return b
}

var _, _ = fmt.Println, log.Println

func (b *Buffer) full() bool { return len(b.free) == 0 }

func (b *Buffer) reporter() {
	for s := range b.said {
		fmt.Println(s)
	}
}

func (b *Buffer) Put(ctx context.Context, v int) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	WAIT
}

func (b *Buffer) put(v int) {
	b.mu.Lock()
	b.items = append(b.items, v)
	b.mu.Unlock()
	b.used <- struct{}{}
}

func (b *Buffer) get() int {
	b.mu.Lock()
	v := b.items[0]
	b.items = b.items[1:]
	b.mu.Unlock()
	b.free <- struct{}{}
	return v
}

func (b *Buffer) Get(ctx context.Context) (int, error) {
	select {
	case <-b.used:
		return b.get(), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (b *Buffer) TryPut(v int) bool {
	select {
	case <-b.free:
		b.put(v)
		return true
	default:
		return false
	}
}

func (b *Buffer) TryGet() (int, bool) {
	select {
	case <-b.used:
		return b.get(), true
	default:
		return 0, false
	}
}

func (b *Buffer) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.items)
}
`

// An operation that waits, and says from time to time that it does, waits; one that looks
// from time to time whether it can go on polls. One that sleeps as work works; one that
// sleeps until another has done what it must wait for loses points.
func TestAssignmentsTimers(t *testing.T) {
	if os.Getenv("IPCCHECK_LONG") == "" {
		t.Skip("takes a minute: set IPCCHECK_LONG=1")
	}
	reminds := func(tick string) string {
		return `for {
		select {
		case <-b.free:
			b.put(v)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		` + tick + `
		}
	}`
	}
	polls := func(try, tick string) string {
		return `for {
		if ` + try + ` {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		` + tick + `
		}
	}`
	}
	const tryLocked = `func() bool {
			if !b.mu.TryLock() {
				return false
			}
			b.mu.Unlock()
			return b.TryPut(v)
		}()`
	waits := map[string]string{
		"reminds-fmt":   reminds("case <-tick.C:\nfmt.Println(\"a producer waits\")"),
		"reminds-log":   reminds("case <-time.After(time.Minute):\nlog.Println(\"a producer waits, inside:\", b.Len())"),
		"reminds-other": "go b.reporter()\n" + reminds("case <-tick.C:\nselect {\ncase b.said <- \"a producer waits\":\ndefault:\n}"),
		"reminds-func":  "late := time.AfterFunc(time.Second, func() { fmt.Println(\"a producer waits\") })\ndefer late.Stop()\n" + reminds(""),
		"polls-try":     polls("b.TryPut(v)", "case <-tick.C:"),
		"polls-lock":    polls(tryLocked, "case <-time.After(time.Second):"),
		"polls-len":     polls("!b.full() && b.TryPut(v)", "case <-tick.C:\nfmt.Println(\"a producer waits\")"),
		"polls-sleep":   polls("b.TryPut(v)", "default:\ntime.Sleep(time.Second)"),
	}
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".go"), []byte(text), 0o600))
	}
	for name, wait := range waits {
		write(name, strings.Replace(timed, "WAIT", wait, 1))
	}
	works := strings.NewReplacer("WAIT", "time.Sleep(time.Millisecond)\n"+reminds(""), "get() int {\n", "get() int {\ntime.Sleep(time.Second)\n").Replace(timed)
	write("sleeps-works", works)
	write("sleeps-trusts", strings.Replace(strings.Replace(works, "	b.used <- struct{}{}\n", "", 1), "put(v int) {\n", "put(v int) {\nb.used <- struct{}{}\n", 1))
	var out, errs bytes.Buffer
	cmd := exec.Command("ipccheck", "grade", "-quiet", "-format", "json", filepath.Join("..", "..", "testdata", "assignments", "semaphores"), dir)
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), "%s", &errs)
	var results []struct {
		Submission string
		Properties []struct{ Name, Outcome string }
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &results))
	require.Len(t, results, len(waits)+2)
	for _, r := range results {
		var lost []string
		for _, p := range r.Properties {
			if p.Outcome != "passed" {
				lost = append(lost, p.Name)
			}
		}
		switch {
		case r.Submission == "sleeps-trusts":
			assert.Equal(t, []string{"items"}, lost, r.Submission)
		case strings.HasPrefix(r.Submission, "polls"):
			assert.Equal(t, []string{"blocking"}, lost, r.Submission)
		default:
			assert.Empty(t, lost, r.Submission)
		}
	}
}
