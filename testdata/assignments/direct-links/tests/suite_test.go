package links_test

import (
	"testing"

	"example.edu/links"
	"github.com/ipccheck/ipccheck/check"
)

func TestSuite(t *testing.T) {
	errs := check.Errors{{Err: links.ErrClosed, Status: check.Closed}, {Err: links.ErrNoLink, Status: check.Destroyed}}
	check.Buffer(t, func(n int) check.Ops[int] {
		l := links.New(n)
		l.Open("a", "b")
		return check.Ops[int]{
			Send:  func(v int) check.Status { return errs.Status(l.Send("a", "b", v)) },
			Recv:  func() (int, check.Status) { v, err := l.Receive("b", "a"); return v, errs.Status(err) },
			Close: func() check.Status { return errs.Status(l.Close("b", "a")) },
		}
	}, check.Promise{IdempotentClose: true})
}
