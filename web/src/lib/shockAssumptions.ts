/** What is assumed of a shock's goods in place of what is usual; mirrors kaldor.twin.shocks.assumptions. */

export interface Assumptions {
  /** A number for all, everybody depending on its suppliers, or numbers for products and groups beside what is known. */
  specificity?: number | 'fixed' | Record<string, number>;
  importance?: 'survey' | 'all critical';
  important_share?: number;
  overlap?: number;
  saving?: number;
  lasting_share?: number;
  /** Null is never. */
  fading_days?: number | null;
  /** The text of a file with one's own facts. */
  goods?: string;
}

/** Numbers of it that a field takes: what is usual, and the largest that is allowed. */
export const NUMBERS = [
  { name: 'important_share', usual: 0.5, most: 1 },
  { name: 'overlap', usual: 0.5, most: 1 },
  { name: 'saving', usual: 0.05, most: 0.99 },
  { name: 'lasting_share', usual: 0.5, most: 1 },
  { name: 'fading_days', usual: 180, most: 100000 },
] as const;
export type NumberName = (typeof NUMBERS)[number]['name'];

export type Way = 'known' | 'number' | 'fixed' | 'products';
export const WAYS: readonly Way[] = ['known', 'number', 'fixed', 'products'];

/** How specificity is said. */
export function wayOf({ specificity }: Assumptions): Way {
  if (specificity === undefined) return 'known';
  if (specificity === 'fixed') return 'fixed';
  return typeof specificity === 'number' ? 'number' : 'products';
}

/** Assumptions with one of them changed, or as usual again. */
export function assume<Name extends keyof Assumptions>(all: Assumptions, name: Name, value: Assumptions[Name] | undefined): Assumptions {
  const { [name]: _, ...others } = all;
  return value === undefined ? (others as Assumptions) : { ...all, [name]: value };
}
