package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/words"
)

// didYouMean returns " (did you mean X?)" for the nearest of the words, or
// nothing if none is near.
func didYouMean(given string, words []string) string {
	if w, ok := nearest(given, words); ok {
		return " (did you mean " + w + "?)"
	}
	return ""
}

// nearest finds the word that is meant: the one at the smallest edit distance,
// if at most a third of the letters are wrong, or else the only one that begins
// with or contains what was given. Among equals the first counts.
func nearest(given string, words []string) (string, bool) {
	given = strings.ToLower(given)
	if n := len([]rune(given)); n == 0 || n > 40 {
		return "", false
	}
	best, least := "", len(given)
	for _, w := range words {
		if d := distance(given, strings.ToLower(w)); d < least {
			best, least = w, d
		}
	}
	if best != "" && 3*least <= max(len(given), len(best), 3) {
		return best, true
	}
	for _, fits := range []func(w, given string) bool{strings.HasPrefix, strings.Contains} {
		var found []string
		for _, w := range words {
			if len(given) >= 3 && fits(w, given) {
				found = append(found, w)
			}
		}
		if len(found) == 1 {
			return found[0], true
		}
	}
	return "", false
}

// distance is the number of letters to insert, drop, change or swap with the
// next one (optimal string alignment), in O(len(a) len(b)).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	before, last, cur := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur[0] = i
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			cur[j] = min(last[j]+1, cur[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, last, cur = last, cur, before
	}
	return last[len(y)]
}

// unknownFlag is the error for a flag that a command does not have. A model's
// parameters are flags too: command is then "explore" and the model's name.
func unknownFlag(command, name string, flags []flagDef) error {
	var names []string
	for _, f := range flags {
		names = append(names, "-"+f.name)
	}
	slices.Sort(names)
	has := "it takes none"
	if model, ok := strings.CutPrefix(command, "explore "); ok {
		has = fmt.Sprintf("ipccheck list %s and ipccheck help explore list those that it has", model)
	} else if len(names) > 5 {
		has = "ipccheck help " + command + " lists those that it has"
	} else if len(names) > 0 {
		has = "it has " + words.List(names, "and")
	}
	return usagef("%s: there is no flag %s%s: %s", command, words.Quote("-"+name), didYouMean("-"+name, names), has)
}
