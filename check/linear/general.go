package linear

import (
	"context"

	"github.com/ipccheck/ipccheck/check/linear/internal/general"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Check decides with a general search alone whether the specification explains the
// history: with porcupine, or, where operations take effect together or those of one
// process touch, with a search for such steps that takes the calls and returns in order
// of time (after Lowe, Testing for Linearizability, 2017). Operations that have not
// returned may have taken effect or not, at any time after their call; whether they
// should have returned is another question (see [Decide]). Operations that failed had no
// effect. Of one process what was called at the time of a return comes after it.
//
// The worst case is exponential in the number of operations under way at once.
func Check(spec model.Spec, h record.History, b Budget) Answer {
	h.Sort()
	return explained(spec, h, Options{Budget: b}).Answer
}

// explained decides as [Check] does.
func explained(spec model.Spec, h record.History, o Options) Decision {
	d := answered(general.Check(o.context(), spec, h, general.Limits(o.Budget)))
	if d.Answer == Unexplained {
		d.Findings = []Finding{{Code: verdict.NotLinearizable, Message: "no order of these operations explains their results: " + spec.Name(), Witness: h.Calls}}
	}
	return d
}

func (o Options) context() context.Context {
	if o.Context == nil {
		return context.Background()
	}
	return o.Context
}

func answered(r general.Result) Decision {
	d := Decision{Engine: r.Engine, Reason: r.Unknown}
	switch {
	case r.Unknown != "":
	case r.Explained:
		d.Answer = Explained
	default:
		d.Answer = Unexplained
	}
	return d
}

// generally also applies the rule for what waits in a stuck run.
func generally(spec model.Spec, h record.History, o Options) Decision {
	d := explained(spec, h, o)
	waits := h.Pending()
	if d.Answer != Explained || h.End != record.Stuck || len(waits) == 0 {
		return d
	}
	d = stuckWith(spec, h, waits, o)
	if d.Answer == Unexplained {
		d.Findings = []Finding{mustGoOn(spec, h, waits, o)}
	}
	return d
}

// stuckWith decides whether the operations all wait in the end of a stuck run. The
// other ones that have not returned are left out.
func stuckWith(spec model.Spec, h record.History, waits []record.Call, o Options) Decision {
	rest := settled(h)
	rest.Calls = append(rest.Calls, waits...)
	rest.Sort()
	return answered(general.Stuck(o.context(), spec, rest, general.Limits(o.Budget)))
}

// mostAlone is up to how many waiting operations the one that must go on is looked for.
const mostAlone = 16

// mustGoOn says which of the operations that wait cannot all have to.
func mustGoOn(spec model.Spec, h record.History, waits []record.Call, o Options) Finding {
	text := func(c record.Call) string {
		if !c.Kind.Sends() {
			return c.Kind.String()
		}
		name := o.Name
		if name == nil {
			name = itemName
		}
		return c.Kind.String() + " of " + name(c.Value)
	}
	if stuckWith(spec, h, nil, o).Answer == Unexplained {
		return Finding{Code: verdict.LostWakeup, Message: "the results are explained only if an operation that still waits has had its effect, and then it should have returned", Witness: waits}
	}
	some := waits[:min(len(waits), mostAlone)]
	for _, c := range some {
		if len(waits) > 1 && stuckWith(spec, h, []record.Call{c}, o).Answer != Unexplained {
			continue
		}
		message := text(c) + " still waits, and after no order of the operations that have returned must it"
		if !c.Kind.Waits() {
			message = text(c) + " must answer at once, and does not return"
		}
		return Finding{Code: verdict.LostWakeup, Message: message, Witness: []record.Call{c}}
	}
	for i, c := range some {
		for _, d := range some[i+1:] {
			if two := []record.Call{c, d}; stuckWith(spec, h, two, o).Answer == Unexplained {
				return Finding{Code: verdict.LostWakeup, Message: text(c) + " and " + text(d) + " both wait, and after no order of the operations that have returned must both", Witness: two}
			}
		}
	}
	return Finding{Code: verdict.LostWakeup, Message: "operations still wait, and after no order of those that have returned must all of them", Witness: waits}
}
