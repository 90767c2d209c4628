package prim

// OpChoose is a choice that neither the program nor the schedule makes, such as a
// random number.
const OpChoose Kind = 80

var _ = describe([]Info{{Kind: OpChoose, Name: "choose", Label: chosen}})

//go:norace
func chosen(_ Words, e *Event) string {
	return "chance decides: " + ordinals[min(int(e.Alt), len(ordinals)-1)]
}

var ordinals = [...]string{"the first way", "the second way", "the third way", "another way"}
