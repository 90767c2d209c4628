package words

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPlural(t *testing.T) {
	assert.Equal(t, "0 copies", Plural(0, "copy", "copies"))
	assert.Equal(t, "1 copy", Plural(1, "copy", "copies"))
	assert.Equal(t, "2 copies", Plural(2, "copy", "copies"))
}

func TestList(t *testing.T) {
	assert.Equal(t, "", List(nil, "and"))
	assert.Equal(t, "a", List([]string{"a"}, "and"))
	assert.Equal(t, "a and b", List([]string{"a", "b"}, "and"))
	assert.Equal(t, "a, b or c", List([]string{"a", "b", "c"}, "or"))
}

func TestQuote(t *testing.T) {
	assert.Equal(t, `"a\nb"`, Quote("a\nb"))
	assert.Equal(t, `"`+strings.Repeat("ä", 60)+`"`, Quote(strings.Repeat("ä", 60)))
	assert.Equal(t, `"`+strings.Repeat("ä", 60)+`"…`, Quote(strings.Repeat("ä", 61)))
}
