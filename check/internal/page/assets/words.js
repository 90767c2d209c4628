// What happens, in words.

export const number = n => Number(n).toLocaleString('en');

export const count = (n, what) => number(n) + ' ' + what + (n === 1 ? '' : 's');

// line is the place of a step within the file that everybody knows: ":27".
export const line = position => (/:\d+/.exec(position || '') || [''])[0];

// accesses says what an access of a data race does.
export function accesses(access, race) {
  const verbs = {close: 'closes', send: 'sends on', wait: 'waits for', add: 'adds to'};
  return (verbs[access.op] || (access.write ? 'writes' : 'reads')) + ' ' + (race.variable || '');
}

// where splits a position into its file and the number of the line.
export function where(position) {
  const m = /^(.*?):(\d+)(:\d+)?$/.exec(position || '');
  return m ? {file: m[1], line: Number(m[2])} : {file: '', line: 0};
}

export function duration(ns) {
  for (const [unit, size] of [['s', 1e9], ['ms', 1e6], ['µs', 1e3]]) {
    if (Math.abs(ns) >= size) return Number((ns / size).toFixed(3)) + ' ' + unit;
  }
  return ns + ' ns';
}

// quote is a word of a command line, for a shell.
export const quote = text => "'" + text.replaceAll("'", "'\\''") + "'";

// call is what a step does: the call or the statement as written, and the value
// that it got or gave, where the call does not show it.
export function call(trace, step) {
  let text = trace.kind === 'model' && step.text ? step.text : step.label + (step.inside ? ': ' + step.inside : '');
  const value = step.value;
  if (value !== undefined && value !== 'struct{}{}' && !value.startsWith('func(') && !text.includes(value)) {
    text += step.op === 'send' || step.op === 'store' ? ' (' + value + ')' : ' = ' + value;
  }
  return text;
}

// effect is what a step changes.
export function effect(trace, step) {
  const parts = step.changes.map(c => changed(trace.objects[c.object], c)).filter(Boolean);
  if (step.wakes.length) parts.push('wakes ' + step.wakes.map(p => trace.actors[p].name).join(', '));
  if (step.note) parts.push(step.note.replace(/^-> /, '→ '));
  return parts.join(', ');
}

// changed is one change. Owners and readers of locks are left out: the call says
// it, and the state shows it.
function changed(object, c) {
  switch (c.field) {
    case 'owner': case 'readers': case 'waiting': return '';
    case 'closed': return object.name + ' closed';
  }
  const from = parse(c.from);
  if (c.items && from && object.tokens) return object.name + ' ' + from.length + '→' + c.items.length;
  if (c.items && from && c.field === 'value' && from.length === c.items.length) {
    const cells = c.items.flatMap((x, i) => x === from[i] ? [] : [object.name + '[' + i + '] ' + from[i] + '→' + x]);
    if (cells.length < 3) return cells.join(', ');
  }
  if (c.items && c.field === 'items') return object.name + '=[' + c.items.join(' ') + ']';
  return object.name + ' ' + c.from + '→' + c.value;
}

const parse = text => typeof text === 'string' && text[0] === '[' ? text.slice(1, -1).split(' ').filter(Boolean) : null;

// waitsFor is what somebody waits for.
export function waitsFor(trace, w) {
  if (w.for) return w.for;
  const names = w.objects.map(o => trace.objects[o].name).join(', ');
  return names || w.label || 'something';
}

// waiting is a wait at the end, as a row has it: the call and what it waits for.
// Version 1 has no calls there, but states of the engine.
export function waiting(trace, w) {
  if (!w.op || !w.label) return [(w.spins ? 'spins for ' : 'waits for ') + waitsFor(trace, w), ''];
  return [(w.spins ? 'spins: ' : 'waits: ') + w.label, w.for || ''];
}

// gap is what stands for the steps of a row that is folded.
export function gap(trace, row) {
  const who = new Set();
  for (let k = row.from; k <= row.to; k++) who.add(trace.steps[k].actor);
  const names = who.size < 4 ? [...who].map(p => trace.actors[p].name).join(', ') : number(who.size) + ' of them';
  return count(row.to - row.from + 1, 'step') + ' of ' + names;
}

// sentence tells what the run has come to after step k, in two parts: who does
// what, and what else is to be said of it.
export function sentence(trace, k) {
  if (k === 0) return ['Before the first step.', ''];
  if (k > trace.length) {
    const some = trace.waiting.slice(0, 4).map(w => `${trace.actors[w.actor].name} waits for ${waitsFor(trace, w)}`);
    if (trace.waiting.length > 4) some.push('and ' + count(trace.waiting.length - 4, 'other'));
    return [trace.waiting.some(w => w.spins) ? 'Nobody gets on any more.' : 'Nobody can go on any more.', some.join('; ')];
  }
  const s = trace.steps[k];
  const rest = [
    s.func && (s.deferred ? 'deferred, ' : '') + 'in ' + s.func, s.position, s.blocks && 'waits',
    effect(trace, s), s.time && trace.kind === 'go' && 'at ' + duration(s.time),
    k === trace.critical && 'after this step it can no longer be avoided',
  ];
  if (trace.fault && trace.fault.step === k) rest.push('fails here: ' + trace.fault.message);
  if (trace.fault && !trace.fault.step && k === trace.length) rest.push(`${trace.actors[trace.fault.process]?.name || 'it'} fails at ${trace.fault.position || 'its end'}: ${trace.fault.message}`);
  return [trace.actors[s.actor].name + ': ' + call(trace, s), rest.filter(Boolean).join(' · ')];
}
