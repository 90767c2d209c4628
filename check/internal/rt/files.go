package rt

import "embed"

// Files is the source code of this package and of the drop-ins below it, which
// is built into rewritten programs.
//
//go:embed *.go */*.go
var Files embed.FS
