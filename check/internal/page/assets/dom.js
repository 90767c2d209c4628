// Short ways to make elements. Text goes in as text, never as markup.

export const $ = id => document.getElementById(id);

// el makes an element with classes and children: elements or texts.
export function el(tag, classes = '', ...children) {
  const e = document.createElement(tag);
  if (classes) e.className = classes;
  e.append(...children);
  return e;
}

// svg makes an element of a picture with attributes, and perhaps a text in it.
export function svg(tag, attributes = {}, text) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const name in attributes) e.setAttribute(name, attributes[name]);
  if (text !== undefined) e.textContent = text;
  return e;
}

// arrowTip is a marker for the ends of arrows; it takes their colour.
export function arrowTip(id) {
  const defs = svg('defs');
  const marker = svg('marker', {id, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto', markerUnits: 'userSpaceOnUse'});
  marker.append(svg('path', {d: 'M0 0 8 4 0 8z', class: 'tip'}));
  defs.append(marker);
  return defs;
}

// button makes a button that does something.
export function button(text, act, classes = '') {
  const b = el('button', classes, text);
  b.addEventListener('click', act);
  return b;
}

// table makes a table from rows of cells, each an element or a text.
export function table(caption, heads, rows) {
  const head = el('tr');
  for (const text of heads) {
    const th = el('th', '', text);
    th.scope = 'col';
    head.append(th);
  }
  const body = el('tbody');
  for (const cells of rows) {
    const tr = el('tr');
    for (const cell of cells) tr.append(cell instanceof HTMLTableCellElement ? cell : el('td', '', cell));
    body.append(tr);
  }
  return el('table', '', el('caption', 'hidden', caption), el('thead', '', head), body);
}
