/** How an outcome reads: its change in words and numbers, and whether that is better or worse. */
import { METRICS } from '../strings/metrics';
import { chosen, t } from './language.svelte';
import { amount, number, parts, signed } from './numbers';
import type { Outcome } from './types';

export type Verdict = 'better' | 'worse' | 'same' | 'neutral';

/** In which terms the change is shown: % of before where that has a meaning, else in the metric's own unit. */
export interface Change {
  value: number;
  low: number | null;
  high: number | null;
  unit: string;
  text: string;
}

/** What a metric is called: in the reader's language where it is one of the packaged ones, else as it was declared. */
export function metricTitle(one: { id: string; title: string }): string {
  return (chosen.language !== 'en' && METRICS[one.id]?.[chosen.language]) || one.title;
}

export function changeOf(outcome: Outcome): Change | null {
  if (outcome.change === null) return null;
  const relative = outcome.change_pct !== null && outcome.before !== null && outcome.before !== 0 && outcome.unit !== '%';
  const factor = relative && outcome.before ? 100 / Math.abs(outcome.before) : 1;
  // A share changes by points; what has no level before is a change in % itself.
  const unit = relative ? '%' : outcome.unit === '%' && outcome.before !== null ? t('unit.points') : outcome.unit;
  const scaled = (value: number | null) => (value === null ? null : value * factor);
  const value = outcome.change * factor;
  return { value, low: scaled(outcome.band_low), high: scaled(outcome.band_high), unit, text: amount(value, unit, true) };
}

/** Value added as a volume, at the table's prices and pay: no income, which the dial says. */
const VOLUMES: ReadonlySet<string> = new Set(['manufacturing-value-added', 'labour-productivity']);

export function isVolume(outcome: Outcome): boolean {
  return VOLUMES.has(outcome.id);
}

export function verdictOf(outcome: Outcome): Verdict {
  const change = outcome.change ?? 0;
  const small = outcome.before ? Math.abs(change / outcome.before) < 5e-8 : Math.abs(change) < 5e-7;
  if (small) return 'same';
  if (outcome.better === 'none') return 'neutral';
  return change > 0 === (outcome.better === 'higher') ? 'better' : 'worse';
}

export function bandText(change: Change): string {
  if (change.low === null || change.high === null) return '';
  if (change.unit === '%') return `${signed(change.low)} … ${signed(change.high)} %`;
  const [low, high] = [change.low, change.high].map((value) => parts(value, change.unit, true)) as [ReturnType<typeof parts>, ReturnType<typeof parts>];
  // One word of size for both ends, where they share it: +23.9 … +26.1 billion.
  return low.size === high.size ? `${low.figure} … ${high.figure} ${low.size}`.trim() : `${low.figure} ${low.size} … ${high.figure} ${high.size}`.trim();
}

export function range(low: number, high: number): string {
  return low === high ? number(low) : `${number(low)}–${number(high)}`;
}
