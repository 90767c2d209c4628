package suite

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// waiver is something that an object may promise, and that would make complaints
// pointless.
type waiver struct {
	declare string // how it is declared
	// change makes the terms of it. It reports false if they have it, or it makes no
	// sense for the object.
	change func(t *contract.Terms, c contract.Contract) bool
	// excuses reports whether it is about such a complaint.
	excuses func(p *judge.Complaint) bool
	// code, if not empty, is of a fault that must be among what was found.
	code verdict.Code
}

// waivers come in order: the one that changes least first.
var waivers = []waiver{
	{"check.Promise{IdempotentClose: true}", func(t *contract.Terms, _ contract.Contract) bool {
		had := t.IdempotentClose || !t.Has(model.Close)
		t.IdempotentClose = true
		return !had
	}, (*judge.Complaint).Plain, ""},
	{"check.Promise{ApproximateLen: true}", func(t *contract.Terms, _ contract.Contract) bool {
		had := t.ApproximateLen
		t.ApproximateLen = true
		return !had
	}, func(p *judge.Complaint) bool { return p.Length }, ""},
	{"check.Promise{SendAfterClose: check.Panics}", func(*contract.Terms, contract.Contract) bool { return true }, panicsWhenClosed, ""},
	{"check.Promise{SendAfterClose: check.Ignored}", func(t *contract.Terms, c contract.Contract) bool {
		had := t.IgnoreSends || !t.Has(model.Close) || c.Parts() > 1
		t.IgnoreSends = true
		return !had
	}, (*judge.Complaint).Plain, ""},
	{"check.StreamPromise{Short: true}", func(t *contract.Terms, _ contract.Contract) bool {
		had := t.Short
		t.Short = true
		return !had
	}, func(p *judge.Complaint) bool { return p.Plain() || stopsShort(p) }, verdict.FalseRefusal},
	{"check.StreamPromise{HalfClose: true}", func(t *contract.Terms, _ contract.Contract) bool {
		had := t.HalfClose || !t.Has(model.CloseRead)
		t.HalfClose = true
		return !had
	}, (*judge.Complaint).Plain, ""},
	{disposing, func(*contract.Terms, contract.Contract) bool { return true }, func(p *judge.Complaint) bool { return p.Leak }, ""},
	refusing(model.Weak, "check.Weak"),
	refusing(model.Abortable, "check.Abortable"),
	refusing(model.Spurious, "check.Spurious"),
	losing(model.DropOldest, "check.DropOldest"),
	losing(model.DropNewest, "check.DropNewest"),
}

// disposing is how an object with goroutines of its own is declared.
const disposing = "give its Ops a Dispose that ends them"

// refusing is the waiver of operations that are refused more often.
func refusing(mode model.Refusals, name string) waiver {
	return waiver{"check.Promise{Refusals: " + name + "}", func(t *contract.Terms, _ contract.Contract) bool {
		had := t.Refusals >= mode
		if t.Deadlines == t.Refusals { // they keep to the same
			t.Deadlines = mode
		}
		t.Refusals = mode
		return !had
	}, (*judge.Complaint).Plain, verdict.FalseRefusal}
}

// losing is the waiver of an object that drops what it has no room for.
func losing(mode model.Loss, name string) waiver {
	return waiver{"check.Promise{Loss: " + name + "}", func(t *contract.Terms, c contract.Contract) bool {
		had := t.Loss != model.Lossless || t.Capacity < 1 || c.Parts() > 1
		t.Loss = mode
		return !had
	}, (*judge.Complaint).Plain, ""}
}

// panicsWhenClosed reports whether a send, or a second close, panicked after a close
// was called.
func panicsWhenClosed(p *judge.Complaint) bool {
	if p.Crash == nil || p.Crash.Goexit || p.Crash.Unknown || !harness.AboutClosing(p.Crash.Value) {
		return false
	}
	closes := 0
	for _, c := range p.History.Calls {
		if c.Kind == model.Close {
			closes++
		}
	}
	return p.Crash.Op.Kind.Sends() && closes > 0 || p.Crash.Op.Kind == model.Close && closes > 1
}

// stopsShort reports whether a read of a record got a part of it.
func stopsShort(p *judge.Complaint) bool {
	if p.Crash == nil {
		return false
	}
	_, ok := p.Crash.Value.(harness.ShortRead)
	return ok
}

// complain keeps the waivers that would have made the complaint, too, pointless.
func (s *Suite) complain(c contract.Contract, p judge.Complaint) {
	if !s.complained {
		s.complained, s.waivers = true, slices.Clone(waivers)
	}
	p.Other = p.Other || p.Plain() && p.Explained(c) // it is about something else
	s.waivers = slices.DeleteFunc(s.waivers, func(w waiver) bool {
		t := *c.Terms()
		if p.Other || !w.excuses(&p) || !w.change(&t, c) {
			return true
		}
		return p.Crash == nil && !p.Leak && !p.Explained(c.With(t))
	})
}

// suggest adds to the first finding what would have to be promised for none to be one.
func (s *Suite) suggest() {
	fs := s.verdict.Findings
	for _, w := range s.waivers {
		if w.code == "" || slices.ContainsFunc(fs, func(f verdict.Finding) bool { return f.Code == w.code }) {
			switch w.declare {
			case disposing:
				fs[0].Message += "; if the object has goroutines of its own that something else ends, " + w.declare
			default:
				fs[0].Message += "; if the object says so of itself, declare it: " + w.declare
			}
			return
		}
	}
}
