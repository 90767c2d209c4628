//go:build !race

package harness

func unordered() {}
func ordered()   {}
