// Copying commands.

import {button, el} from './dom.js';

// copyButton makes a button that copies a text, and says that it has.
export function copyButton(name, text) {
  const b = button(name, () => copy(text, b));
  b.title = text;
  return b;
}

async function copy(text, b) {
  const done = await toClipboard(text), name = b.textContent;
  b.textContent = done ? 'Copied' : 'Not copied';
  setTimeout(() => { b.textContent = name; }, 1200);
}

// toClipboard goes the old way where a page from a file has no clipboard.
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
