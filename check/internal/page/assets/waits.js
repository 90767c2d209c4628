// When each actor waits, and for what.
//
// A trace says that an actor waits where its step blocks, where its next step
// needs one that comes after its last, and at the end.

import {rank} from './trace.js';

export class Waits {
  constructor(trace) {
    this.trace = trace;
    this.of = trace.actors.map(() => []); // by actor: spans from one step to another
    for (let k = 1; k <= trace.length; k++) this.addStep(k);
    for (const w of trace.waiting) {
      const from = Math.max(trace.own[w.actor].at(-1) || 0, w.taken || 0);
      this.of[w.actor].push({from, to: trace.length + 1, what: w, end: true});
    }
    for (const spans of this.of) spans.sort((a, b) => a.to - b.to);
    this.ends = this.of.map(spans => spans.map(s => s.to));
  }

  addStep(k) {
    const t = this.trace, s = t.steps[k], before = t.lastOwn(s.actor, k - 1);
    const needs = Math.max(0, ...s.after.filter(c => c.kind !== 'overwrites').map(c => c.step));
    if (before && needs > before) this.of[s.actor].push({from: before, to: needs, what: s});
    if (s.blocks) {
      const met = (t.effects[k] || []).map(e => e.step);
      const to = Math.min(t.nextOwn(s.actor, k) || Infinity, ...met);
      if (to !== Infinity) this.of[s.actor].push({from: k, to, what: s});
    }
  }

  // at is what an actor waits for after step k: a step of its own, or an entry of
  // the trace's waiting; undefined if it does not wait.
  at(actor, k) {
    const spans = this.of[actor], span = spans[rank(this.ends[actor], k + 1)];
    if (!span || span.from > k) return undefined;
    return span.what;
  }

  // between are the spans of an actor that touch the steps from first to last.
  between(actor, first, last) {
    const out = [], spans = this.of[actor];
    for (let i = rank(this.ends[actor], first); i < spans.length && spans[i].from <= last; i++) out.push(spans[i]);
    return out;
  }
}
