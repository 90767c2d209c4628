package rewrite

// TestFunc is a test function.
type TestFunc struct{ Name, Position string }
