/** Small choices kept in the browser; a browser that keeps nothing is no fault. */

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`kaldor.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`kaldor.${name}`, value);
  } catch {
    // A private window may refuse; the choice then lasts as long as the page.
  }
}
