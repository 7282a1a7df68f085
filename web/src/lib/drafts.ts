/** Changes of studies that are not saved yet: they outlive the page's leaving, and the browser asks before they are lost. */
import type { Study, StudyEntry } from './types';

/** What was typed, with the study as it was read: saving it is refused where somebody else saved meanwhile. */
interface Draft {
  entry: StudyEntry;
  study: Study;
}

const drafts = new Map<string, Draft>();

export const draftOf = (id: string): Draft | undefined => drafts.get(id);
/** The study that was changed last, where one waits. */
export const lastDraft = (): Draft | undefined => [...drafts.values()].at(-1);

export function keepDraft(entry: StudyEntry, study: Study): void {
  drafts.delete(entry.id);
  drafts.set(entry.id, { entry, study });
}

/** It is saved, or given up. */
export function dropDraft(id: string): void {
  drafts.delete(id);
}

addEventListener('beforeunload', (event) => {
  if (drafts.size) event.preventDefault();
});
