/** The language of the frame: one whole catalogue each; English is always there, the others come when they are chosen. */
import { en, type Key } from '../strings/en';
import { remember, remembered } from './memory';

export const LANGUAGES = { en: 'English', fr: 'Français', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;

/** All that a language says: sentences by key, titles of metrics by id, words of units. */
interface Catalogue {
  sentences: Record<Key, string>;
  metrics: Readonly<Record<string, string>>;
  units: readonly (readonly [string, string])[];
}

const english: Catalogue = { sentences: en, metrics: {}, units: [] };

const catalogues: Record<Language, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(english),
  fr: () => import('../strings/fr').then(({ fr, ...more }) => ({ sentences: fr, ...more })),
  es: () => import('../strings/es').then(({ es, ...more }) => ({ sentences: es, ...more })),
};

class Chosen {
  language = $state<Language>('en');
  catalogue = $state.raw(english);

  /** Show everything in a language, once its sentences are there. */
  async speak(language: Language): Promise<void> {
    this.catalogue = await catalogues[language]();
    this.language = language;
    document.documentElement.lang = language;
  }

  async choose(language: Language): Promise<void> {
    await this.speak(language);
    remember('language', language);
  }
}

export const chosen = new Chosen();

/** Settled when the page can be shown in the language that its reader last chose, or wishes. */
export const spoken: Promise<void> = chosen.speak(first());

/** A sentence of the catalogue; `{name}` in it is replaced by the value of that name. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const sentence = chosen.catalogue.sentences[key];
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
