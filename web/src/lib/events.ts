/** The library of events on the economy looked at: which can be run there, and which is shown first. */
import { get } from './api';
import { chosen } from './language.svelte';
import { EVENTS } from '../strings/events';
import type { LibraryEvent, LibraryRun } from './types';
import { workbench } from './workbench.svelte';

export const readEvents = () => get<LibraryEvent[]>(workbench.path('events'));

/** What an event is called in the reader's language, else as it was declared. */
export function eventTitle(event: { id: string; title: string }): string {
  return EVENTS[event.id]?.[chosen.language] ?? event.title;
}

/** The runs of an event that can be made by the day on this economy. */
export function runsHere(event: LibraryEvent): LibraryRun[] {
  return event.runs.filter((run) => run.model === 'days' && !run.why_not);
}

/** The event that opens: the first that names the country looked at, else the first that can be run here. */
export function firstEvent(events: readonly LibraryEvent[]): LibraryEvent | undefined {
  const here = events.filter((event) => runsHere(event).length);
  const names = new RegExp(`"${workbench.place.country}"`);
  return here.find((event) => names.test(JSON.stringify(runsHere(event).map((run) => run.shock)))) ?? here[0];
}
