// A trace as the panes read it. Traces of version 1 and 2 look alike behind it:
// version 1 has no actors, objects and causes, so they are made of what it has.
//
// Steps, objects and sites are numbered from 1, as in the JSON; 0 is none. What
// refers to something that is not there is left out: nothing here trusts its input.

import {accesses, where} from './words.js';

const pictures = {model: 'model', history: 'history', stress: 'stress', test: 'go'};

export class Trace {
  constructor(json, verdict) {
    const list = name => Array.isArray(json[name]) ? json[name] : [];
    this.kind = json.kind || pictures[verdict.kind] || 'go';
    this.replay = json.replay || '';
    this.params = list('params');
    this.fault = json.fault;
    this.race = json.race;
    this.unavoidable = !!json.unavoidable;
    this.sources = list('sources');
    this.operations = list('operations');
    this.points = list('points');
    this.constraints = list('constraints');
    this.sites = list('sites');
    this.length = list('steps').length;

    this.actors = list('processes').map((name, i) => readActor(name, list('actors')[i], i));
    this.objects = [null, ...list('objects').map(o => ({...o}))];
    this.initial = list('initial').map(v => this.change(v, v.value)).filter(Boolean);
    this.steps = [null, ...list('steps').map((s, i) => this.step(s, i + 1))];
    // Objects whose state the trace tells; of others nothing is known.
    this.known = new Set([...this.initial, ...this.steps.flatMap(s => s ? s.changes : [])].map(c => c.object));
    this.waiting = list('waiting').map(w => this.wait(w));
    this.sortWaiting();
    this.pending = list('pending').map(w => this.wait(w));
    this.holds = list('holds').filter(h => this.objects[h.object]).map(h => ({...h, actor: this.actor(h.process)}));

    tagActors(this.actors);
    this.own = this.actors.map(() => []); // the steps of each actor, ascending
    this.effects = [];                    // the arrows that begin at a step
    for (let k = 1; k <= this.length; k++) this.own[this.steps[k].actor].push(k);
    for (let k = 1; k <= this.length; k++) this.addWakes(k);
    for (let k = 1; k <= this.length; k++) {
      for (const cause of this.steps[k].after) (this.effects[cause.step] ||= []).push({step: k, kind: cause.kind});
    }
    this.incidents = this.readIncidents();
    this.critical = this.unavoidable ? 0 : Math.max(0, this.steps.findIndex(s => s && s.critical));
  }

  // sortWaiting puts those who wait in the order in which they matter. That the first
  // goroutine waits for the others comes last: it is a consequence. If they are many, who
  // has what another one waits for comes first, and who waits for a timer late.
  sortWaiting() {
    const follows = w => w.actor === 0 && w.objects.some(o => ['waitgroup', 'thread'].includes(this.objects[o].kind));
    const many = this.waiting.length >= 5, has = new Set(this.waiting.map(w => w.holder));
    this.foremost = new Set(many ? this.waiting.filter(w => has.has(w.actor)).map(w => w.actor) : []);
    const rank = w => follows(w) ? 3 : this.foremost.has(w.actor) ? 0 : many && w.op === 'sleep' ? 2 : 1;
    this.waiting.sort((a, b) => rank(a) - rank(b));
  }

  // readIncidents are what happens between the steps of an actor: the accesses of a
  // data race, and a fault that is no step.
  readIncidents() {
    const out = (this.race?.accesses || []).map(a => {
      const what = accesses(a, this.race);
      return {actor: a.process, position: a.position, text: a.text || what, more: a.text ? what : '', after: a.after || 0, access: true};
    });
    const f = this.fault;
    if (f && !this.steps[f.step]) {
      const own = (this.own[f.process] || []).filter(k => !this.steps[k].unwinding && !this.steps[k].deferred);
      out.push({actor: f.process, position: f.position, text: 'fails: ' + f.message, more: '', after: own.at(-1) || 0});
    }
    return out.filter(i => this.actors[i.actor]);
  }

  // actor is the index of an actor, and adds one that the trace does not name.
  actor(i) {
    if (this.actors[i]) return i;
    const name = 'process ' + (Number.isInteger(i) ? i + 1 : '?');
    const known = this.actors.findIndex(a => a.name === name);
    return known >= 0 ? known : this.actors.push(readActor(name, undefined, this.actors.length)) - 1;
  }

  // actorOf finds an actor that a value names.
  actorOf(text) {
    return this.actors.findIndex(a => a.id === text || a.name === text || a.tag === text);
  }

  // site is a step or a wait with what its site says.
  site(x) {
    const at = this.sites[x.site - 1];
    return at ? {...at, ...x, label: x.label || at.label, position: x.position || at.position, op: x.op || at.op} : x;
  }

  step(json, k) {
    const s = this.site(json);
    return {
      ...s,
      actor: this.actor(s.process),
      label: s.label || s.op || '',
      objects: this.objectsOf(s),
      changes: (s.changes || []).map(c => this.change(c, c.to)).filter(Boolean),
      wakes: (s.wakes || []).filter(p => this.actors[p]),
      after: (s.after || []).filter(c => c.step >= 1 && c.step < k),
    };
  }

  wait(json) {
    const w = this.site(json);
    return {...w, actor: this.actor(w.process), objects: this.objectsOf(w), holder: this.actors[w.holder] ? w.holder : -1};
  }

  objectsOf(x) {
    return (x.objects && x.objects.length ? x.objects : [x.object]).filter(o => this.objects[o]);
  }

  // waitsFor are the objects that a step waits for: all of a select, and else the one
  // that it works on. Wait of a condition variable also has a lock, but waits for a
  // signal.
  waitsFor(x) { return x.op === 'select' ? x.objects : x.objects.slice(0, 1); }

  // change is a change of an object; version 1 has them by name. The program
  // counters of a model are no object: the lanes show where a process stands.
  change(c, value) {
    let object = c.object || 0;
    if (!this.objects[object]) {
      if (c.object || c.name === 'PC') return null;
      object = this.objects.findIndex(o => o && o.name === c.name);
      if (object < 0) object = this.objects.push({name: c.name, kind: 'variable'}) - 1;
    }
    return {object, field: c.field || 'value', from: c.from, value: value ?? '', items: c.items || parseList(value)};
  }

  // addWakes makes causes of the wakes of step k, where the next step of who is
  // woken does not say it.
  addWakes(k) {
    for (const p of this.steps[k].wakes) {
      const next = this.steps[this.nextOwn(p, k)];
      if (next && !next.after.some(c => c.step === k)) next.after.push({step: k, kind: 'wake'});
    }
  }

  // lines are those of a file at which something happens, or which lead there.
  lines(file) {
    const {fault, race, waiting, pending, steps, actors} = this;
    const at = [...steps, ...waiting, ...pending, fault, ...race?.accesses || []].filter(Boolean);
    const all = at.flatMap(x => [x.position, ...(x.frames || []).map(f => f.position)]).concat(actors.map(a => a.startedAt));
    return new Set(all.map(where).filter(w => w.file === file).map(w => w.line));
  }

  // nextOwn is the first step of an actor after step k, lastOwn the last one up to
  // it; 0 if there is none.
  nextOwn(actor, k) { return this.own[actor][rank(this.own[actor], k + 1)] || 0; }
  lastOwn(actor, k) { return this.own[actor][rank(this.own[actor], k + 1) - 1] || 0; }
}

// rank is how many elements of an ascending list are less than x.
export function rank(list, x) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < x) low = middle + 1; else high = middle;
  }
  return low;
}

// parseList takes a printed list apart, as in [1 0 2]; undefined if it is none.
function parseList(text) {
  if (typeof text !== 'string' || !/^\[[^[\]{}"]*\]$/.test(text)) return undefined;
  return text.length === 2 ? [] : text.slice(1, -1).split(' ');
}

function readActor(name, json = {}, i) {
  return {
    index: i, name: String(name), id: json.id || '', kind: json.kind || '',
    born: json.born || 0, ended: json.ended || 0,
    startedAt: String(json.go?.position || '').replace(/(:\d+):\d+$/, '$1'),
    started: json.go ? (json.kind === 'goroutine' ? 'go ' : 'started at ') + String(json.go.position).replace(/^.*\//, '').replace(/(:\d+):\d+$/, '$1') : json.kind === 'clock' ? 'virtual time' : json.kind === 'goroutine' ? 'first goroutine' : json.kind || '',
  };
}

// tagActors gives each actor a tag of a few letters, no two the same.
function tagActors(actors) {
  const seen = new Set();
  for (const a of actors) {
    const [, first, number] = /^(\w?)[^]*?(\d*)$/.exec(a.name);
    let tag = a.id && a.id.length < 7 ? a.id : first.toUpperCase() + number;
    if (!tag || seen.has(tag)) tag = '#' + (a.index + 1);
    seen.add(tag);
    a.tag = tag;
  }
}
