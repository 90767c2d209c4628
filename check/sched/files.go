package sched

import "embed"

// Files is the source code of this package and of the drop-ins below it, which
// is built into rewritten programs.
//
//go:embed *.go atomic/*.go context/*.go sync/*.go time/*.go
var Files embed.FS
