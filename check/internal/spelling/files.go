package spelling

import "embed"

// Files is the source code of this package, which is built into rewritten
// programs.
//
//go:embed *.go
var Files embed.FS
