//go:build linux && amd64 && !race

package cprog

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Assembly that touches no memory is no reason not to know what a program does.
func TestAssemblyThatDoesNothing(t *testing.T) {
	t.Parallel()
	part := func(code string) []byte {
		return []byte("#APP\n# 7 \"/x/a.c\" 1\n\t" + code + "\n# 0 \"\" 2\n#NO_APP\n\tret\n")
	}
	for _, code := range []string{"", "pause", "rep; nop", "mfence\n\tnop", "\tnop;"} {
		assert.Empty(t, assembly(part(code)), code)
		assert.Empty(t, assembly([]byte("\t#APP\n\t"+code+"\n\t#NO_APP\n")), code) // as clang has it
	}
	const unseen = "assembly in the source: what it does is not seen"
	for _, code := range []string{"incl n(%rip)", "pause\n\tincl n(%rip)", "nop; incl n(%rip)", "pausex", "movl $1, n"} {
		assert.Equal(t, []string{unseen + " (a.c:7)"}, assembly(part(code)), code)
		assert.Equal(t, []string{unseen}, assembly([]byte("\t#APP\n\t"+code+"\n\t#NO_APP\n")), code)
	}
	assert.Equal(t, []string{unseen}, assembly([]byte("#APP\n\tpause\n")))
}
