/** The library of events on the economy looked at: which can be run there, and which is shown first. */
import { get } from './api';
import { chosen } from './language.svelte';
import { asToml, type ShockResult } from './shock';
import type { LibraryEvent, LibraryRun } from './types';
import { workbench } from './workbench.svelte';

export const readEvents = () => get<LibraryEvent[]>(workbench.path('events'));

/** What an event is called in the reader's language. */
export function eventTitle(event: LibraryEvent): string {
  return event.titles[chosen.language] ?? event.title;
}

/** The runs of an event that can be made by the day on this economy. */
export function runsHere(event: LibraryEvent): LibraryRun[] {
  return event.runs.filter((run) => run.model === 'days' && !run.why_not);
}

/** The runs that last, so that they are asked where prices respond. */
export function runsByPrices(event: LibraryEvent): LibraryRun[] {
  return event.runs.filter((run) => run.model === 'prices' && !run.why_not);
}

/** The page that asks what a shock does over days, a year and the long run, with what was assumed of goods by name. */
export function overHorizons(shock: ShockResult['shock'], days: number, typed: Record<string, string[]> = {}): string {
  const assumed = Object.entries(typed).flatMap(([name, texts]) => texts.map((text): [string, string] => [name, text]));
  const asked: [string, string][] = [['question', 'horizons'], ['days', String(Math.min(730, Math.round(days)))], ['shock', asToml(shock)], ...assumed];
  return `#/economy?${new URLSearchParams(asked).toString()}`;
}

/** Whether an event names a country as where it happens or who sells no more. */
export function concerns(event: LibraryEvent, country: string): boolean {
  return JSON.stringify(runsHere(event).map((run) => run.shock)).includes(`"${country}"`);
}

/** The event that opens: the first that names the country looked at, else the first that can be run here; none is chosen for how it stands. */
export function firstEvent(events: readonly LibraryEvent[]): LibraryEvent | undefined {
  const here = events.filter((event) => runsHere(event).length);
  return here.find((event) => concerns(event, workbench.place.country)) ?? here[0];
}

const INSIDE = 'inside';

/** How the bands of a result stand beside what was published: how many meet it, of how many that compare. */
export function standsBeside(result: ShockResult): { met: number; of: number } {
  const beside = result.event?.beside ?? [];
  return { met: beside.filter((one) => one.stands === INSIDE).length, of: beside.length };
}
