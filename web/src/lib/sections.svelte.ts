/** The sections that a study may show, as the server declares them, and a study's own as they are changed. */
import { get } from './api';
import { chosen, type Language } from './language.svelte';
import { blank, changed, type Schema } from './schema';
import type { Code } from './types';

export interface StudyKey {
  name: string;
  title: Record<Language, string>;
  many: boolean;
  form: Schema;
}
export interface Section {
  id: string;
  title: Record<Language, string>;
  challenge: string;
  shown: 'always' | 'on request' | 'where declared';
  keys: StudyKey[];
}
/** What a study holds that sections show. */
export type Shown = { sections?: string[] } & Record<string, unknown>;

class Sections {
  all = $state.raw<Section[]>([]);
  metrics = $state.raw<Code[]>([]);
  #reading: Promise<void> | null = null;

  /** Read them once; a reading that failed is tried again. */
  read(): Promise<void> {
    this.#reading ??= this.#ask().catch((error: unknown) => {
      this.#reading = null;
      throw error;
    });
    return this.#reading;
  }

  async #ask(): Promise<void> {
    const found = await get<{ sections: Section[]; metrics: Code[] }>('sections');
    this.all = found.sections;
    this.metrics = found.metrics;
  }

  /** Those that a study shows that names none. */
  get usual(): string[] {
    return this.all.filter((one) => one.shown === 'always').map((one) => one.id);
  }

  /** A study's sections with the one that shows a key. */
  showing(present: string[], key: string): string[] {
    const section = this.all.find((one) => one.keys.some(({ name }) => name === key));
    return section ? this.#with(present, section.id) : present;
  }

  /** A study that shows a section, with a first entry under what it reads; or one without either. */
  toggled(study: Shown, section: Section, on: boolean): Shown {
    const present = study.sections ?? this.usual;
    if (!on) {
      const rest: Shown = { ...study, sections: present.filter((id) => id !== section.id) };
      return section.keys.reduce<Shown>((left, key) => changed(left, key.name, undefined), rest);
    }
    const [first] = section.keys;
    const begun = first && section.shown === 'where declared' ? changed(study, first.name, blank(first.form, first.form)) : study;
    return { ...begun, sections: this.#with(present, section.id) };
  }

  /** A section among others: before the first that comes after it in the order of a brief. */
  #with(present: string[], id: string): string[] {
    if (present.includes(id)) return present;
    const place = (one: string) => this.all.findIndex((section) => section.id === one);
    const at = present.findIndex((one) => place(one) > place(id));
    return at < 0 ? [...present, id] : present.toSpliced(at, 0, id);
  }
}

export const sections = new Sections();

export function titled(what: { title: Record<Language, string> }): string {
  return what.title[chosen.language];
}
