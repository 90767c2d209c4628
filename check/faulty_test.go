package check_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/faulty"
	"github.com/ipccheck/ipccheck/model"
)

// faultyEnv names the variant that a child process checks.
const faultyEnv = "IPCCHECK_TEST_FAULTY"

// TestOneFaultyVariant is the body of a child process: faulty code may leave
// goroutines behind that spin, or end the process.
func TestOneFaultyVariant(t *testing.T) {
	name := os.Getenv(faultyEnv)
	if name == "" {
		t.Skip("runs as a child of TestFaultyVariantsAreCaught")
	}
	i := slices.IndexFunc(faulty.All(), func(v faulty.Variant) bool { return v.Name == name })
	require.GreaterOrEqual(t, i, 0)
	out, err := json.Marshal(checkVariant(faulty.All()[i]))
	require.NoError(t, err)
	fmt.Printf("\nverdict: %s\n", out)
}

// mostSeeds is how many seeds are tried with what only chance shows: a loaded machine
// may not let the faulty operations overlap.
const mostSeeds = 30

func checkVariant(v faulty.Variant) *verdict.Verdict {
	if v.Needs != faulty.Stress || os.Getenv("IPCCHECK_TEST_PART") != "" {
		return checkVariantWith(v)
	}
	for seed := uint64(1); ; seed++ {
		got := checkVariantWith(v, check.Runs(8), check.Seed(seed))
		if seed == mostSeeds || slices.ContainsFunc(got.Findings, func(f verdict.Finding) bool { return f.Code == verdict.Code(v.Code) }) {
			return got
		}
	}
}

func checkVariantWith(v faulty.Variant, options ...check.Option) *verdict.Verdict {
	p := check.Promise{
		Name: v.Name, Capacities: v.Capacities, Capacity: func(n int) int { return v.Promise(n).Capacity },
		Producers: v.MaxProducers, Consumers: v.MaxConsumers, Refusals: v.Promise(1).Refusals, RefusalsCoverDeadlines: true,
	}
	build := func(n int) check.Ops[int] { return check.From[int](v.New(n), implErrors) }
	options = append(options, check.Patience(200*time.Millisecond))
	switch v.Object {
	case "rendezvous":
		return check.RunRendezvous(func() check.Ops[int] { return build(1) }, p, options...)
	case "mailbox":
		if strings.HasPrefix(v.Name, "oversize") { // the others are about something else, and take any size
			p.Sizes = model.MaxSize(faulty.MessageSize)
		}
		return check.RunMailbox(func(n int) check.Mailboxes { return mailboxes(v.New(n).(impl.Mailboxes[[]byte])) }, p, options...)
	}
	if v.Object == "stream" {
		p.Capacities = []int{4, 8}
		return check.RunStream(func(n int) check.StreamOps {
			x := v.New(n)
			return check.FromStream(x, x, implErrors)
		}, check.StreamPromise{Promise: p, Atomic: 1 << 20}, options...)
	}
	return check.RunBuffer(build, p, options...)
}

// long says that a test may take minutes.
func long() bool { return os.Getenv("IPCCHECK_LONG") != "" }

// endless are the variants that chance must catch and whose runs may go on and on:
// they hand out items again and again.
var endless = []string{"non-atomic-counter", "two-producers", "racing-receives"}

// child is what a child process found and wrote; found is nil if it did not say.
type child struct {
	found *verdict.Verdict
	out   string
}

// caught checks a variant in a child process.
func caught(name string) child {
	limit := "4m"
	if long() {
		limit = "10m"
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestOneFaultyVariant$", "-test.timeout="+limit)
	cmd.Env = append(os.Environ(), faultyEnv+"="+name)
	out, _ := cmd.CombinedOutput() // a race makes it fail, and has its verdict all the same
	_, rest, ok := bytes.Cut(out, []byte("\nverdict: "))
	if !ok {
		return child{out: string(out)}
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	v := new(verdict.Verdict)
	if err := json.Unmarshal(line, v); err != nil {
		return child{out: string(out)}
	}
	return child{v, string(out)}
}

// TestFaultyVariantsAreCaught checks that every variant which a sequential or a
// stress check can catch is caught with its code, and keeps the table of which
// part of the suite does. For the rest see TestExhaustiveSchedules. With the
// endless ones:
//
//	IPCCHECK_LONG=1 go test ./check -run FaultyVariants -timeout 1h
func TestFaultyVariantsAreCaught(t *testing.T) {
	if _, race := record.Races(); race || testing.Short() {
		t.Skip("starts a process for each variant, whose faults are no matter of races")
	}
	all := faulty.All()
	by := make([]string, len(all)) // what each is caught by
	children := make([]child, len(all))
	var running sync.WaitGroup
	room := make(chan struct{}, 6) // most of them wait
	for i, v := range all {
		by[i] = "-"
		switch {
		case v.Needs == faulty.Schedules:
		case !long() && slices.Contains(endless, v.Name):
			by[i] = "stress"
		default:
			by[i] = ""
			running.Go(func() {
				room <- struct{}{}
				children[i] = caught(v.Name)
				<-room
			})
		}
	}
	running.Wait()
	for i, v := range all {
		if by[i] != "" {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			got := children[i].found
			if !assert.NotNil(t, got, children[i].out) {
				return
			}
			for _, f := range got.Findings {
				t.Log(f.Engine, f.Code, f.Message)
				if f.Code == verdict.Code(v.Code) {
					by[i] = f.Engine
				}
			}
			t.Log(got.ElapsedMS, "ms", got.Reason)
			assert.NotEmpty(t, by[i], "not caught with %s", v.Code)
			if v.Needs == faulty.Stress {
				by[i] = "stress" // chance decides which part is first
			}
		})
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%-26s %-7s %-11s %s\n", "variant", "code", "caught by", "what is wrong (-: takes a chosen schedule)")
	for i, v := range all {
		fmt.Fprintf(&table, "%-26s %-7s %-11s %s\n", v.Name, v.Code, by[i], v.Summary)
	}
	file := filepath.Join("testdata", "faulty.golden")
	if !t.Failed() {
		golden.Compare(t, file, table.String())
	}
}
