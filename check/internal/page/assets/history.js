// A history: bars for operations that take time, the points of an order as far as
// one goes, and why none goes further. The axis is the order of calls and returns,
// which is all that counts.

import {$, el, svg, arrowTip} from './dom.js';

const left = 92, row = 66, bar = 28, top = 30, line = 18;
const letter = 7.4; // the width of one, in labels

export class History {
  constructor() {
    this.box = $('bars');
    this.why = $('s-why');
    this.box.addEventListener('scroll', () => this.freeze());
    addEventListener('beforeprint', () => {
      this.box.scrollLeft = 0;
      this.freeze();
    });
  }

  open(run) {
    this.run = run;
    this.shown = run.trace.kind === 'history' || run.trace.kind === 'stress';
    this.box.hidden = !this.shown;
    this.why.hidden = !this.shown || !run.trace.constraints.length;
    if (!this.shown) return;
    this.operations = readOperations(run.trace);
    this.byID = new Map(this.operations.map(o => [o.id, o]));
    this.draw();
    this.opened = true;
    if (!this.why.hidden) this.explain();
  }

  layout() {
    if (!this.shown || !this.run) return;
    this.draw();
    this.opened = true;
  }

  show(k) {
    if (!this.shown) return;
    const x = this.x(Math.min(k, this.run.trace.length) + 0.5);
    this.mark.setAttribute('x1', x);
    this.mark.setAttribute('x2', x);
    if (this.opened && k >= this.run.trace.length) this.box.scrollLeft = this.begin();
    else if (x < this.box.scrollLeft + left || x > this.box.scrollLeft + this.box.clientWidth - 20) this.box.scrollLeft = x - this.box.clientWidth / 2;
    this.opened = false;
    this.freeze();
  }

  // begin is how far to scroll for the first of the operations that the fault is about: whoever
  // opens a history reads it from there, and not from its last return.
  begin() {
    const {points, constraints} = this.run.trace, about = new Set(constraints.flatMap(c => [c.before, c.after]));
    for (const p of points) if (p.ok === false) about.add(p.operation);
    const from = this.operations.filter(o => o.witness || about.has(o.id)).map(o => o.from);
    return from.length ? this.x(Math.min(...from)) - left - 12 : 0;
  }

  x(k) { return left + (k - 0.5) * this.unit; }
  y(actor) { return top + actor * row + 16; }

  draw() {
    const trace = this.run.trace, n = Math.max(1, trace.length);
    const room = Math.max(320, this.box.clientWidth - 34);
    this.unit = Math.max((room - left - 20) / (n + 1), this.leastUnit(n));
    const width = left + (n + 1) * this.unit + 10, points = this.placePoints(trace.points.filter(p => this.byID.has(p.operation)), width);
    const height = this.y(trace.actors.length) + (points.length ? 34 + line * (1 + Math.max(...points.map(p => p.row))) : 6);
    const picture = this.picture = svg('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': this.words()});
    picture.append(arrowTip('bars-tip'));
    for (const actor of trace.actors) {
      const y = this.y(actor.index) + bar / 2;
      picture.append(svg('line', {x1: left, x2: width, y1: y, y2: y, class: 'rule'}));
    }
    for (const o of this.operations) picture.append(this.bar(o, width));
    if (points.length) this.drawPoints(points, width);
    for (const c of trace.constraints) this.drawConstraint(c);
    picture.append(this.names(height, points.length));
    this.mark = svg('line', {x1: 0, x2: 0, y1: 6, y2: height, class: 'mark'});
    picture.append(this.mark);
    this.box.replaceChildren(picture);
  }

  // freeze keeps the names where they are when the bars are scrolled.
  freeze() { this.margin?.setAttribute('transform', `translate(${this.box.scrollLeft} 0)`); }

  names(height, points) {
    const g = this.margin = svg('g');
    const name = (text, y) => svg('text', {x: 2, y: y + 4}, text.length > 13 ? text.slice(0, 12) + '…' : text);
    g.append(svg('rect', {x: -14, y: 0, width: left, height, class: 'ground'}));
    for (const actor of this.run.trace.actors) g.append(name(actor.name, this.y(actor.index) + bar / 2));
    if (points) g.append(name('one order', this.y(this.run.trace.actors.length) + 6));
    return g;
  }

  // leastUnit is how wide a step must be, for labels to end before the next one of
  // the same client begins.
  leastUnit(n) {
    const next = o => Math.min(n + 2, ...this.operations.filter(p => p.actor === o.actor && p.from > o.from).map(p => p.from));
    return Math.min(180, Math.max(46, ...this.operations.map(o => (o.label.length * letter + 4) / (next(o) - o.from))));
  }

  bar(o, width) {
    const [x1, x2] = this.ends(o, width), y = this.y(o.actor), g = svg('g', {'data-operation': o.id});
    const rect = svg('rect', {x: x1, y, width: x2 - x1, height: bar, rx: 6, class: o.witness ? 'bar bad' : 'bar'});
    if (o.to === null) rect.setAttribute('stroke-dasharray', '4 3');
    // A label that does not fit stands above its bar.
    const above = o.label.length * letter > x2 - x1 - 6;
    g.append(rect, svg('text', {x: above ? x1 : (x1 + x2) / 2, y: above ? y - 4 : y + 18, class: `code${above ? '' : ' middle'}${o.witness ? ' bad' : ''}`}, o.label), svg('title', {}, o.title));
    return g;
  }

  ends(o, width) { return [this.x(o.from), o.to === null ? width - 4 : Math.max(this.x(o.to + (o.to === o.from ? 0.8 : 0)), this.x(o.from) + 12)]; }

  // placePoints puts each operation of the order at the first time at which it can
  // take effect, and its text below, in the first row where there is room.
  placePoints(points, width) {
    const ends = []; // of the last text in each row
    let last = 0;
    return points.map(p => {
      const o = this.byID.get(p.operation), good = p.ok !== false, x = Math.max(last + 14, this.ends(o, width)[0] + 6);
      last = x;
      const text = good ? `[${(p.state || []).join(', ')}]` : (p.want === 'wait' ? 'must wait' : `must return ${p.want || 'otherwise'}`) + (p.got ? `, returned ${p.got}` : '');
      const size = text.length * letter, begin = Math.max(2, Math.min(x - size / 2, width - size));
      let row = ends.findIndex(end => end + 8 < begin);
      if (row < 0) row = ends.length;
      ends[row] = begin + size;
      return {o, good, x, text, row, at: begin + size / 2};
    });
  }

  drawPoints(points, width) {
    const y = this.y(this.run.trace.actors.length) + 6;
    this.picture.append(svg('line', {x1: left, x2: width, y1: y, y2: y, class: 'rule'}));
    for (const {o, good, x, text, row, at} of points) {
      const below = svg('line', {x1: x, x2: x, y1: this.y(o.actor) + bar, y2: y, 'stroke-dasharray': '2 3'});
      const mark = good ? svg('circle', {cx: x, cy: y, r: 5}) : svg('path', {d: `M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}`, 'stroke-width': 3});
      below.style.stroke = mark.style.stroke = mark.style.fill = `var(--${good ? 'good' : 'bad'})`;
      this.picture.append(below, mark, svg('text', {x: at, y: y + 22 + row * line, class: 'code middle ' + (good ? 'good' : 'bad')}, text));
    }
  }

  drawConstraint(c) {
    const a = this.byID.get(c.before), b = this.byID.get(c.after);
    if (!a || !b) return;
    const width = Number(this.picture.getAttribute('width')), [a1, a2] = this.ends(a, width), [b1, b2] = this.ends(b, width);
    const ya = this.y(a.actor), yb = this.y(b.actor), xa = (a1 + a2) / 2, xb = (b1 + b2) / 2;
    const d = c.kind === 'time' ? `M${a2 + 1} ${ya + bar / 2}L${b1 - 3} ${yb + bar / 2}` : `M${xa} ${ya - 2}C${xa} ${ya - 26} ${xb} ${yb - 26} ${xb} ${yb - 3}`;
    this.picture.append(svg('path', {d, class: c.kind === 'time' ? 'arrow' : 'arrow waits', 'marker-end': 'url(#bars-tip)'}));
  }

  explain() {
    const list = el('ol');
    for (const c of this.run.trace.constraints) {
      const a = this.byID.get(c.before), b = this.byID.get(c.after);
      if (!a || !b) continue;
      const item = el('li', c.kind === 'object' ? 'object' : '', el('b', 'code', `${a.label} before ${b.label}`), el('div', 'note', c.why));
      item.tabIndex = 0;
      const light = on => [a, b].forEach(o => this.picture.querySelector(`[data-operation="${Number(o.id)}"] rect`)?.classList.toggle('lit', on));
      for (const [event, on] of [['mouseenter', true], ['focus', true], ['mouseleave', false], ['blur', false]]) item.addEventListener(event, () => light(on));
      list.append(item);
    }
    $('why').replaceChildren(list);
    if (this.run.trace.constraints.length > 1) $('why').append(el('p', 'note', 'Each line is forced, by time or by what the object is. Together they go round in a circle, so no order has them all.'));
  }

  words() {
    return this.operations.map(o => `${this.run.trace.actors[o.actor].name}: ${o.label}, from step ${o.from} ${o.to === null ? 'on, ' + standing(this.run.trace) : 'to ' + o.to}`).join('; ');
  }
}

// standing says what an operation does that has not returned at the end: it waits for good if
// nobody could go on there.
function standing(trace) { return trace.waiting.length ? 'never returned' : 'goes on'; }

// readOperations finds the operations in the steps: a step is a call, a return, or
// an operation during which nothing else happened. What the trace says of its
// operations besides is added, in their order.
function readOperations(trace) {
  const out = [], begun = new Map();
  for (let k = 1; k <= trace.length; k++) {
    const s = trace.steps[k], result = /^-> ([^]*)$/.exec(s.note || '')?.[1];
    if (s.label.endsWith(' returns') && begun.has(s.actor)) {
      Object.assign(begun.get(s.actor), {to: k, result});
      begun.delete(s.actor);
      continue;
    }
    const o = {id: 'step' + k, actor: s.actor, call: s.label, from: k, to: result === undefined ? null : k, result};
    out.push(o);
    if (o.to === null) begun.set(s.actor, o);
  }
  if (trace.operations.length === out.length) out.forEach((o, i) => Object.assign(o, {id: trace.operations[i].id, witness: trace.operations[i].witness}));
  for (const o of out) {
    o.label = o.call + (o.result === undefined || o.result === 'ok' ? '' : ' → ' + o.result) + (o.to === null ? ' …' : '');
    o.title = `${trace.actors[o.actor].name}: ${o.call}, ` + (o.to === null ? standing(trace) : 'returned ' + o.result);
  }
  return out;
}
