package cprog

import "regexp"

// memoryWords are what operations on memory do to it.
var memoryWords = map[string]string{"load": "read", "store": "write", "update": "update"}

// monitors are the functions that are done under a lock and a condition of the runtime's.
const monitors = `open|fopen|close|fclose|_?exit|sem(?:timed)?op|semctl|msgsnd|msgrcv|msgctl|mq_\w+|syscall`

// names are the functions that look up what processes share by name, or change the names.
const names = `(?:sem|shm|mq)_(?:open|unlink)|(?:shm|sem|msg)get|ftruncate|mmap`

// prints are the functions that write to a stream, or to what it leads to.
const prints = `write|v?fprintf|fputs|fwrite|v?printf|puts|v?dprintf`

const harnessRecords = `ipc_(?:send|recv|full|empty)`

// functions are those that perform the operations of a word.
var functions = map[string]string{
	"lock": `(?:pthread_mutex_|pthread_spin_|mtx_)(?:timed|clock)?lock|pthread_rwlock_\w+lock|pthread_once|call_once|` + monitors, "unlock": `(?:pthread_mutex_|pthread_spin_|mtx_|pthread_rwlock_)(?:unlock|destroy|init)|pthread_once|call_once|` + monitors,
	"rlock": `pthread_rwlock_(?:timed|clock)?rdlock`, "runlock": `pthread_rwlock_unlock`, "trylock": `\w+(?:try|timed|clock)lock|pthread_rwlock_(?:try|timed|clock)wrlock`, "tryrlock": `pthread_rwlock_(?:try|timed|clock)rdlock`,
	"wait": `sem_\w*wait|pthread_cond_\w*wait|cnd_\w*wait|wait|waitpid|pause|sigsuspend|sigwait|` + monitors, "woken": `pthread_cond_\w*wait|cnd_\w*wait|` + monitors, "trywait": `sem_(?:try|timed|clock)wait|waitpid`,
	"kill": `kill|killpg|pthread_kill|pthread_cancel`, "sigmask": `sigprocmask|pthread_sigmask|sigsuspend|sigwait|sigaction|signal|raise`, "poll": `poll|select`,
	"post": `sem_post|_?exit|return`, "getvalue": `sem_(?:getvalue|destroy)`, "signal": `pthread_cond_signal|cnd_signal|pthread_cancel`, "broadcast": `pthread_cond_(?:broadcast|destroy)|cnd_(?:broadcast|destroy)|` + monitors,
	"call": `ipc_call_\w+`, "return": harnessRecords, "record": harnessRecords,
	"choose": `\w*sleep|sched_yield|thrd_yield|pthread_yield`,
	"join":   `pthread_join|thrd_join|waitpid`, "arrive": `pthread_barrier_wait`, "go-on": `pthread_barrier_wait`, "fork": `v?fork`, "exit": `_?exit|quick_exit`, "end": `pthread_exit|thrd_exit|_?exit`,
	"read": `read|fgets|getline|fread|fscanf|getc|fgetc`, "write": prints, "close": `close|dup2|fork|_?exit|fclose|open|fopen`, "open": `pipe|dup2?|fork|open|fopen`,
	"load": `atomic_\w+|__atomic_\w+|open|fopen|access|pthread_testcancel|pthread_cond_\w*wait|\w*sleep|` + names, "store": `atomic_\w+|__atomic_\w+|mkfifo|mknod|unlink|remove|pthread_cancel|putchar|f?putc|` + names + "|" + prints, "update": `atomic_\w+|__atomic_\w+|__sync_\w+`, "time out": `\w*timed\w*|\w+_clock\w+|poll|select`,
}

// callOn is the n-th call of a function with the word on a line, from 1 (0: the first), as it is written; ""
// if there is none.
func callOn(line, word string, n int) string {
	names := functions[word]
	if names == "" {
		return ""
	}
	places := regexp.MustCompile(`\b(?:`+names+`)\s*\(`).FindAllStringIndex(line, -1)
	if len(places) == 0 {
		return ""
	}
	n = min(max(n, 1), len(places))
	return callFrom(line[places[n-1][0]:])
}

// called is a call at the beginning of a text.
var called = regexp.MustCompile(`^\w+\s*\(`)

// callAt is the call that begins in a column of a line, from 1, as it is written, if a
// function of that name, or a macro, may perform the operation of a word. It is not known
// which one that is if no call begins there; but what is done to memory there is none.
func callAt(line, word string, column int) (call string, known bool) {
	if column < 1 || column > len(line) {
		return "", false
	}
	if !called.MatchString(line[column-1:]) {
		_, memory := memoryWords[word]
		return "", memory
	}
	call = callFrom(line[column-1:])
	if performs(call, word) {
		return call, true
	}
	if _, memory := memoryWords[word]; memory || besides[word] {
		return "", true
	}
	return call, true
}

// performs reports whether the function of a call performs the operation of a word.
func performs(call, word string) bool {
	names := functions[word]
	return names != "" && regexp.MustCompile(`^(?:`+names+`)\s*\(`).MatchString(call)
}

// besides are the words of operations that a thread performs at a call which does not say so.
var besides = map[string]bool{"exit": true, "end": true, "interrupted": true, "sigmask": true, "kill": true, "choose": true, "unlock": true}

// callFrom is the call with which a text begins.
func callFrom(text string) string {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return text[:i+1]
			}
		}
	}
	return text
}
