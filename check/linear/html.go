package linear

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
// longest orders that it found. It stops searching after some time and draws what
// it has then. Operations that take effect together are drawn too, and no order
// explains them.
func HTML(ctx context.Context, w io.Writer, spec model.Spec, h record.History, words Words, b Budget) error {
	if len(h.Calls) > mostHTML {
		return fmt.Errorf("a picture of %d operations cannot be read: want at most %d", len(h.Calls), mostHTML)
	}
	m := modelFor(spec, h)
	m.DescribeOperation = func(input, output any) string {
		if output == Pending {
			return words.Op(input.(model.Op)) + " …"
		}
		op, r := input.(model.Op), output.(model.Result)
		return words.Op(op) + " -> " + words.Result(record.NewCall(op, r, 0, 0))
	}
	wall := b.Wall
	if wall == 0 {
		wall = 10 * time.Second
	}
	_, info := porcupine.CheckOperationsVerbose(m, Operations(h), wall)
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return porcupine.Visualize(m, info, w)
}
