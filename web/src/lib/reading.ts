/** How an outcome reads: its change in words and numbers, and whether that is better or worse. */
import { chosen, t, type Key } from './language.svelte';
import { amount, number, parts, signed } from './numbers';
import type { Effect, Outcome, Size } from './types';

export type Verdict = 'better' | 'worse' | 'same' | 'neutral' | 'either' | 'partial';

/** What the server's verdicts are called here, and in the catalogue of strings. */
const VERDICTS: Record<Effect['verdict'], Verdict> = { better: 'better', worse: 'worse', neutral: 'neutral', 'about no change': 'same', 'either way': 'either', 'cost not modelled': 'partial' };

/** The terms in which changes compare, as the catalogue of strings calls them. */
const TERMS: Record<string, Key> = {
  'percentage points': 'unit.points',
  "% of the country's income": 'unit.ofIncome',
  '% of their income': 'unit.ofTheirIncome',
  "% of the country's jobs": 'unit.ofJobs',
};

/** The scales that every metric declares, in their order. */
export const SIZES = ['small', 'middle', 'large'] as const satisfies readonly Size[];

/** A change in the terms that the server declares for its metric; below `material` it is about none. */
export interface Change {
  value: number;
  low: number | null;
  high: number | null;
  unit: string;
  text: string;
  material: boolean;
}

/** What a metric is called: in the reader's language where it is one of the packaged ones, else as it was declared. */
export function metricTitle(one: { id: string; title: string }): string {
  return chosen.catalogue.metrics[one.id] ?? one.title;
}

export function changeOf(outcome: Outcome): Change | null {
  const { effect } = outcome;
  if (!effect) return null;
  const term = TERMS[effect.unit];
  const unit = term ? t(term) : effect.unit;
  return { value: effect.value, low: effect.low, high: effect.high, unit, text: amount(effect.value, unit, true), material: Math.abs(effect.value) >= effect.material };
}

/** Whether changes of this unit can share an axis: all that are told in hundredths of something. */
export function isRelative(outcome: Outcome): boolean {
  return Boolean(outcome.effect && (outcome.effect.unit.startsWith('%') || outcome.effect.unit === 'percentage points'));
}

/** Where a metric's scale of a size ends, in the terms of its change. */
export function scaleEnd(outcome: Outcome, size: Size): number {
  return outcome.effect?.scales[SIZES.indexOf(size)] ?? 1;
}

/** Value added as a volume, at the table's prices and pay: no income, which the dial says. */
const VOLUMES: ReadonlySet<string> = new Set(['manufacturing-value-added', 'labour-productivity']);

export function isVolume(outcome: Outcome): boolean {
  return VOLUMES.has(outcome.id);
}

export function verdictOf(outcome: Outcome): Verdict {
  return outcome.effect ? VERDICTS[outcome.effect.verdict] : 'same';
}

export function bandText(change: Change): string {
  if (change.low === null || change.high === null) return '';
  if (change.unit.startsWith('%')) return `${signed(change.low)} … ${signed(change.high)} %`;
  const [low, high] = [change.low, change.high].map((value) => parts(value, change.unit, true)) as [ReturnType<typeof parts>, ReturnType<typeof parts>];
  // One word of size for both ends, where they share it: +23.9 … +26.1 billion.
  return low.size === high.size ? `${low.figure} … ${high.figure} ${low.size}`.trim() : `${low.figure} ${low.size} … ${high.figure} ${high.size}`.trim();
}

export function range(low: number, high: number): string {
  return low === high ? number(low) : `${number(low)}–${number(high)}`;
}
