// Package words puts numbers, lists and quotations into the sentences that people
// read.
package words

import (
	"fmt"
	"strconv"
	"strings"
)

// Plural is "1 state" or "2 states": the number with the form that agrees with it.
func Plural[N int | uint64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// List joins items as a sentence does: "a, b or c".
func List(items []string, conjunction string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	return strings.Join(items[:len(items)-1], ", ") + " " + conjunction + " " + items[len(items)-1]
}

// Bytes is an amount of memory as people read it: "4.0 GB", "512 MB".
func Bytes(n uint64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// ParseBytes reads what [Bytes] writes, with or without a space and a B: "4GB",
// "512M". A number alone is one of bytes. It reports false for anything else.
func ParseBytes(text string) (n uint64, ok bool) {
	s := strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(text)), "B")
	factor := 1.0
	for i, unit := range []string{"K", "M", "G", "T"} {
		if t, ok := strings.CutSuffix(s, unit); ok {
			s, factor = t, float64(uint64(1)<<(10*(i+1)))
		}
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= 0) || f*factor >= 1<<62 {
		return 0, false
	}
	return uint64(f * factor), true
}

// maxQuoted is how many characters of a quotation are shown.
const maxQuoted = 60

// Quote quotes what a user gave, and shortens it to maxQuoted characters.
func Quote(s string) string {
	if r := []rune(s); len(r) > maxQuoted {
		return strconv.Quote(string(r[:maxQuoted])) + "…"
	}
	return strconv.Quote(s)
}
