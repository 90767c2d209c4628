// The source beside the steps: where the step is, where everybody stands, and the
// calls that lead there.

import {$, el, button} from './dom.js';
import {where} from './words.js';

const few = 80;    // lines that are printed whatever they are
const around = 5;  // lines printed before and after one of the run

export class Source {
  constructor(page) {
    this.page = page;
    this.section = $('s-source');
    this.box = $('source');
    this.path = $('path');
    addEventListener('beforeprint', () => this.shorten());
  }

  open(run) {
    this.run = run;
    this.file = null;
    this.lines = new Map();
  }

  show(k) {
    const run = this.run, trace = run.trace;
    this.now = k;
    const fault = k === trace.length && !trace.fault?.step && trace.fault?.position ? trace.fault : undefined;
    const step = fault || (k > trace.length ? trace.waiting.find(w => w.position) : trace.steps[k]);
    this.frames(step, k > trace.length ? trace.waiting : []);
    this.look(step?.position || trace.steps.find(s => s?.position)?.position, k > 0);
  }

  // frames are buttons for the calls that lead to a step, outermost first, or at
  // the end for those that wait.
  frames(step, waiting) {
    const places = waiting.length > 1
      ? waiting.filter(w => w.position).slice(0, 8).map(w => [this.run.trace.actors[w.actor].name, w.position])
      : (step?.frames || []).map(f => [shortFunc(f.func) + ' :' + where(f.position).line, f.position, f.func]).reverse();
    this.path.replaceChildren(...places.length > 1 ? places.map(([name, position, title]) => {
      const b = button(name, () => this.look(position, true));
      b.dataset.position = position;
      b.title = [title, position].filter(Boolean).join(', ');
      return b;
    }) : []);
  }

  // look shows a place in the source.
  look(position, marked) {
    const {file, line} = where(position), pieces = this.run.trace.sources.filter(s => s.file === file);
    this.section.hidden = !file;
    if (!file) return;
    $('h-source').textContent = (this.run.trace.kind === 'model' ? 'Statements: ' : 'Source: ') + file;
    for (const b of this.path.children) b.setAttribute('aria-pressed', b.dataset.position === position);
    if (this.file !== file) this.fill(file, pieces);
    this.clear();
    if (!pieces.length) return;
    const standing = this.standing(file);
    this.box.style.setProperty('--tags', Math.max(1, ...[...standing.values()].map(actors => Math.min(4, actors.length))));
    for (const [at, actors] of standing) {
      const e = this.mark(at, actors.some(([, waits]) => waits) && this.now >= this.run.trace.length ? 'stuck' : '');
      if (!e) continue;
      e.children[1].append(...actors.slice(0, 3).map(([actor]) => this.run.tag(actor)));
      if (actors.length > 3) e.children[1].append('+' + (actors.length - 3));
    }
    const here = this.mark(line, marked ? 'here' : '');
    if (here) this.box.scrollTop = here.offsetTop - this.box.offsetTop - this.box.clientHeight / 2 + 10;
  }

  fill(file, pieces) {
    this.file = file;
    this.lines = new Map();
    this.marked = [];
    this.box.replaceChildren();
    if (!pieces.length) this.box.append(el('div', 'cut', '  The source is not in this page.'));
    let next = 0;
    for (const piece of pieces) {
      if (next && piece.first > next && this.run.trace.kind !== 'model') this.box.append(el('div', 'cut', el('i', '', '⋮')));
      (piece.lines || []).forEach((text, i) => {
        const e = el('div', '', el('i', '', String(piece.first + i)), el('em'), el('span', '', String(text) || ' '));
        this.lines.set(piece.first + i, e);
        this.box.append(e);
      });
      next = piece.first + (piece.lines || []).length;
    }
  }

  // shorten has only what is near lines of the run on paper.
  shorten() {
    for (const e of this.box.querySelectorAll('.skipped')) e.remove();
    if (this.run.trace.kind === 'model' || this.lines.size <= few) return;
    const near = new Set();
    for (const line of this.run.trace.lines(this.file)) {
      for (let i = line - around; i <= line + around; i++) near.add(i);
    }
    let skipping = false;
    for (const [line, e] of this.lines) {
      const far = near.size > 0 && !near.has(line);
      e.toggleAttribute('data-far', far);
      if (far && !skipping) e.before(el('div', 'skipped', el('i', '', '⋮')));
      skipping = far;
    }
  }

  // standing says which actors stand at which line of a file after the step, and
  // whether they wait there.
  standing(file) {
    const lines = new Map(), trace = this.run.trace, k = Math.min(this.now, trace.length);
    for (const actor of trace.actors) {
      if (actor.kind === 'clock') continue;
      const waits = this.now >= trace.length && trace.waiting.find(w => w.actor === actor.index);
      const last = trace.steps[trace.lastOwn(actor.index, k)];
      if (!waits && (!last || actor.ended && actor.ended <= k)) continue;
      const at = where((waits || last).position);
      if (at.file === file) lines.set(at.line, [...lines.get(at.line) || [], [actor.index, !!waits]]);
    }
    return lines;
  }

  mark(line, classes) {
    const e = this.lines.get(line);
    if (!e) return undefined;
    if (classes) e.className = classes;
    this.marked.push(e);
    return e;
  }

  clear() {
    for (const e of this.marked) {
      e.className = '';
      e.children[1].replaceChildren();
    }
    this.marked = [];
  }
}

// shortFunc is the name of a function without its package and type, but with the
// function that a literal is in.
function shortFunc(name) { return /([^.]*(\.func\d+)*)$/.exec(name || '')[1]; }
