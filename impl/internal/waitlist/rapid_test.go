package waitlist

import "flag"

// rapid prints the seed of a failure. It must not keep the failure in a file, too:
// every later run of the checkout would begin with it.
func init() { _ = flag.Set("rapid.nofailfile", "true") }
