package exec

// became is how a channel with a buffer became ready for the select under way since that was
// seen to wait.
type became struct {
	ch    int32 // -1: that is not known, or it is not ready
	from  int32 // the first event that had to do with it; -1: none
	at    int32 // the event that made it ready for this select; -1: it was ready before
	by    int32 // the only goroutine that has had to do with it, -1 if there are others, or none
	forIt bool  // that is known: nobody else can have taken what was there by then
	later bool  // another one was first
}
