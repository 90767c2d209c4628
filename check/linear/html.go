package linear

import (
	"context"
	"io"
	"time"

	"github.com/ipccheck/ipccheck/check/linear/internal/general"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// htmlWall is how long orders are searched for, unless the budget says it.
const htmlWall = 10 * time.Second

// HTML writes porcupine's picture of the history: an interactive page with the
// longest orders that it found. It stops searching after the budget's Wall, or 10
// seconds, and draws what it has then. Operations that take effect together are
// drawn too, and no order explains them. Where operations of several processes touch at
// one time, the order of one of them is drawn. It is an error if the history has more
// than 2000 operations, or the context is done.
func HTML(ctx context.Context, w io.Writer, spec model.Spec, h record.History, words Words, b Budget) error {
	describe := func(op model.Op, r *model.Result) string {
		if r == nil {
			return words.Op(op) + " …"
		}
		return words.Op(op) + " -> " + words.Result(record.NewCall(op, *r, 0, 0))
	}
	wall := b.Wall
	if wall == 0 {
		wall = htmlWall
	}
	if h.Touching() {
		h = newBoundaries(h).refine(h, func(tied []int32) []int32 { return tied[:1] })
	}
	return general.HTML(ctx, w, spec, h, describe, wall)
}
