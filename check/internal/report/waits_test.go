package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/picture"
)

// Only a position that is the whole name of the main file loses that.
func TestHere(t *testing.T) {
	s := &story{p: &picture.Picture{File: "a_test.go"}}
	assert.Equal(t, ":3 at :4 (:5), /tmp/a_test.go:6", s.here("a_test.go:3 at a_test.go:4 (a_test.go:5), /tmp/a_test.go:6"))
	s.p.File = ""
	assert.Equal(t, "a_test.go:3", s.here("a_test.go:3"))
}
