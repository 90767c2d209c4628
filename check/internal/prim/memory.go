package prim

// Memory that is read and written atomically. Kinds 1 to 3.
const (
	OpLoad  Kind = 1 + iota
	OpStore      // a write
	OpRMW        // add, swap, compare-and-swap; one that failed is an OpLoad
)

var _ = describe(
	[]Info{
		{Kind: OpLoad, Name: "load", On: []string{"atomic"}, Reads: true},
		{Kind: OpStore, Name: "store", On: []string{"atomic"}},
		{Kind: OpRMW, Name: "update", On: []string{"atomic"}},
	},
	depend(kinds(OpStore, OpRMW), kinds(OpLoad, OpStore, OpRMW)),
	commute(kinds(OpLoad), kinds(OpLoad), "both read what neither changes"),
)
