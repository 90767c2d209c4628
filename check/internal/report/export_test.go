package report

// Width is how many columns a text takes.
func Width(s string) int { return width(s) }
