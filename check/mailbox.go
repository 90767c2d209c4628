package check

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/adapt"
	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Mailboxes are numbered mailboxes (or ports) under test: created, shared by any
// number of processes, destroyed. A message is a slice of bytes.
type Mailboxes struct {
	Create  func(box int) Status
	Destroy func(box int) Status
	// Open gives the operations on the box that has the number now, or says why
	// there are none. It is asked before every operation, so operations that
	// wait when a box is destroyed have it open.
	Open func(box int) (Ops[[]byte], Status)

	Dispose func() // of all of it, as in [Ops]
}

func (m Mailboxes) adapted() adapt.Mailboxes {
	return adapt.Mailboxes{Create: m.Create, Destroy: m.Destroy, Ending: m.Dispose, Open: func(box int) (adapt.Ops[[]byte], Status) {
		o, s := m.Open(box)
		return adapt.Ops[[]byte](o), s
	}}
}

// Sizes says which sizes of messages an object takes; see [model.FixedSize] and
// [model.MaxSize].
type Sizes = model.Sizes

// Mailbox checks a set of mailboxes. The constructor is called with each of the
// promise's capacities, 0 and [Unbounded] among them if they are listed there. It
// makes no boxes.
//
// One box is checked as [Buffer] checks a buffer. Then come sequences of
// operations on several boxes, which are created and destroyed, with messages of
// all sizes, the wrong ones too; and scenes in which a box is destroyed while
// processes wait on it. A pass covers these and no more.
func Mailbox(t TB, build func(capacity int) Mailboxes, p Promise, options ...Option) *verdict.Verdict {
	t.Helper()
	return reportSuite(t, runMailbox(t.Name(), build, p.named(t), options))
}

// RunMailbox is [Mailbox] without a test: the verdict alone.
func RunMailbox(build func(capacity int) Mailboxes, p Promise, options ...Option) *verdict.Verdict {
	return runMailbox("", build, p, options)
}

func runMailbox(test string, build func(capacity int) Mailboxes, p Promise, options []Option) *verdict.Verdict {
	return p.run(test, options, func(s *suite.Suite) {
		fits := 2 * contract.ItemBytes
		if n := p.Sizes.Bytes; n != 0 && n < contract.ItemBytes {
			s.Inconclusive(fmt.Sprintf("messages of %d bytes cannot be told apart, at least %d are needed", n, contract.ItemBytes))
			return
		} else if n != 0 {
			fits = n
		}
		s.Mailboxes(suite.Mailboxes{
			One:   func(n int) harness.Object { return adapt.OneMailbox(build(n).adapted(), fits) },
			Boxes: func(n int) harness.Object { return build(n).adapted() },
			Terms: p.terms, Sizes: p.Sizes, Fits: fits,
		})
	})
}
