package language

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

// MostPlaces is how many places are told.
const MostPlaces = 20

// Places are those that a compiler names in what it says. A line that names one has, as
// the parts of the expression, the file, the line and what is wrong. If it names none, all
// that it says is one.
func Places(line *regexp.Regexp, said string) (places []result.Place) {
	for l := range strings.Lines(said) {
		if m := line.FindStringSubmatch(strings.TrimSpace(l)); m != nil && len(places) < MostPlaces {
			n, _ := strconv.Atoi(m[2])
			places = append(places, result.Place{File: m[1], Line: n, Text: m[3]})
		}
	}
	if len(places) == 0 {
		places = []result.Place{{Text: strings.TrimSpace(said)}}
	}
	return places
}
