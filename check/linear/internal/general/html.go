package general

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// mostHTML is the number of operations up to which a picture is drawn.
const mostHTML = 2000

// HTML writes porcupine's picture of the history: an interactive page with the
// longest orders that it found within the time. describe says an operation and its
// result in words; the result is nil if it has not returned.
func HTML(ctx context.Context, w io.Writer, spec model.Spec, h record.History, describe func(op model.Op, r *model.Result) string, wall time.Duration) error {
	if len(h.Calls) > mostHTML {
		return fmt.Errorf("a picture of %d operations cannot be read: want at most %d", len(h.Calls), mostHTML)
	}
	m := modelFor(spec, h)
	m.DescribeOperation = func(input, output any) string {
		if output == Pending {
			return describe(input.(model.Op), nil)
		}
		r := output.(model.Result)
		return describe(input.(model.Op), &r)
	}
	_, info := porcupine.CheckOperationsVerbose(m, Operations(h), wall)
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return porcupine.Visualize(m, info, w)
}
