/** Colours for a map: steps of one hue for amounts, two hues around zero for changes. */
import { spanned } from '../lib/least';

export interface Step {
  low: number;
  high: number;
  fill: string;
}

const SHARES = [14, 32, 52, 74, 100];

/** What the largest amount is of the smallest, from which on classes follow sizes rather than distances. */
const WIDE = 20;
/** Leads of round edges: one after the other by about the same factor. */
const LEADS = [1, 2, 5, 10];

/** Up to five steps of one hue between round edges that differ: by size where amounts span several, else by distance. */
export function amountSteps(values: readonly number[], hue: string): Step[] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined) return [];
  if (low === high || spanned([low, high], 0).low < low) return [{ low, high, fill: mix(hue, 100) }];
  const inner = low > 0 && high / low > WIDE ? bySize(sorted) : byDistance(low, high);
  const edges = [low, ...inner.filter((edge) => edge > low && edge < high), high];
  const count = edges.length - 1;
  return Array.from({ length: count }, (_, i) => ({ low: edges[i] as number, high: edges[i + 1] as number, fill: mix(hue, SHARES[SHARES.length - count + i] as number) }));
}

/** Round edges near the fifths of the regions, each once: one giant does not leave the rest pale. */
function bySize(sorted: readonly number[]): number[] {
  const near = [1, 2, 3, 4].map((i) => round(sorted[Math.min(sorted.length - 1, Math.round((i * sorted.length) / 5))] as number));
  return [...new Set(near)];
}

/** Edges in equal round distances. */
function byDistance(low: number, high: number): number[] {
  const step = roundUp((high - low) / 5);
  const first = Math.floor(low / step) + 1;
  return [0, 1, 2, 3].map((i) => Number(((first + i) * step).toPrecision(6)));
}

/** The nearest of 1, 2, 5 × 10ⁿ. */
function round(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const nearest = LEADS.reduce((best, lead) => (Math.abs(Math.log(value / (lead * power))) < Math.abs(Math.log(value / (best * power))) ? lead : best));
  return Number((nearest * power).toPrecision(1));
}

/** Seven steps around zero, symmetrical, up to a round number that holds the largest change, and no less than five times `least`; what is below half of that is as before. */
export function changeSteps(values: readonly number[], better: string, least = 0): Step[] {
  const most = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  if (!(most > 0)) return [{ low: 0, high: 0, fill: 'var(--even)' }];
  const top = roundUp(Math.max(most, 5 * least));
  const up = better === 'lower' ? 'var(--worse)' : 'var(--better)';
  const down = better === 'lower' ? 'var(--better)' : 'var(--worse)';
  const even = Math.max(0.02 * top, least / 2);
  const bounds: [number, number, number, number] = [even, Math.max(0.1 * top, 2 * even), 0.5 * top, top];
  const arms = [30, 60, 95];
  const side = (hue: string, sign: 1 | -1): Step[] =>
    arms.map((strength, i) => {
      const [near, far] = [bounds[i] as number, bounds[i + 1] as number];
      return { low: sign > 0 ? near : -far, high: sign > 0 ? far : -near, fill: mix(hue, strength) };
    });
  return [...side(down, -1).reverse(), { low: -bounds[0], high: bounds[0], fill: 'var(--even)' }, ...side(up, 1)];
}

/** The step of a value; the last whose lower edge it reaches. */
export function stepOf(steps: readonly Step[], value: number): Step | undefined {
  let found = steps[0];
  for (const step of steps) if (value >= step.low) found = step;
  return found;
}

/** The next of 1, 2, 5 × 10ⁿ at or above a number. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead <= 1.000001 ? 1 : lead <= 2.000001 ? 2 : lead <= 5.000001 ? 5 : 10) * power;
}

function mix(hue: string, share: number): string {
  return `color-mix(in srgb, ${hue} ${share}%, var(--paper))`;
}
