package world

import "syscall"

const (
	sysStat       = syscall.SYS_FSTATAT
	sysRenameat2  = 276
	sysStatx      = 291
	sysFaccessat2 = 439
)
