package check_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/catalog"
	"github.com/ipccheck/ipccheck/impl/mailbox"
	"github.com/ipccheck/ipccheck/model"
)

var implErrors = check.Errors{
	{impl.ErrFull, check.Full}, {impl.ErrEmpty, check.Empty}, {impl.ErrClosed, check.Closed},
	{impl.ErrDestroyed, check.Destroyed}, {impl.ErrExists, check.Exists},
	{impl.ErrSize, check.WrongSize}, {impl.ErrPeer, check.WrongPeer},
}

// mailboxes adapts named mailboxes.
func mailboxes(m impl.Mailboxes[[]byte]) check.Mailboxes {
	return check.Mailboxes{
		Create:  func(box int) check.Status { return implErrors.Status(m.Create(strconv.Itoa(box))) },
		Destroy: func(box int) check.Status { return implErrors.Status(m.Destroy(strconv.Itoa(box))) },
		Open: func(box int) (check.Ops[[]byte], check.Status) {
			b, err := m.Open(0, strconv.Itoa(box))
			if err != nil {
				return check.Ops[[]byte]{}, implErrors.Status(err)
			}
			return check.From[[]byte](b, implErrors), check.OK
		},
	}
}

func TestMailboxesKeepTheirPromise(t *testing.T) {
	for name, sizes := range map[string]mailbox.Sizes[[]byte]{
		"any size": {}, "at most 8 bytes": mailbox.MaxBytes(8), "8 bytes": mailbox.FixedBytes(8),
	} {
		t.Run(name, func(t *testing.T) {
			if _, race := record.Races(); race && name != "any size" {
				t.Skip("the sizes do not differ in what runs at once")
			}
			p := check.Promise{Capacities: []int{0, 1, 3, check.Unbounded}, RefusalsCoverDeadlines: true}
			switch name {
			case "at most 8 bytes":
				p.Sizes = model.MaxSize(8)
			case "8 bytes":
				p.Sizes = model.FixedSize(8)
			}
			for seed := range seeds(t) {
				v := check.Mailbox(t, func(n int) check.Mailboxes { return mailboxes(mailbox.NewBoxes(n, sizes)) }, p, check.Seed(uint64(seed)))
				assert.Equal(t, verdict.Pass, v.Answer)
			}
		})
	}
}

func promiseOf(e catalog.Entry) check.Promise {
	return check.Promise{
		Name: e.Name, Capacity: func(n int) int { return e.Promise(n).Capacity },
		Refusals: e.Promise(1).Refusals, RefusalsCoverDeadlines: true,
		Producers: e.MaxProducers, Consumers: e.MaxConsumers,
	}
}

// everySuite reports whether the suites of all objects are to be gone through.
func everySuite() bool { return long() || os.Getenv("IPCCHECK_SEEDS") != "" }

// seeds is how many seeds every implementation of the catalogue is checked with:
// 100 with IPCCHECK_SEEDS=100.
func seeds(t *testing.T) int {
	v := os.Getenv("IPCCHECK_SEEDS")
	if v == "" {
		return 1
	}
	n, err := strconv.Atoi(v)
	assert.NoError(t, err)
	return n
}

func TestEveryImplementationKeepsItsPromise(t *testing.T) {
	for i, e := range append(catalog.Buffers(), catalog.Rendezvous()...) {
		t.Run(e.Name, func(t *testing.T) {
			if (i%2 != 0 || testing.Short() && i%8 != 0) && !everySuite() {
				t.Skip("one in two, and of those one in four with -short, unless there is time")
			}
			for seed := range seeds(t) {
				build := func(n int) check.Ops[int] { return check.From[int](e.New(n), implErrors) }
				var v *verdict.Verdict
				if e.Promise(1).Capacity == 0 {
					v = check.Rendezvous(t, func() check.Ops[int] { return build(1) }, promiseOf(e), check.Seed(uint64(seed)))
				} else {
					v = check.Buffer(t, build, promiseOf(e), check.Seed(uint64(seed)))
				}
				assert.Equal(t, verdict.Pass, v.Answer)
				assert.NotZero(t, v.Counts.Overlapping)
			}
		})
	}
}

// checkEntry holds an implementation against its promise.
func checkEntry(e catalog.Entry) *verdict.Verdict {
	build := func(n int) check.Ops[int] { return check.From[int](e.New(n), implErrors) }
	if e.Promise(1).Capacity == 0 {
		return check.RunRendezvous(func() check.Ops[int] { return build(1) }, promiseOf(e))
	}
	return check.RunBuffer(build, promiseOf(e))
}
