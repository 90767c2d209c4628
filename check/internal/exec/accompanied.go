package exec

// Accompanied reports whether other goroutines of the run live beside this one.
//
//go:norace
func (g *G) Accompanied() bool {
	for _, o := range g.x.Gs {
		if o != g && !o.Ended {
			return true
		}
	}
	return false
}
