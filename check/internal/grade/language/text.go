package language

import (
	"bytes"
	"unicode/utf8"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

// Encoding says how the sources of a language are written.
type Encoding bool

// Encodings: any in which ASCII is as ever, or UTF-8 and nothing else.
const (
	AnyEncoding Encoding = false
	UTF8        Encoding = true
)

// Unreadable are the files of a submission that are no text: empty ones, those in UTF-16, and
// those that are not in the encoding that they must have. What compilers say of these helps
// nobody.
func Unreadable(files map[string][]byte, names []string, e Encoding) (places []result.Place) {
	for _, name := range names {
		text := files[name]
		switch p := (result.Place{File: name, Line: 1}); {
		case len(bytes.TrimSpace(text)) == 0:
			p.Text = "the file is empty"
			places = append(places, p)
		case bytes.IndexByte(text, 0) >= 0:
			p.Line = 1 + bytes.Count(text[:bytes.IndexByte(text, 0)], []byte("\n"))
			p.Text = "the file is no text, or in UTF-16: save it as UTF-8"
			places = append(places, p)
		case e == UTF8 && !utf8.Valid(text):
			at := 0
			for at < len(text) {
				r, n := utf8.DecodeRune(text[at:])
				if r == utf8.RuneError && n == 1 {
					break
				}
				at += n
			}
			p.Line = 1 + bytes.Count(text[:at], []byte("\n"))
			p.Text = "a character is not in UTF-8: save the file as UTF-8"
			places = append(places, p)
		}
	}
	return places[:min(len(places), MostPlaces)]
}
