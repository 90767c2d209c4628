// The lanes: one for each actor, a row for each step, arrows between them. Only
// what can be seen is in the document, so that long runs scroll as short ones do.

import {$, el, svg, arrowTip} from './dom.js';
import {call, effect, gap, line, number, waiting} from './words.js';
import {actorsThatMatter} from './rows.js';

const height = 30;   // of a row
const further = 16;  // of each line of one behind the first
const most = 8;      // lines of one
const letter = {code: 7.6, words: 7}; // how wide one is
const top = 46;      // of the first row: below the heads
const gutter = 54;   // for the numbers
const tallest = 142; // the buttons of a narrow screen, with what they say
const least = 180;   // that the lanes get of it
const spare = 6;     // rows drawn above and below what can be seen
const behind = 130;  // the last lane, where not all can be seen at once, for what is done in it

export class Lanes {
  constructor(page) {
    this.page = page;
    this.box = $('lanes');
    this.heads = el('div', 'heads');
    this.rowsBox = el('div', 'rows');
    this.light = el('div', 'light');
    this.picture = svg('svg', {class: 'picture', 'aria-hidden': 'true'});
    this.field = el('div', 'field', this.heads, this.light, this.picture, this.rowsBox);
    this.field.setAttribute('aria-hidden', 'true'); // the table has the same
    this.box.append(this.field);
    this.box.addEventListener('scroll', () => this.soon());
    this.rowsBox.addEventListener('click', event => this.click(event));
  }

  open(run) {
    this.run = run;
    this.box.hidden = run.trace.kind === 'history' || run.trace.kind === 'stress';
    if (this.box.hidden) return;
    this.actors = this.every = actorsThatMatter(run.trace);
    const acting = run.trace.own.filter(steps => steps.length).length;
    this.shared = acting > this.actors.length;
    this.layout();
  }

  // layout measures, and makes the heads.
  layout() {
    if (!this.run || this.box.hidden) return;
    this.above();
    const lanes = this.actors.length + (this.shared ? 1 : 0), room = this.box.clientWidth;
    this.width = Math.max(room < 560 ? 165 : 155, Math.floor((room - gutter - 4) / Math.max(1, lanes)));
    const crowded = room < gutter + this.width * lanes;
    this.order(crowded);
    this.all = Math.max(room - 1, gutter + this.width * lanes + (crowded ? behind : 0));
    this.field.style.width = this.all + 'px';
    this.stretch();
    this.heads.replaceChildren(...this.actors.map(a => this.head(this.run.trace.actors[a])));
    if (this.shared) {
      const others = this.run.trace.actors.length - this.actors.length;
      this.heads.append(this.placed(el('div', 'head', el('b', '', 'others'), el('span', '', number(others) + ' that get on')), -1));
    }
    this.drawn = '';
  }

  // above keeps the lanes above the steps' buttons, where these stay at the bottom of a narrow
  // screen.
  above() {
    const stepper = document.querySelector('.stepper'), stays = getComputedStyle(stepper).position === 'sticky';
    const room = window.innerHeight - this.box.getBoundingClientRect().top - window.scrollY - tallest;
    this.box.style.maxHeight = stays && room > least ? room + 'px' : '';
  }

  // order puts those first whom the end is about, if not all lanes can be seen at once.
  order(crowded) {
    const trace = this.run.trace, about = new Set([...trace.waiting.map(w => w.actor), ...trace.holds.map(h => h.actor), ...trace.incidents.map(i => i.actor)]);
    this.actors = crowded ? this.every.toSorted((a, b) => about.has(b) - about.has(a)) : this.every;
    this.laneOf = new Map(this.actors.map((actor, lane) => [actor, lane]));
  }

  // stretch gives room to the rows that there are.
  stretch() {
    this.tops = [0];
    for (const row of this.run.rows.all) this.tops.push(this.tops.at(-1) + height + further * (this.lines(row) - 1));
    this.field.style.height = top + this.tops.at(-1) + 10 + 'px';
  }

  head(actor) {
    const dot = el('i', 'dot');
    dot.style.background = this.run.color(actor.index);
    const tag = actor.name.startsWith(actor.tag) ? '' : actor.tag, more = [tag, actor.started].filter(Boolean).join(', ');
    const head = el('div', 'head', el('b', '', dot, actor.name), el('span', '', more));
    head.title = [actor.name, more].filter(Boolean).join(', ');
    return this.placed(head, actor.index);
  }

  placed(e, actor) {
    e.style.left = this.x(actor) - 12 + 'px';
    e.style.width = this.width + 'px';
    return e;
  }

  // x is where the line of an actor is, y the middle of a row.
  x(actor) { return gutter + (this.laneOf.get(actor) ?? this.actors.length) * this.width + 12; }
  y(row) { return (row < 0 ? -height : this.tops[row]) - this.tops[this.from] + height / 2; }

  // at is the row that is so far down.
  at(y) {
    let low = 0, high = this.tops.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle + 1] <= y) low = middle + 1; else high = middle;
    }
    return low;
  }

  show(k) {
    if (this.box.hidden) return;
    this.now = k;
    if (k >= 1 && this.run.rows.reveal(k)) this.stretch();
    this.scrollTo(k);
    this.draw(true);
  }

  scrollTo(k) {
    const box = this.box, row = k < 1 ? -1 : this.run.rows.of(k), [y, below] = row < 0 ? [0, 0] : [this.tops[row], this.tops[row + 1]];
    if (y < box.scrollTop + height) box.scrollTop = Math.max(0, y - height);
    else if (top + below + height > box.scrollTop + box.clientHeight) box.scrollTop = top + below + height - box.clientHeight;
    const actor = this.run.actorAt(k);
    if (actor < 0 || this.all <= box.clientWidth) return;
    const act = row < 0 ? undefined : this.acts(this.run.rows.all[row]).find(a => a.step.actor === actor);
    const x = this.x(actor) - 12, end = x + Math.max(this.width, act ? Math.min(act.size, act.room) + 24 : 0);
    if (x < box.scrollLeft + gutter) box.scrollLeft = x - gutter;
    else if (end > box.scrollLeft + box.clientWidth) box.scrollLeft = Math.min(x - gutter, end - box.clientWidth);
  }

  soon() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(false); });
  }

  draw(force) {
    const rows = this.run.rows.all;
    this.from = Math.max(0, this.at(this.box.scrollTop) - spare);
    this.to = Math.min(rows.length, this.at(this.box.scrollTop + this.box.clientHeight) + 1 + spare);
    const key = this.from + '-' + this.to;
    if (!force && key === this.drawn) return;
    this.drawn = key;
    const now = this.now < 1 ? -1 : this.run.rows.of(this.now);
    this.light.hidden = now < 0;
    if (now >= 0) this.span(this.light, now);
    this.rowsBox.replaceChildren(...rows.slice(this.from, this.to).map((row, i) => this.row(row, this.from + i, now)));
    this.drawPicture();
  }

  // span lets an element be where a row is.
  span(e, row) {
    e.style.top = top + this.tops[row] + 'px';
    e.style.height = this.tops[row + 1] - this.tops[row] + 'px';
  }

  row(row, i, now) {
    const critical = row.step && row.from === this.run.trace.critical, e = el('div', 'row');
    this.span(e, i);
    e.classList.toggle('now', i === now);
    e.classList.toggle('critical', Boolean(critical));
    e.dataset.row = i;
    e.append(el('span', 'number', row.step ? (critical ? '! ' : '') + row.from : row.end ? 'end' : row.incident ? '·' : '…'));
    for (const act of this.acts(row)) e.append(this.act(act));
    if (critical) e.append(el('div', 'limit', el('span', '', 'from here on it cannot be avoided')));
    if (!row.step && !row.end && !row.incident) e.append(el('span', 'gap', gap(this.run.trace, row) + ': show'));
    return e;
  }

  // lines is how many a row needs, for what is done in it to be read.
  lines(row) { return Math.min(most, Math.max(1, ...this.acts(row).map(a => a.size <= a.room ? 1 : wrapped(a, a.room - 14)))); }

  // acts are what is done in a row. Each may reach over the lanes in
  // which nothing is done meanwhile, but no further than can be seen at once.
  acts(row) {
    const trace = this.run.trace, acts = [];
    const add = (step, text, more, bad) => {
      const at = trace.kind === 'model' ? '' : line(step.position), who = this.laneOf.has(step.actor) ? '' : trace.actors[step.actor].name + ' ';
      const size = 14 + width((at && at + ' ') + who + text, more || '');
      acts.push({step, at, text, who, more, bad, size, lane: this.laneOf.get(step.actor) ?? this.actors.length});
    };
    if (row.step) add(row.step, call(trace, row.step), effect(trace, row.step), trace.fault?.step === row.from || row.step.blocks);
    else if (row.end) trace.waiting.filter(w => this.laneOf.has(w.actor)).forEach(w => add(w, ...waiting(trace, w), true));
    else if (row.incident) add(row.incident, row.incident.text, row.incident.more, true);
    acts.toSorted((a, b) => a.lane - b.lane).forEach((act, i, acts) => {
      const lane = gutter + act.lane * this.width, seen = this.box.clientWidth, end = lane + this.width <= seen ? Math.min(seen, this.all) : this.all;
      const room = i + 1 === acts.length ? end - lane - 26 : (acts[i + 1].lane - act.lane) * this.width - 24;
      act.room = Math.max(this.width - 24, Math.min(room, seen - gutter - 24));
    });
    return acts;
  }

  // act shows what is done, in its lane.
  act({step, at, who, text, more, bad, size, room}) {
    const e = el('span', 'act' + (bad ? ' bad' : '') + (size > room ? ' long' : ''), el('i', '', at && at + ' '), who + text);
    if (more) e.append(size > room ? ' ' : '', el('small', '', more));
    e.title = [step.position, text, more].filter(Boolean).join('\n');
    e.style.left = this.x(step.actor) + 8 + 'px';
    e.style.maxWidth = room + 'px';
    return e;
  }

  drawPicture() {
    const p = this.picture, rows = this.run.rows.all;
    p.setAttribute('width', this.all);
    p.setAttribute('height', this.tops[this.to] - this.tops[this.from]);
    p.style.top = top + this.tops[this.from] + 'px';
    p.replaceChildren(arrowTip('tip'));
    if (this.from >= this.to) return;
    this.first = Math.ceil(rows[this.from].from);
    this.last = Math.floor(rows[this.to - 1].to);
    for (const actor of this.actors) this.drawLife(actor);
    for (let i = this.from; i < this.to; i++) if (rows[i].step) this.drawArrows(rows[i].from);
    this.drawRace();
    for (let i = this.from; i < this.to; i++) this.drawMarks(rows[i], i);
  }

  // inside bounds the y of a row, so that no line is longer than what can be seen.
  inside(row) { return this.y(Math.max(this.from - 1, Math.min(this.to, row))); }

  // drawLife draws from when to when an actor is there, and its waits.
  drawLife(actor) {
    const trace = this.run.trace, {born, ended} = trace.actors[actor], x = this.x(actor), rows = this.run.rows;
    const begin = born ? rows.of(born) : -1;
    const end = ended ? rows.of(ended) : trace.waiting.some(w => w.actor === actor) ? rows.all.length - 1 : rows.all.length;
    const life = svg('line', {x1: x, x2: x, y1: this.inside(begin), y2: this.inside(end), class: 'life'});
    life.style.stroke = this.run.color(actor);
    this.picture.append(life);
    for (const span of this.run.waits.between(actor, this.first, this.last)) {
      this.picture.append(svg('line', {x1: x, x2: x, y1: this.inside(span.from ? rows.of(span.from) : 0), y2: this.inside(rows.of(span.to)), class: 'wait'}));
    }
  }

  // drawArrows draws the arrows to a step, and those from it to steps further down.
  drawArrows(k) {
    const trace = this.run.trace;
    for (const cause of trace.steps[k].after) this.drawArrow(cause.step, k, cause.kind);
    for (const e of trace.effects[k] || []) if (e.step > this.last) this.drawArrow(k, e.step, e.kind);
  }

  drawArrow(from, to, kind) {
    const trace = this.run.trace, rows = this.run.rows, a = trace.steps[from].actor, b = trace.steps[to].actor;
    if (a === b || !this.laneOf.has(a) && !this.laneOf.has(b)) return;
    if (!rows.all[rows.of(from)].step || !rows.all[rows.of(to)].step) return;
    const x1 = this.x(a), x2 = this.x(b), y1 = this.inside(rows.of(from)), y2 = this.inside(rows.of(to));
    const side = Math.sign(x2 - x1), bend = side * Math.min(60, Math.abs(x2 - x1) / 2);
    const near = from === this.now || to === this.now;
    // Tokens are all alike: which of them it was matters to nobody.
    if (!near && trace.steps[to].objects.some(o => trace.objects[o].tokens)) return;
    this.picture.append(svg('path', {
      d: `M${x1 + 5 * side} ${y1 + 3}C${x1 + bend} ${y1 + 13} ${x2 - bend} ${y2 - 13} ${x2 - 6 * side} ${y2 - 3}`,
      class: `arrow ${kinds.has(kind) ? kind : 'item'}${near ? ' near' : ''}`, 'marker-end': 'url(#tip)',
    }));
  }

  drawRace() {
    if (!this.run.trace.race) return;
    const rows = this.run.rows.all.flatMap((r, i) => r.incident?.access && this.laneOf.has(r.incident.actor) ? [{actor: r.incident.actor, i}] : []);
    if (rows.length !== 2) return;
    const [a, b] = rows, side = Math.sign(this.x(b.actor) - this.x(a.actor));
    this.picture.append(svg('path', {d: `M${this.x(a.actor) + 8 * side} ${this.inside(a.i)}L${this.x(b.actor) - 8 * side} ${this.inside(b.i)}`, class: 'arrow race'}));
  }

  // drawMarks draws the point of a step, and a cross for who waits at the end.
  drawMarks(row, i) {
    const y = this.y(i), trace = this.run.trace;
    if (row.step) {
      const x = this.x(row.step.actor), critical = row.from === trace.critical;
      const mark = critical ? svg('rect', {x: x - 5, y: y - 5, width: 10, height: 10, transform: `rotate(45 ${x} ${y})`}) : svg('circle', {cx: x, cy: y, r: 4.5, 'stroke-width': 2});
      mark.style.fill = critical ? 'var(--warn)' : row.step.blocks ? 'var(--ground)' : this.run.color(row.step.actor);
      if (!critical) mark.style.stroke = row.step.blocks ? 'var(--bad)' : this.run.color(row.step.actor);
      this.picture.append(mark);
    }
    for (const actor of row.end ? trace.waiting.map(w => w.actor) : row.incident ? [row.incident.actor] : []) {
      const x = this.x(actor);
      if (this.laneOf.has(actor)) this.picture.append(svg('path', {d: `M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}`, class: 'arrow waits near'}));
    }
  }

  click(event) {
    const e = event.target.closest('.row');
    if (!e) return;
    const row = this.run.rows.all[e.dataset.row];
    if (row.step || row.end) return this.page.go(row.from);
    if (row.incident) return this.page.look(row.incident.position);
    this.run.rows.unfold(row);
    this.stretch();
    this.draw(true);
  }
}

// width is how wide code is with words behind it.
const width = (code, words) => letter.code * code.length + (words ? 7 + letter.words * words.length : 0);

// wrapped is how many lines there are of what is done, in so much room: words go to the next
// line, and what is longer than a line is broken.
function wrapped({at, who, text, more}, room) {
  let n = 1, used = 0;
  const put = (words, each) => {
    for (const word of words.split(' ')) {
      let size = word.length * each;
      if (used && used + size > room) { n++; used = 0; }
      for (; size > room; size -= room) n++;
      used += size + each;
    }
  };
  put((at && at + ' ') + who + text, letter.code);
  used += 7;
  if (more) put(more, letter.words);
  return n;
}

const kinds = new Set(['item', 'meets', 'lock', 'wake', 'done', 'overwrites']);
