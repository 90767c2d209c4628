package rewrite

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"
)

// capture is what a process writes: the end of it, and the part between markers.
type capture struct {
	marker string

	mu      sync.Mutex
	last    []byte // the end of all that came
	dropped int    // how much came before that
	marks   []int  // where the markers that came begin
}

// Limits of what is kept, in bytes.
const (
	keepTail  = 256 << 10
	keepShown = 16 << 10
)

func (c *capture) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from := max(0, len(c.last)-len(c.marker)+1)
	c.last = append(c.last, b...)
	for {
		i := bytes.Index(c.last[from:], []byte(c.marker))
		if i < 0 {
			break
		}
		c.marks = append(c.marks, c.dropped+from+i)
		from += i + len(c.marker)
	}
	if n := len(c.last) - keepTail; n > keepTail {
		c.last = append(c.last[:0], c.last[n:]...)
		c.dropped += n
	}
	return len(b), nil
}

func (c *capture) tail() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.ReplaceAll(string(c.last), c.marker, "")
}

// settled is what stands between the last two of so many markers. More may follow.
func (c *capture) settled(marks int) string {
	if marks < 2 {
		return ""
	}
	for range 1000 {
		if shown, all, ok := c.between(marks-2, marks-1); ok {
			if n := len(shown); n < all || n > keepShown {
				shown = shown[max(0, n-keepShown):]
				shown = fmt.Sprintf("… (%d bytes before this are cut)\n%s", all-len(shown), shown)
			}
			return shown
		}
		time.Sleep(time.Millisecond) // it is on its way
	}
	return ""
}

// between is what stands between two markers, as far as it is kept, and how many
// bytes there were; false if they have not come yet.
func (c *capture) between(i, j int) (text string, all int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if j >= len(c.marks) {
		return "", 0, false
	}
	all = c.marks[j] - c.marks[i] - len(c.marker)
	from := max(0, c.marks[i]+len(c.marker)-c.dropped)
	return string(c.last[from:max(from, c.marks[j]-c.dropped)]), all, true
}
