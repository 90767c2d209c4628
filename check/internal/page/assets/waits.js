// When each actor waits, and for what.
//
// A trace says that an actor waits where its step blocks, where its next step needs
// one that comes after its last, and at the end. Since when it waits is in the state
// of the object: whoever wants a lock that is free only has not gone on yet.

import {rank} from './trace.js';

export class Waits {
  constructor(trace) {
    this.trace = trace;
    this.timelines = timelines(trace);
    this.of = trace.actors.map(() => []); // by actor: spans from one step to another
    for (let k = 1; k <= trace.length; k++) this.addStep(k);
    for (const w of trace.waiting) {
      const from = Math.max(trace.own[w.actor].at(-1) || 0, w.taken || 0);
      this.add(w.actor, from, trace.length + 1, w);
    }
    for (const spans of this.of) spans.sort((a, b) => a.to - b.to);
    this.ends = this.of.map(spans => spans.map(s => s.to));
  }

  addStep(k) {
    const t = this.trace, s = t.steps[k], before = t.lastOwn(s.actor, k - 1);
    const needs = Math.max(0, ...s.after.filter(c => c.kind !== 'overwrites').map(c => c.step));
    // What a select has taken need not be the first that it could have taken.
    if (before && needs > before && s.op !== 'select') this.add(s.actor, before, needs, s);
    if (s.blocks) {
      const met = (t.effects[k] || []).map(e => e.step);
      const to = Math.min(t.nextOwn(s.actor, k) || Infinity, ...met);
      if (to !== Infinity) this.of[s.actor].push({from: k, to, what: s});
    }
  }

  // add adds a span, from when on the state of the object keeps the actor waiting.
  add(actor, from, to, what) {
    const [object] = what.op === 'select' ? [] : this.trace.waitsFor(what), line = this.timelines[object];
    let i = line ? rank(line.steps, to) - 1 : -1;
    if (line && hinders(what.op, this.trace.objects[object], line.states[i])) {
      while (i > 0 && line.steps[i] > from && hinders(what.op, this.trace.objects[object], line.states[i - 1])) i--;
      from = Math.max(from, line.steps[i]);
    }
    this.of[actor].push({from, to, what});
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

// timelines has for each object the steps that change it, and its fields after them;
// the first entry is the start.
function timelines(trace) {
  const lines = trace.objects.map(() => ({steps: [0], states: [{}]}));
  for (const c of trace.initial) lines[c.object].states[0][c.field] = c;
  for (let k = 1; k <= trace.length; k++) {
    for (const c of trace.steps[k].changes) {
      const line = lines[c.object];
      if (line.steps.at(-1) !== k) {
        line.steps.push(k);
        line.states.push({...line.states.at(-1)});
      }
      line.states.at(-1)[c.field] = c;
    }
  }
  return lines;
}

// hinders reports whether an object in a state keeps an operation waiting, as far as
// the state says it.
function hinders(op, object, fields) {
  const items = fields.items?.items?.length || 0;
  switch (op) {
    case 'lock': return !!fields.owner?.value || Number(fields.readers?.value) > 0 || !!fields.readers?.items?.length;
    case 'rlock': return !!fields.owner?.value;
    case 'receive': return object.cap > 0 && !items && fields.closed?.value !== 'true';
    case 'wait': return object.kind === 'waitgroup' && Number(fields.count?.value) > 0;
    case 'send': return object.cap > 0 && items >= object.cap;
  }
  return false;
}
