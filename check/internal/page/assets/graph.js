// Who waits for whom: a resource-allocation graph. On the left those that wait or
// hold something, on the right what they wait for; an arrow from an actor to a
// thing says that it waits for it, one back says who holds it. A circle of arrows
// is a deadlock.

import {$, el, svg, arrowTip} from './dom.js';
import {waitsFor} from './words.js';

const width = 460, box = 180, row = 44, most = 12, longest = 23;

export class Graph {
  constructor() {
    this.section = $('s-waits');
    this.box = $('waits');
  }

  open(run) { this.run = run; }

  show(k) {
    const edges = this.edges(Math.min(k, this.run.trace.length));
    this.section.hidden = !edges.some(e => e.kind === 'waits');
    if (this.section.hidden) return;
    const shown = edges.slice(0, 3 * most);
    this.box.replaceChildren(this.draw(shown), el('p', 'hidden', this.words(edges)));
    if (edges.some(e => e.kind === 'holds')) this.box.append(el('p', 'note', 'Red: waits for. Violet: is held by.'));
  }

  // edges are the waits after step k, and who holds what is waited for.
  edges(k) {
    const {trace, waits, states} = this.run, state = states.after(k), out = [], things = new Set();
    const late = k === trace.length ? trace.waiting.map(w => trace.actors[w.actor]) : [];
    for (const actor of new Set(late.length > most ? [...late, ...trace.actors] : trace.actors)) {
      const what = waits.at(actor.index, k);
      if (!what) continue;
      const waited = trace.waitsFor(what), objects = waited.length ? waited : [0];
      for (const o of objects) {
        out.push({kind: 'waits', actor: actor.index, thing: o || waitsFor(trace, what), name: o ? trace.objects[o].name : waitsFor(trace, what), what});
        things.add(o);
      }
      if (what.holder >= 0 && k === trace.length) out.push({kind: 'holds', actor: what.holder, thing: objects[0] || waitsFor(trace, what)});
    }
    for (const o of things) {
      const owner = o && state[o].owner?.value, actor = owner ? trace.actorOf(owner) : -1;
      if (actor >= 0 && !out.some(e => e.kind === 'holds' && e.thing === o)) out.push({kind: 'holds', actor, thing: o});
    }
    return out;
  }

  words(edges) {
    const name = e => this.run.trace.actors[e.actor].name, thing = e => edges.find(f => f.kind === 'waits' && f.thing === e.thing)?.name;
    return edges.map(e => e.kind === 'waits' ? `${name(e)} waits for ${e.name}.` : `${name(e)} holds ${thing(e)}.`).join(' ');
  }

  draw(edges) {
    const actors = [...new Set(edges.map(e => e.actor))].slice(0, most), things = [...new Set(edges.map(e => e.thing))].slice(0, most);
    const rows = Math.max(actors.length, things.length), height = rows * row + 8;
    const y = (list, x) => (list.indexOf(x) + 0.5) * (height / list.length);
    const picture = svg('svg', {viewBox: `0 0 ${width} ${height}`, class: 'graph', role: 'img', 'aria-label': this.words(edges)});
    picture.append(arrowTip('graph-tip'));
    for (const e of edges) {
      if (!actors.includes(e.actor) || !things.includes(e.thing)) continue;
      const ya = y(actors, e.actor), yt = y(things, e.thing), waits = e.kind === 'waits', x = width - box;
      const [x1, y1, x2, y2] = waits ? [box + 2, ya - 5, x - 3, yt - 5] : [x - 2, yt + 5, box + 3, ya + 5];
      picture.append(svg('path', {d: `M${x1} ${y1}L${x2} ${y2}`, class: `arrow near ${waits ? 'waits' : 'lock'}`, 'marker-end': 'url(#graph-tip)'}));
    }
    for (const a of actors) {
      const node = this.node(1, y(actors, a), this.run.trace.actors[a].name, 'node');
      node.firstChild.style.stroke = this.run.color(a);
      picture.append(node);
    }
    for (const t of things) picture.append(this.node(width - box - 1, y(things, t), edges.find(e => e.thing === t && e.name)?.name || '', 'thing'));
    return picture;
  }

  // node shows of a long name of an actor its beginning, and of that of a thing its end, which
  // tells it from others of the same type.
  node(x, y, text, classes) {
    const g = svg('g'), cut = classes === 'node' ? text.slice(0, longest - 1) + '…' : '…' + text.slice(1 - longest);
    const label = text.length > longest ? cut : text;
    g.append(svg('rect', {x, y: y - 15, width: box, height: 30, rx: classes === 'node' ? 15 : 4, class: classes}));
    g.append(svg('text', {x: x + box / 2, y: y + 4, class: 'code middle'}, label), svg('title', {}, text));
    return g;
  }
}
