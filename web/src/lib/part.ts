/**
 * Parts of the page that are fetched when they are first needed, from a server that may have been upgraded meanwhile.
 * Files keep their names from build to build, so a part may come from another build than the page that asks for it, and
 * the two need not fit. Both carry the build's id: where they differ, the page is loaded anew, once, with what it held.
 */

declare const __BUILD__: string;

/** Of the build that this page was loaded from; empty where nothing is built (`npm run dev`). */
const BUILD = __BUILD__;

/** The build for which this tab was loaded anew. */
const ANEW = 'kaldor.anew';
const CARRIED = 'kaldor.carried';

/** What a part is fetched by, with the part once it is known to fit. */
const fitting = new Map<() => Promise<unknown>, Promise<unknown>>();

/** What must survive a new loading of the page and does not stand in its address; told by who holds it. */
let hold = (): Promise<string> => Promise.resolve('');

export function carry(held: () => Promise<string>): void {
  hold = held;
}

/** What the page held before it was loaded anew; given once. */
export function carried(): string {
  const held = kept(CARRIED);
  keep(CARRIED, '');
  return held;
}

/** Whether this page took the place of one of another build; said once. */
export function isAnew(): boolean {
  const anew = BUILD !== '' && kept(ANEW) === BUILD;
  if (anew) keep(ANEW, '');
  return anew;
}

/** A part of the page; it never comes where the page is loaded anew instead. */
export function part<T>(load: () => Promise<T>): Promise<T> {
  const known = fitting.get(load) as Promise<T> | undefined;
  if (known) return known;
  const asked = checked(load);
  fitting.set(load, asked);
  asked.catch(() => fitting.delete(load));
  return asked;
}

async function checked<T>(load: () => Promise<T>): Promise<T> {
  const [come] = await Promise.allSettled([load()]);
  // Asked for only now: a server that is replaced while the part is on its way would else be missed.
  const served = await servedBuild();
  if (served !== BUILD) {
    if (kept(ANEW) === served) throw new Error(`This page is of build ${BUILD}, its server has ${served}. Clear the browser's cache, or whatever stands between the two, and load the page again.`);
    keep(CARRIED, await hold());
    keep(ANEW, served);
    location.reload();
    return new Promise(() => undefined);
  }
  if (come.status === 'rejected') throw come.reason;
  return come.value;
}

/** The build that the server has now. A server that does not say, as it is down or in development, has this one. */
async function servedBuild(): Promise<string> {
  if (!BUILD) return BUILD;
  try {
    const answer = await fetch('build.json', { cache: 'no-cache' });
    return answer.ok ? ((await answer.json()) as { build: string }).build : BUILD;
  } catch {
    return BUILD;
  }
}

function kept(name: string): string {
  try {
    return sessionStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

function keep(name: string, value: string): void {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing loads the page anew all the same, without what it held.
  }
}
