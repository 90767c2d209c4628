package judge

import (
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Crash is the crash as a finding.
func Crash(c *harness.Crash) linear.Finding {
	f := linear.Finding{Code: verdict.Crash}
	short, _ := c.Value.(harness.ShortRead)
	switch {
	case short != "":
		f.Code = verdict.FalseRefusal
		f.Message = fmt.Sprintf("%v stopped short: it got %v", c.Op.Kind, short)
	case c.Unknown:
		f.Code = verdict.BrokenBoundary
		f.Message = fmt.Sprintf("%v returned %v", c.Op.Kind, c.Value)
	case c.Goexit:
		f.Message = fmt.Sprintf("%v ended its goroutine (runtime.Goexit)", c.Op.Kind)
	default:
		f.Message = fmt.Sprintf("%v panicked: %v", c.Op.Kind, c.Value)
		if at := c.At(); at != "" {
			f.Message += " (" + at + ")"
		}
	}
	return f
}

// crashes are the crashes of an execution as findings.
func crashes(x *harness.Execution) []linear.Finding {
	var out []linear.Finding
	for _, c := range x.Crashes() {
		out = append(out, Crash(c))
	}
	return out
}

// Dispose ends the object of an execution that is over, if it can be. The finding, if
// it has a code, is of that.
func Dispose(x *harness.Execution) (can bool, f linear.Finding) {
	can, crash, end := x.Dispose()
	switch {
	case end != record.Complete:
		f = linear.Finding{Code: verdict.Deadlock, Message: "disposing of the object does not return, though every operation has"}
	case crash != nil:
		f = linear.Finding{Code: verdict.Crash, Message: fmt.Sprintf("disposing of the object panicked: %v", crash.Value)}
	}
	return can, f
}

// Length judges the length that an object tells while it holds some items and nothing is
// under way. Approximate says that the promise of an approximate length would excuse it.
func Length(t *contract.Terms, told, held int) (f linear.Finding, approximate bool) {
	possible := told >= 0 && (t.Unbounded() || told <= t.Capacity)
	f.Code = verdict.NotLinearizable
	switch {
	case t.ApproximateLen && !possible:
		f.Message = fmt.Sprintf("the length is told as %d, and the capacity is %d", told, t.Capacity)
	case !t.ApproximateLen && told != held:
		f.Message = fmt.Sprintf("the length is told as %d, while %s", told, State(held, 0))
	default:
		return linear.Finding{}, false
	}
	return f, !t.ApproximateLen && possible
}

// Denied is the finding of an object that answers empty for good while it tells that it
// holds some items. It has no code if that is not so, or the length means little.
func Denied(t *contract.Terms, told int) (f linear.Finding) {
	if told > 0 && !t.ApproximateLen && t.Has(model.TryRecv) && t.Refusals != model.Spurious {
		f = linear.Finding{Code: verdict.FalseRefusal, Denied: true,
			Message: fmt.Sprintf("%v answered empty, and goes on to, while the length is told as %d", model.TryRecv, told)}
	}
	return f
}

// OnlyDenied reports whether one of the findings, which are of one object, is of a lost
// item and shows no more than another, by which the object denies what it holds.
func OnlyDenied(fs map[verdict.Code]linear.Finding) bool {
	refused := func(c record.Call) bool { return c.Status == model.Empty }
	return fs[verdict.FalseRefusal].Denied && slices.ContainsFunc(fs[verdict.LostItem].Witness, refused)
}

// NotLost puts the finding of an object that denies what it holds in the place of the one
// of a lost item.
func NotLost(fs []linear.Finding, denied linear.Finding) []linear.Finding {
	if i := slices.IndexFunc(fs, isLost); i >= 0 && denied.Code != "" {
		denied.Witness = fs[i].Witness
		fs[i] = denied
	}
	return fs
}

func isLost(f linear.Finding) bool { return f.Code == verdict.LostItem }

// leaks is the finding of goroutines left behind by an object that is disposed of, or
// closed and empty.
func leaks(x *harness.Execution, disposed bool) []linear.Finding {
	left := x.Leftovers()
	if len(left) == 0 {
		return nil
	}
	if disposed {
		return []linear.Finding{{Code: verdict.Leak, Message: fmt.Sprintf("%s left behind after the object was disposed of: %s in %s",
			words.Plural(len(left), "goroutine is", "goroutines are"), left[0].State, left[0].Top())}}
	}
	return []linear.Finding{{Code: verdict.Leak, Message: fmt.Sprintf(
		"%s left behind after the object was closed and emptied and every operation had returned: %s in %s",
		words.Plural(len(left), "goroutine is", "goroutines are"), left[0].State, left[0].Top())}}
}

// WithoutConsequences keeps the first finding of each code, and leaves out what only
// follows from another.
func WithoutConsequences(fs []linear.Finding) []linear.Finding {
	lost := slices.ContainsFunc(fs, isLost)
	seen := map[verdict.Code]bool{}
	var out []linear.Finding
	for _, f := range fs {
		follows := lost && (f.Code == verdict.Overflow || // the lost item counts as held
			f.Code == verdict.FalseRefusal && len(f.Witness) > 0 && f.Witness[0].Kind.Receives()) // without the item it is empty
		if !seen[f.Code] && !follows {
			out = append(out, f)
		}
		seen[f.Code] = true
	}
	return out
}
