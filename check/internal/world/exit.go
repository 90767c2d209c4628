package world

// Exits, if not nil, is called when the program ends with an exit status.
var Exits func(status int)

//go:norace
func exits(status int) {
	if Exits != nil {
		Exits(status)
	}
}
