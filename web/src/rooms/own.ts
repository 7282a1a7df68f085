/** What a question has on the page beside the form and the table that follow from its declaration. */
import type { Component } from 'svelte';
import type { Answered } from '../lib/answered';
import type { Given } from '../lib/asked.svelte';
import type { Key } from '../lib/language.svelte';

/** What a picture is made of: the answer, and what the form held. It stands in a `Figure`, which holds the table. */
export interface Shown {
  answer: Answered;
  given: Given;
}

/** What a picture's file may say of the form above it, as `form`. */
export interface Form {
  /** What is proposed for an input, by the input's id. */
  starts?: Record<string, () => string>;
  /** What an input takes beside the names that there are. */
  also?: Record<string, readonly string[]>;
  /** Why the question cannot be asked here; the page Data helps. */
  lacks?: () => Key | null;
}

export interface Own extends Form {
  picture?: Component<Shown>;
}

const files = import.meta.glob<{ default: Component<Shown>; form?: Form }>('./*/*.svelte', { eager: true });
const byQuestion = new Map(Object.entries(files).map(([path, file]) => [path.split('/').at(-1)?.replace('.svelte', ''), file]));

/** A question's own, from the file of its name. One without, such as another package's, has form and table all the same. */
export function ownOf(question: string): Own {
  const file = byQuestion.get(question);
  return file ? { picture: file.default, ...file.form } : {};
}
