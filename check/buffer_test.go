package check_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

var table = check.Errors{{errFull, check.Full}, {errEmpty, check.Empty}, {errClosed, check.Closed}}

func ringOf(b bug) func(int) check.Ops[int] {
	return func(n int) check.Ops[int] { return check.From[int](newRing(n, b), table) }
}

func TestChannelPasses(t *testing.T) {
	v := check.Buffer(t, func(n int) check.Ops[int] { return check.FromChan(make(chan int, n)) }, check.Promise{})
	assert.Equal(t, verdict.Pass, v.Answer)
}

func TestUnbufferedChannelPasses(t *testing.T) {
	check.Rendezvous(t, func() check.Ops[int] { return check.FromChan(make(chan int)) }, check.Promise{})
}

func TestRingPasses(t *testing.T) {
	check.Buffer(t, ringOf(correct), check.Promise{})
}

func TestMistakesInARingAreCaught(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("the mistakes are no matter of races")
	}
	defer close(endOfTest)
	defer letGo()
	for b, code := range map[bug]verdict.Code{
		dropOnFull:    verdict.LostItem,
		noWrap:        verdict.Crash,
		oneTooMany:    verdict.Overflow,
		oneTooFew:     verdict.FalseRefusal,
		noSignal:      verdict.LostWakeup,
		lifo:          verdict.ReorderedItem,
		twice:         verdict.DuplicatedItem,
		zero:          verdict.InventedItem,
		tryWaits:      verdict.LostWakeup,
		closeDrops:    verdict.LostItem,
		closeSleeps:   verdict.LostWakeup,
		closedEmpty:   verdict.BrokenBoundary,
		loseOnExpired: verdict.LostItem,
		keepLock:      verdict.Deadlock,
		badError:      verdict.BrokenBoundary,
		lenLies:       verdict.NotLinearizable,
		leaks:         verdict.Leak,
	} {
		t.Run(fmt.Sprint(int(b)), func(t *testing.T) {
			v := check.RunBuffer(ringOf(b), check.Promise{Name: "ring"}, check.Patience(50*time.Millisecond))
			var codes []verdict.Code
			for _, f := range v.Findings {
				codes = append(codes, f.Code)
				t.Log(f.Engine, f.Code, f.Message)
			}
			t.Log(v.ElapsedMS)
			assert.Equal(t, verdict.Fail, v.Answer)
			assert.Contains(t, codes, code)
		})
	}
}
