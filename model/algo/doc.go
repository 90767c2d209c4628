// Package algo holds step-level algorithms: the textbook's, right and wrong,
// written statement by statement over a small state. Each is an entry that can
// be explored by name, and states the verdict it must get.
package algo

import "github.com/ipccheck/ipccheck/model/step"

// Entries lists the algorithms.
func Entries() []step.Entry {
	return []step.Entry{
		circularQueue(),
		circularPipeline(),
		semaphoreBuffer(),
		condvarBuffer(),
		blockingQueue(),
		sharedMemory(),
		shmRing(),
		semaphoreRendezvous(),
		pipe(),
		requestReply(),
		peterson(),
		philosophers(),
	}
}
