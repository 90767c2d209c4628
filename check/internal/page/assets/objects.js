// The state after a step: what everybody does next, and the locks, channels and
// variables.

import {$, el} from './dom.js';
import {call, count, duration, line, number, waiting, waitsFor} from './words.js';

const most = 24;     // objects shown; of more, those that have to do with the end
const slots = 12;    // slots of a buffer shown

export class Objects {
  constructor() {
    this.section = $('s-state');
    this.actors = $('actors');
    this.box = $('objects');
  }

  open(run) {
    this.run = run;
    this.order = inUse(run.trace);
    this.pointers = pointers(run.trace);
  }

  show(k) {
    const {trace, states} = this.run, step = trace.steps[k], at = Math.min(k, trace.length);
    this.section.hidden = trace.operations.length > 0 || trace.length === 0 || !this.order.length && trace.kind !== 'go';
    if (this.section.hidden) return;
    $('h-state').textContent = 'State ' + (k === 0 ? 'at the start' : k > trace.length ? 'at the end' : 'after step ' + number(k)) +
      (step?.time && trace.kind === 'go' ? ', at ' + duration(step.time) : '');
    this.showActors(k);
    const state = states.after(at), waiting = this.waiting(at);
    const changes = new Map((step?.changes || []).map(c => [c.object, c]));
    this.box.replaceChildren(...this.order.map(i => this.object(i, state, changes.get(i), waiting.get(i) || [])));
  }

  // waiting is who waits for which object.
  waiting(k) {
    const map = new Map();
    for (const a of this.run.trace.actors) {
      const what = this.run.waits.at(a.index, k);
      for (const o of what ? this.run.trace.waitsFor(what) : []) map.set(o, [...map.get(o) || [], a.index]);
    }
    return map;
  }

  showActors(k) {
    const trace = this.run.trace, list = [];
    for (const i of this.run.lanes) {
      const actor = trace.actors[i];
      if (actor.kind === 'clock') continue;
      const [text, bad] = this.doing(actor, k);
      const dot = el('i', 'dot');
      dot.style.background = this.run.color(i);
      list.push(el('dt', '', dot, actor.name), el('dd', bad ? 'bad' : '', text));
    }
    this.actors.replaceChildren(...list);
  }

  // doing is what an actor does after step k, and whether it is stuck with that.
  doing(actor, k) {
    const trace = this.run.trace, at = Math.min(k, trace.length);
    const end = k >= trace.length && trace.waiting.find(w => w.actor === actor.index);
    if (end) return [(end.spins ? 'spins, for ' : 'waits for ') + waitsFor(trace, end), true];
    const next = trace.steps[trace.nextOwn(actor.index, at)], what = this.run.waits.at(actor.index, at);
    if (what) return [line(what.position) + ' ' + waiting(trace, what)[0], true];
    if (actor.born > at) return ['not started', false];
    if (next) return ['next: ' + [trace.kind === 'model' ? '' : line(next.position), call(trace, {...next, value: undefined})].filter(Boolean).join(' '), false];
    if (actor.ended && actor.ended <= at) return ['has ended', false];
    const pending = trace.waiting.concat(trace.pending).find(w => w.actor === actor.index);
    if (pending) return ['next: ' + line(pending.position) + ' ' + pending.label, false];
    // Where nobody can go on at the end, who does not wait there has come to his own.
    return [trace.kind === 'go' && trace.waiting.length ? 'has ended' : 'goes on', false];
  }

  object(i, state, change, waiting) {
    const o = this.run.trace.objects[i], fields = state[i];
    const value = el('div', 'value'), kind = o.kind === 'chan' ? (o.cap ? `channel of ${number(o.cap)}` : 'channel') : o.kind || '';
    const box = el('div', 'object', el('b', '', o.name), el('div', 'kind', kind), value);
    box.classList.toggle('changed', !!change);
    box.title = [o.name, o.type, o.declared && 'declared ' + o.declared, o.made && 'made ' + o.made, o.aliases && 'also ' + o.aliases.join(', ')].filter(Boolean).join('\n');
    if (this.run.trace.known.has(i) || o.kind === 'chan') {
      (drawers[o.kind] || drawVariable).call(this, {o, i, fields, change, value, box, state});
    }
    if (waiting.length) {
      box.append(el('div', 'waiting', 'waiting: ', ...waiting.slice(0, 6).map(a => this.run.tag(a)), waiting.length > 6 ? '+' + (waiting.length - 6) : ''));
    }
    return box;
  }
}

function drawLock({fields, value}) {
  const owner = fields.owner?.value, readers = fields.readers?.items || [], some = Number(fields.readers?.value) || 0;
  if (owner) value.append('held by ', who(this.run, owner));
  if (readers.length) value.append('read by ', ...readers.slice(0, 6).map(r => who(this.run, r)));
  else if (some) value.append('read by ' + number(some));
  if (!owner && !readers.length && !some) value.append('free');
}

// who is the tag of an actor that a value names, or else the value.
function who(run, text) {
  const actor = run.trace.actorOf(text);
  return actor < 0 ? text : run.tag(actor);
}

function drawChannel({o, fields, change, value, box}) {
  const items = fields.items?.items || [], room = Number(o.cap) || 0;
  if (!room) value.append('keeps nothing: who sends meets who receives');
  else if (o.tokens && room <= slots) {
    for (let i = 0; i < room; i++) value.append(el('span', i < items.length ? 'token full' : 'token'));
    value.append(` ${items.length} of ${number(room)}`);
  } else {
    drawSlots(value, items, Math.min(room, slots), change?.field === 'items' ? parsed(change.from) : null);
    if (room > slots) value.append(` ${number(items.length)} of ${number(room)}`);
    box.classList.toggle('wide', room > 4);
  }
  if (fields.closed?.value === 'true') value.append(el('span', 'slot new', 'closed'));
}

function drawSlots(value, items, room, before) {
  for (let i = 0; i < Math.max(room, Math.min(items.length, slots)); i++) {
    const fresh = before && i < items.length && i >= before.length;
    value.append(el('span', i >= items.length ? 'slot empty' : fresh ? 'slot new' : 'slot', i < items.length ? items[i] : ''));
  }
}

const parsed = text => typeof text === 'string' ? text.slice(1, -1).split(' ').filter(Boolean) : null;

function drawCond({fields, value}) {
  const items = fields.waiting?.items || [];
  value.append(items.length ? 'in its wait set: ' : 'its wait set is empty', ...items.slice(0, 8).map(r => who(this.run, r)));
}

function drawWaitGroup({fields, change, value}) {
  if (change) value.append(el('s', 'dim', change.from), '→');
  value.append(el('span', 'code', fields.count?.value ?? '0'), ' not done');
}

// drawVariable draws a list as the slots of a buffer, with the variables that
// point into it, and anything else as it is.
function drawVariable({o, i, fields, change, value, box, state}) {
  const field = fields.value || Object.values(fields)[0];
  if (!field) return;
  if (!field.items) {
    if (change) value.append(el('s', 'dim', change.from), '→');
    return value.append(el('span', 'code', field.value));
  }
  const before = change ? parsed(change.from) : null;
  field.items.slice(0, 2 * slots).forEach((item, n) => {
    const names = (this.pointers.get(i) || []).filter(p => Number(state[p].value?.value) === n).map(p => this.run.trace.objects[p].name);
    value.append(el('span', 'cell', el('span', before && before[n] !== item ? 'slot new' : 'slot', item), el('small', '', names.join(' ') || String(n))));
  });
  if (!field.items.length) value.append(el('span', 'slot empty', ''));
  if (field.items.length > 2 * slots) value.append('… ' + count(field.items.length, 'item'));
  box.classList.toggle('wide', field.items.length > 4);
}

const drawers = Object.assign(Object.create(null), {chan: drawChannel, mutex: drawLock, rwmutex: drawLock, cond: drawCond, waitgroup: drawWaitGroup});

// pointers finds the variables that are indices into a buffer, as in and out are
// into the ring of a circular queue: they have such a name, and there is one list
// that they can mean.
function pointers(trace) {
  const names = pattern => trace.objects.flatMap((o, i) => o && pattern.test(o.name) ? [i] : []);
  const buffers = names(/^(buffer|buf|ring|slots)$/i), map = new Map();
  if (buffers.length === 1) map.set(buffers[0], names(/^(in|out|head|tail|front|rear|first|last)$/i));
  return map;
}

// inUse are the objects that the run has to do with, if anything is known of them;
// of many, those that are waited for or held, and those of the last steps.
function inUse(trace) {
  const used = new Set(trace.waiting.flatMap(w => w.objects).concat(trace.holds.map(h => h.object)));
  if (trace.kind === 'model') trace.initial.forEach(v => used.add(v.object));
  for (let k = trace.length; k >= 1 && used.size < 2 * most; k--) {
    for (const o of [...trace.steps[k].objects, ...trace.steps[k].changes.map(c => c.object)]) used.add(o);
  }
  const waited = new Set(trace.waiting.flatMap(w => trace.waitsFor(w)));
  return [...used].filter(o => trace.known.has(o) || waited.has(o)).slice(0, most).sort((a, b) => a - b);
}
