// Which rows the lanes have: each step is one, but in long runs those that have
// nothing to do with the end are folded.

const short = 60;      // so many steps are never folded
const around = 2;      // steps shown before and after one that matters
const worth = 3;       // fewer steps than that are not folded

export class Rows {
  constructor(trace) {
    this.trace = trace;
    this.folded = trace.length > short;
    this.foldable = this.folded;
    this.matters = whatMatters(trace);
    this.shown = new Set(); // steps that the reader has unfolded
    this.make();
  }

  make() { this.all = this.list(this.folded); }

  list(folded) {
    const t = this.trace, all = folded ? [] : this.between(1, t.length);
    if (folded) {
      const kept = [...this.matters, ...this.shown].filter(k => k >= 1 && k <= t.length).sort((a, b) => a - b);
      let next = 1;
      for (const k of [...kept, t.length + 1]) {
        if (k < next) continue;
        all.push(...this.gap(next, k - 1));
        if (k <= t.length) all.push(...this.between(k, k));
        next = k + 1;
      }
    }
    for (const incident of t.incidents) {
      const i = all.findIndex(r => r.from > incident.after), at = incident.after + 0.5;
      all.splice(i < 0 ? all.length : i, 0, {from: at, to: at, incident});
    }
    if (t.waiting.length) all.push({from: t.length + 1, to: t.length + 1, end: true});
    return all;
  }

  // between are rows of the steps from one to another.
  between(from, to) {
    const rows = [];
    for (let k = from; k <= to; k++) rows.push({from: k, to: k, step: this.trace.steps[k]});
    return rows;
  }

  // gap are the rows of steps that are folded: one, unless they are few.
  gap(from, to) { return to - from >= worth - 1 ? [{from, to}] : this.between(from, to); }

  // of is the row of a step, or of the end.
  of(k) {
    let low = 0, high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle].to < k) low = middle + 1; else high = middle;
    }
    return Math.min(low, this.all.length - 1);
  }

  // unfold shows the steps of a row that is folded: all, or of very many the first
  // and the last ones.
  unfold(row) {
    const most = 100, {from, to} = row;
    if (to - from < 2 * most) this.expand(row, from, to);
    else {
      this.expand(row, from, from + most - 1);
      this.expand(this.all[this.of(to)], to - most + 1, to);
    }
  }

  // reveal unfolds the steps around one, and reports whether it was folded.
  reveal(k) {
    const row = this.all[this.of(k)];
    if (row.from === row.to) return false;
    this.expand(row, Math.max(row.from, k - 8), Math.min(row.to, k + 8));
    return true;
  }

  // expand shows the steps from first to last of a row that is folded. The other rows stay
  // as they are: a step of a long run takes no longer than one of a short run.
  expand(row, first, last) {
    for (let k = first; k <= last; k++) this.shown.add(k);
    this.all.splice(this.of(first), 1, ...this.gap(row.from, first - 1), ...this.between(first, last), ...this.gap(last + 1, row.to));
  }

  toggle() {
    this.folded = !this.folded;
    this.shown.clear();
    this.make();
  }
}

// whatMatters are the steps from which the end can be understood: the last ones of
// who waits, those that took what is held, the critical one, and the first.
function whatMatters(trace) {
  const set = new Set([1, 2]);
  const near = k => { for (let i = k - around; i <= k + around; i++) set.add(i); };
  for (const w of trace.waiting.slice(0, 20)) {
    for (const k of trace.own[w.actor].slice(-3)) set.add(k);
    if (w.taken) near(w.taken);
  }
  for (const h of trace.holds) if (h.since) set.add(h.since);
  for (const i of trace.incidents) near(i.after);
  if (trace.critical) near(trace.critical);
  if (trace.fault?.step) near(trace.fault.step);
  if (!trace.waiting.length) for (let k = trace.length - 12; k <= trace.length; k++) set.add(k);
  return set;
}

// actorsThatMatter are those that get a lane of their own; the others share one if
// there are many.
export function actorsThatMatter(trace) {
  const few = 8, most = 12;
  const acting = trace.actors.filter(a => trace.own[a.index].length || trace.waiting.some(w => w.actor === a.index)
    || trace.incidents.some(i => i.actor === a.index)).map(a => a.index);
  if (acting.length <= few) return acting;
  const set = new Set([...trace.waiting.map(w => w.actor), ...trace.holds.map(h => h.actor)]);
  for (const i of trace.incidents) set.add(i.actor);
  for (const k of [trace.critical, trace.fault?.step, trace.length]) if (trace.steps[k]) set.add(trace.steps[k].actor);
  return [...set].slice(0, most).sort((a, b) => trace.foremost.has(b) - trace.foremost.has(a) || a - b);
}
