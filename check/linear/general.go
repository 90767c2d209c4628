package linear

import (
	"context"

	"github.com/ipccheck/ipccheck/check/linear/internal/general"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Check decides with the general search of porcupine alone whether the
// specification explains the history. Operations that have not returned may have
// taken effect or not, at any time after their call; whether they should have
// returned is another question (see [Decide]). Operations that failed had no
// effect.
//
// The worst case is exponential in the number of operations under way at once.
func Check(spec model.Spec, h record.History, b Budget) Answer {
	a, _ := check(context.Background(), spec, h, b)
	return a
}

// check also says why the answer is unknown.
func check(ctx context.Context, spec model.Spec, h record.History, b Budget) (Answer, string) {
	explained, unknown := general.Check(ctx, spec, h, general.Limits(b))
	switch {
	case unknown != "":
		return Unknown, unknown
	case explained:
		return Explained, ""
	}
	return Unexplained, ""
}

// generally decides by porcupine.
func generally(spec model.Spec, h record.History, o Options) Decision {
	ctx := o.Context
	if ctx == nil {
		ctx = context.Background()
	}
	d := Decision{Engine: porcupineSearch}
	d.Answer, d.Reason = check(ctx, spec, h, o.Budget)
	if d.Answer == Unexplained {
		d.Findings = []Finding{{verdict.NotLinearizable, "no order of these operations explains their results: " + spec.Name(), h.Calls}}
	}
	return d
}
