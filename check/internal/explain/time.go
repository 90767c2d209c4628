package explain

// Time says what time means in an exploration.
const Time = `Time is virtual: it passes when nobody can go on, up to the next timer, and
nobody waits for it. But a goroutine may be held up for any length of time, so a
timer may also fire while others could still go on: early. An exhaustive search
looks first at the executions in which none does, then at all in which one does,
then two, as far as the budget goes, and says how far it got. In an execution in
which a timer fires early, a deadlock, a leak, a panic, a data race and what a
specification says are failures, and the finding says who is held up, where and
for how long. What the test itself complains of is not: it has been impatient,
and the verdict says under "assumes" how patient it must be; -timeouts=strict
makes that a failure, too.

A test that passes and looks at the clock more than once is looked at again with
two hours that pass somewhere, whatever timers there are: there the same holds.

Inside a testing/synctest bubble no timer fires early, and none fires at all
while a goroutine of it is not durably blocked, as that package has it: it waits
for a mutex, for a channel or WaitGroup that is not of the bubble, or spins.`
