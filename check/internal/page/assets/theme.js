// Light or dark: what the browser says, until the reader says something else.

import {$} from './dom.js';

export class Theme {
  constructor() {
    this.system = matchMedia('(prefers-color-scheme: dark)');
    this.system.addEventListener('change', () => this.name());
    $('theme').addEventListener('click', () => this.toggle());
    this.name();
  }

  dark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : this.system.matches;
  }

  toggle() {
    document.documentElement.dataset.theme = this.dark() ? 'light' : 'dark';
    this.name();
  }

  // name has the button say what it does.
  name() { $('theme').textContent = this.dark() ? 'Light' : 'Dark'; }
}
