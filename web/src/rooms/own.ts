/** What a question has on the page beside the form and the table that follow from its declaration. */
import type { Component } from 'svelte';
import type { Answered } from '../lib/answered';
import type { Given } from '../lib/asked.svelte';
import type { Key } from '../lib/language.svelte';
import { economy } from './economy';

/** What a picture is made of: the answer, and what the form held. It stands in a `Figure`, which holds the table. */
export interface Shown {
  answer: Answered;
  given: Given;
}

export interface Own {
  /** In place of the table alone. */
  picture?: Component<Shown>;
  /** What the form proposes for an input, by the input's id. */
  starts?: Record<string, () => string>;
  /** What an input takes beside the names that there are. */
  also?: Record<string, readonly string[]>;
  /** Why the question cannot be asked here; the page Data helps. */
  lacks?: () => Key | null;
}

/** By question. One that is not here, such as another package's, has its form and its table all the same. */
export const own: Record<string, Own> = { ...economy };
