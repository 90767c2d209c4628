package exec

// Seed is a fault of the engine that tests put into it: a check of the engine must
// find it.
type Seed string

// The faults.
const (
	SeedNone    Seed = ""
	SeedOutcome Seed = "outcome" // every event takes the first of its outcomes
	SeedQueue   Seed = "queue"   // who waits for a channel with a buffer is overtaken
	SeedSpin    Seed = "spin"    // no loop is found to wait
	SeedUse     Seed = "use"     // the race detector is not told that a primitive is used
	SeedGone    Seed = "gone"    // a goroutine is gone when it has done its last operation
	SeedSure    Seed = "sure"    // a loop that was cut short is taken to go round for ever
	SeedOver    Seed = "over"    // a select that gets nothing of a closed channel does something
	SeedParked  Seed = "parked"  // that a select waits is no change of its channels
	SeedHanded  Seed = "handed"  // a select that has been handed an item waits on at other channels
	SeedFirst   Seed = "first"   // a select that waits takes any of what became ready since
	SeedQuiet   Seed = "quiet"   // nobody is taken to send on a channel without a buffer
	SeedLoud    Seed = "loud"    // no channel without a buffer is taken to be only closed: no fault, but the other engine
	SeedEnd     Seed = "end"     // that a test ends is no operation
	SeedLook    Seed = "look"    // that somebody looks at the clock is no operation where it matters who does first
	SeedElapse  Seed = "elapse"  // no time passes where no timer is set
	SeedTokens  Seed = "tokens"  // the race detector has one place for all items that take no bytes
)

// Seeded is the fault under test.
var Seeded Seed
