package logfile

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A format that registers itself is detected, read and listed.
func TestRegisteredFormat(t *testing.T) {
	before := formats
	t.Cleanup(func() { formats = before })
	register(25, format{name: "blank", title: "histories without operations", extensions: []string{".blank", ".log"},
		detect: func(l []byte) mark {
			if l[0] == '~' {
				return begins
			}
			return foreign
		},
		read: func(b *builder) error {
			for {
				if _, err := b.in.next(); err == io.EOF {
					return nil
				}
			}
		}})
	l, err := Read(strings.NewReader("~\n"), "h", "", nil)
	require.NoError(t, err)
	assert.Equal(t, Format("blank"), l.Format)
	assert.Equal(t, []string{"violin", "blank", "fastlin"}, Formats()[1:4])
	assert.Contains(t, Help(), "  blank     histories without operations (*.blank *.log)\n")
	assert.Contains(t, Extensions(), ".blank")
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(Extensions()))), len(Extensions()))
	assert.Panics(t, func() { register(10, format{name: "other"}) })
	assert.Panics(t, func() { register(50, format{name: EDN}) })
}
