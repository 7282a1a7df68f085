/** The language of the frame: one whole catalogue each. */
import { en, type Key } from '../strings/en';
import { es } from '../strings/es';
import { fr } from '../strings/fr';
import { remember, remembered } from './memory';

export const LANGUAGES = { en: 'English', fr: 'Français', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;

const catalogues: Record<Language, Record<Key, string>> = { en, fr, es };

class Chosen {
  language = $state<Language>(first());

  choose(language: Language): void {
    this.language = language;
    remember('language', language);
    document.documentElement.lang = language;
  }
}

export const chosen = new Chosen();
document.documentElement.lang = chosen.language;

/** A sentence of the catalogue; `{name}` in it is replaced by the value of that name. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const sentence = catalogues[chosen.language][key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const known = new Map<string, Key>(Object.entries(en).map(([key, sentence]) => [sentence, key as Key]));

/** A sentence of the server in the reader's language, where the catalogue holds just that sentence; else as it came. */
export function inWords(sentence: string): string {
  const key = known.get(sentence);
  return key ? t(key) : sentence;
}

/** Several names as one text, with the language's own "and". */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(chosen.language, { type: 'conjunction' }).format(names);
}

export type { Key };

function first(): Language {
  const wished = [remembered('language'), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return (wished.find((tag) => tag !== null && tag in LANGUAGES) as Language | undefined) ?? 'en';
}
