package prim

// Memory that is read and written atomically. Kinds 1 to 3, and 46.
const (
	OpLoad  Kind = 1 + iota
	OpStore      // a write
	OpRMW        // add, swap
)

// OpUpdateIf is announced by what updates under a [Condition], such as a
// compare-and-swap: it turns out to be an OpRMW or an OpLoad.
const OpUpdateIf Kind = 46

var _ = describe(
	[]Info{
		{Kind: OpLoad, Name: "load", On: []string{"atomic"}, Reads: true},
		{Kind: OpStore, Name: "store", On: []string{"atomic"}},
		{Kind: OpRMW, Name: "update", On: []string{"atomic"}},
		{Kind: OpUpdateIf, Name: "update", On: []string{"atomic"}},
	},
	depend(kinds(OpStore, OpRMW, OpUpdateIf), kinds(OpLoad, OpStore, OpRMW, OpUpdateIf)),
	commute(kinds(OpLoad), kinds(OpLoad), "both read what neither changes"),
)
