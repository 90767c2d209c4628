/* Three textbook circular queues in a row, as in model/algo circular-pipeline:
 * source, two stages, sink; N = 4 slots each, 50 items; one statement a step. */
#define N 4
#define ITEMS 50

byte buf[12];	/* queue q, slot i: buf[q*N+i] */
byte in[3];
byte out[3];
byte hand[4];

#define SEND(q, h) \
	(((in[q] + 1) % N) != out[q]); \
	buf[q*N + in[q]] = hand[h]; \
	in[q] = (in[q] + 1) % N

#define RECEIVE(q, h) \
	(in[q] != out[q]); \
	hand[h] = buf[q*N + out[q]]; \
	out[q] = (out[q] + 1) % N

active proctype source()
{
	do
	:: d_step { hand[0] < ITEMS -> hand[0]++ }; SEND(0, 0)
	:: hand[0] == ITEMS -> break
	od
}

active proctype stage1()
{
end:	do
	:: RECEIVE(0, 1); SEND(1, 1)
	od
}

active proctype stage2()
{
end:	do
	:: RECEIVE(1, 2); SEND(2, 2)
	od
}

active proctype sink()
{
end:	do
	:: (in[2] != out[2]);
	   d_step { assert(buf[8 + out[2]] == hand[3] + 1); hand[3] = buf[8 + out[2]] };
	   out[2] = (out[2] + 1) % N
	od
}
