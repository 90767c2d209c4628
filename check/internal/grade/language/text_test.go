package language_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

// What is no text is told so, with its line.
func TestUnreadable(t *testing.T) {
	for text, want := range map[string][2]string{ // by encoding: any, UTF-8
		"int x;\n":             {"", ""},
		"\xef\xbb\xbfint x;\n": {"", ""},
		"/* \xfc */\n":         {"", "a character is not in UTF-8: save the file as UTF-8"},
		" \n":                  {"the file is empty", "the file is empty"},
		"\xff\xfei\x00":        {"the file is no text, or in UTF-16: save it as UTF-8", "the file is no text, or in UTF-16: save it as UTF-8"},
	} {
		for i, e := range []language.Encoding{language.AnyEncoding, language.UTF8} {
			var all []result.Place
			if want[i] != "" {
				all = []result.Place{{File: "a", Line: 1, Text: want[i]}}
			}
			assert.Equal(t, all, language.Unreadable(map[string][]byte{"a": []byte(text)}, []string{"a"}, e), "%q", text)
		}
	}
	two := language.Unreadable(map[string][]byte{"a": []byte("x\n\xfc")}, []string{"a"}, language.UTF8)
	assert.Equal(t, 2, two[0].Line)
}
