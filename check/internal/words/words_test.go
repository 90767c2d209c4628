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

func TestBytes(t *testing.T) {
	assert.Equal(t, "4.0 GB", Bytes(4<<30))
	assert.Equal(t, "512 MB", Bytes(512<<20))
	for text, want := range map[string]uint64{"4.0 GB": 4 << 30, "512MB": 512 << 20, "1.5g": 3 << 29, "70": 70, "2 k": 2048} {
		n, ok := ParseBytes(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, n, text)
	}
	for _, text := range []string{"", "GB", "-1", "x", "nan", "1e30", "1 GBB"} {
		_, ok := ParseBytes(text)
		assert.False(t, ok, text)
	}
}

func TestQuote(t *testing.T) {
	assert.Equal(t, `"a\nb"`, Quote("a\nb"))
	assert.Equal(t, `"`+strings.Repeat("ä", 60)+`"`, Quote(strings.Repeat("ä", 60)))
	assert.Equal(t, `"`+strings.Repeat("ä", 60)+`"…`, Quote(strings.Repeat("ä", 61)))
}
