// Package check answers, in a go test, whether an implementation of inter-process
// communication keeps its promise.
//
// [Buffer], [Rendezvous], [Mailbox] and [Stream] hold an object against a [Promise].
// They issue operations one at a time, make goroutines wait and see who is woken, let
// many use the object at once and judge the recorded histories, and execute small
// groups of goroutines under every interleaving where the code is built over the
// packages below check/sched or rewritten by ipccheck test. The object's operations are an
// [Ops], which [From], [FromChan], [FromBlocking], [FromTry] and [FromTryErr] make of
// what there is.
//
// [Explore] executes any test body under every interleaving of its synchronisation
// operations, and [Model] explores all states of a model written with package
// model/step.
//
// Each reports through the test, which fails unless the verdict is pass, and returns
// the [verdict.Verdict]; the functions that begin with Run only return it. A verdict
// says what it covers and what it does not. One call runs at a time, others wait for
// it; the package looks at all goroutines of the process, so no other test should run
// in parallel with it.
//
// These variables of the environment repeat and extend a test without a change of it:
//
//	IPCCHECK_SEED=7      other operations and schedules of the suites
//	IPCCHECK_RUNS=20     twenty times as many of them
//	IPCCHECK_REPLAY=…    one execution of Explore; a failure prints it
package check
