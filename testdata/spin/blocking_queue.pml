/* The blocking queue of model/algo: P = 4 producers, C = 3 consumers, one
 * buffer of capacity K = 9, notification of the other kind ("two").
 * One step is one whole put or get, as in the Go model; each process that
 * could be notified is an alternative of its own. */
#define K 9

byte buf[K];
byte n;
bool w[7];	/* 0..3 producers, 4..6 consumers */

#define NOC (!w[4] && !w[5] && !w[6])
#define NOP (!w[0] && !w[1] && !w[2] && !w[3])
#define PUT buf[n] = id + 1; n++
#define GET buf[0] = buf[1]; buf[1] = buf[2]; buf[2] = buf[3]; buf[3] = buf[4]; \
	buf[4] = buf[5]; buf[5] = buf[6]; buf[6] = buf[7]; buf[7] = buf[8]; buf[8] = 0; n--

proctype producer(byte id)
{
	do
	:: d_step { !w[id] && n == K -> w[id] = 1 }
	:: d_step { !w[id] && n < K && NOC -> PUT }
	:: d_step { !w[id] && n < K && w[4] -> PUT; w[4] = 0 }
	:: d_step { !w[id] && n < K && w[5] -> PUT; w[5] = 0 }
	:: d_step { !w[id] && n < K && w[6] -> PUT; w[6] = 0 }
	od
}

proctype consumer(byte id)
{
	do
	:: d_step { !w[id] && n == 0 -> w[id] = 1 }
	:: d_step { !w[id] && n > 0 && NOP -> GET }
	:: d_step { !w[id] && n > 0 && w[0] -> GET; w[0] = 0 }
	:: d_step { !w[id] && n > 0 && w[1] -> GET; w[1] = 0 }
	:: d_step { !w[id] && n > 0 && w[2] -> GET; w[2] = 0 }
	:: d_step { !w[id] && n > 0 && w[3] -> GET; w[3] = 0 }
	od
}

init {
	atomic {
		run producer(0); run producer(1); run producer(2); run producer(3);
		run consumer(4); run consumer(5); run consumer(6)
	}
}
