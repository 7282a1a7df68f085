/** What is assumed of a shock's goods in place of what is usual, by the fields that the server declares. */
import type { Table } from './schema';

/** `goods` is the text of a file with one's own facts, `specificity` a number, "fixed", or numbers by product. */
export type Assumptions = Table;

export type Way = 'known' | 'number' | 'fixed' | 'products';
export const WAYS: readonly Way[] = ['known', 'number', 'fixed', 'products'];

/** What a way of saying the specificity begins with. */
export const BEGINNINGS: Readonly<Record<Way, unknown>> = { known: undefined, number: 0.5, fixed: 'fixed', products: {} };

/** How the specificity is said. */
export function wayOf({ specificity }: Assumptions): Way {
  if (specificity === undefined) return 'known';
  if (specificity === 'fixed') return 'fixed';
  return typeof specificity === 'number' ? 'number' : 'products';
}
