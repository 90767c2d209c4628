// The state of the objects after each step.
//
// A copy is kept every few steps, so that any state is made in a bounded time
// wherever the reader jumps, and long traces need little memory.

const apart = 64;

export class States {
  constructor(trace) {
    this.trace = trace;
    this.kept = [];
    const state = trace.objects.map(() => ({}));
    for (const c of trace.initial) state[c.object][c.field] = c;
    for (let k = 0; k <= trace.length; k++) {
      if (k > 0) apply(state, trace.steps[k]);
      if (k % apart === 0) this.kept.push(state.map(fields => ({...fields})));
    }
  }

  // after is the state after step k: for each object its fields, with values and,
  // where they are lists, items.
  after(k) {
    const begin = Math.floor(k / apart);
    const state = this.kept[begin].map(fields => ({...fields}));
    for (let i = begin * apart + 1; i <= k; i++) apply(state, this.trace.steps[i]);
    return state;
  }
}

function apply(state, step) {
  for (const c of step.changes) state[c.object][c.field] = c;
}
