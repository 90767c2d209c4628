package world

import "syscall"

const (
	sysStat       = syscall.SYS_NEWFSTATAT
	sysRenameat2  = 316
	sysStatx      = 332
	sysFaccessat2 = 439
)
