package buffer_test

import (
	"testing"

	"example.edu/buffer"
	"github.com/ipccheck/ipccheck/check"
)

func TestSuite(t *testing.T) {
	errs := check.Errors{{Err: buffer.ErrClosed, Status: check.Closed}, {Err: buffer.ErrEmpty, Status: check.Empty}}
	check.Buffer(t, func(int) check.Ops[int] {
		b := buffer.New()
		return check.Ops[int]{
			Send:    func(v int) check.Status { return errs.Status(b.Put(v)) },
			Recv:    func() (int, check.Status) { v, err := b.Get(); return v, errs.Status(err) },
			TryRecv: func() (int, check.Status) { v, err := b.TryGet(); return v, errs.Status(err) },
			Close:   func() check.Status { b.Close(); return check.OK },
			Len:     func() int { return b.Len() },
		}
	}, check.Promise{Capacity: check.NoLimit, IdempotentClose: true})
}
