/** Light, dark, or as the device has it. */
import { remember, remembered } from './memory';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

class Appearance {
  theme = $state<Theme>((THEMES as readonly string[]).includes(remembered('theme') ?? '') ? (remembered('theme') as Theme) : 'auto');
  /** Counts changes of the colours, so that charts which hold colours as values are drawn anew. */
  changes = $state(0);

  constructor() {
    this.#apply();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.changes++);
  }

  choose(theme: Theme): void {
    this.theme = theme;
    remember('theme', theme);
    this.#apply();
    this.changes++;
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.theme;
  }
}

export const appearance = new Appearance();

/** The present value of a colour of the palette, such as `ink` or `resilience`. */
export function colour(name: string): string {
  void appearance.changes;
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
