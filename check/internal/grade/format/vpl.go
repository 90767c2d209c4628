package format

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

func init() {
	register(100, Format{Name: "vpl", Help: "what an evaluation of Moodle VPL prints, between $VPL_GRADEMIN and $VPL_GRADEMAX", Extension: ".txt", One: vpl})
}

// vpl writes comments, and the grade as the last line. VPL takes the last line that
// begins with the word for a grade: each line here begins with that for a comment, with
// - for a title and > for what keeps its columns.
func vpl(r *result.Result) ([]byte, error) {
	var b bytes.Buffer
	comment := func(mark, text string) {
		for line := range strings.SplitSeq(text, "\n") {
			fmt.Fprintf(&b, "Comment :=>>%s%s\n", mark, line)
		}
	}
	comment("-", safe(fmt.Sprintf("%s: %s of %s points", r.Title, number(r.Points), number(r.Max))))
	comment(">", summary(r))
	for _, p := range r.Properties {
		comment("-", fmt.Sprintf("%s (%s/%s)", heading(p), number(p.Points), number(p.Max)))
		if r.Status == result.Graded {
			comment(">", told(p))
		}
	}
	if r.Status == result.Failed {
		return b.Bytes(), nil
	}
	low, high := 0.0, r.Max
	if h, err := strconv.ParseFloat(os.Getenv("VPL_GRADEMAX"), 64); err == nil {
		high = h
		if l, err := strconv.ParseFloat(os.Getenv("VPL_GRADEMIN"), 64); err == nil {
			low = l
		}
	}
	grade := low + fraction(r)*(high-low)
	fmt.Fprintf(&b, "Grade :=>> %s\n", number(math.Round(grade*1e4)/1e4))
	return b.Bytes(), nil
}
