/** What a lever is called and does, in the reader's language where it is declared in it, else in English. */
import { chosen } from './language.svelte';
import { unitText } from './numbers';
import type { Lever } from './types';

export function called(lever: Lever): Lever {
  const own = chosen.language === 'en' ? null : lever[chosen.language];
  if (!own) return lever;
  return { ...lever, title: own.title, summary: unitText(own.summary), parameter: { ...lever.parameter, name: unitText(own.parameter) } };
}

/** The language of a lever's words where it is not the page's: one of a reader's own may be declared in English alone. */
export function spokenIn(lever: Lever): 'en' | undefined {
  return chosen.language === 'en' || lever[chosen.language] ? undefined : 'en';
}
