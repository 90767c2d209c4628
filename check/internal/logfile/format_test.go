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
	before := slices.Clone(formats)
	t.Cleanup(func() { formats = before })
	register(format{rank: 25, name: "blank", title: "histories without operations", extensions: []string{".blank", ".log"},
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
	assert.Equal(t, []string{"jsonl", "violin", "blank", "fastlin", "edn"}, Formats())
	assert.Contains(t, Help(), "  blank    histories without operations (*.blank *.log)\n")
	assert.Equal(t, []string{".jsonl", ".ndjson", ".log", ".hist", ".history", ".blank", ".edn"}, Extensions())
	assert.Panics(t, func() { register(format{rank: 10, name: "other"}) })
	assert.Panics(t, func() { register(format{rank: 50, name: EDN}) })
}
