package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Of what testify logs the calls are left out, and the name of the test.
func TestBriefly(t *testing.T) {
	for text, want := range map[string]string{
		"m_test.go:18: n is 1\n\tand more": "m_test.go:18: n is 1\n\tand more",
		"m_test.go:18: \n\tError Trace:\t/m/m_test.go:18\n\t            \t\t\t\t/go/t.go:111\n\tError:      \tNot equal: \n\t            \texpected: 2\n\tTest:       \tTestA\n": "m_test.go:18: Not equal: expected: 2",
		"TestA/b: m_test.go:18: \n\tError Trace:\t/m/m_test.go:18\n\tError:      \tShould be true\n\tTest:       \tTestA/b\n\tMessages:   \tboth count":                          "TestA/b: m_test.go:18: Should be true (both count)",
	} {
		assert.Equal(t, want, Briefly(text))
	}
}
