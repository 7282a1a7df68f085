/** How little the axis of any chart may span: no picture magnifies what rounding leaves. */

/** In a unit's own terms, by its first word. */
const LEAST: Record<string, number> = { '%': 0.1, points: 0.1, puntos: 0.1, million: 1, thousand: 0.1, kt: 1, index: 0.01, 'HHI,': 0.01 };
/** Of the largest value that stands in a chart: what is nearer together reads alike in three digits. */
const SHARE = 1e-3;

/** The share of normal value added, in %, below which a loss over a run is none to speak of: an hour of a year. */
export const LEAST_LOSS = 0.01;

export function leastSpan(unit: string): number {
  return LEAST[unit.split(' ')[0] ?? ''] ?? 1e-6;
}

/** The ends of an axis that holds these values, in whose middle they stand where they are nearer together than `least`. */
export function spanned(values: readonly (number | null)[], least: number): { low: number; high: number } {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (!known.length) return { low: 0, high: least };
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const missing = Math.max(0, Math.max(least, SHARE * Math.max(Math.abs(low), Math.abs(high))) - (high - low)) / 2;
  return { low: low - missing, high: high + missing };
}

/** The same for a chart that finds its own round ends: it is told them only where its values are too near together. */
export function endsWhereNear(values: readonly (number | null)[], least: number): { min?: number; max?: number } {
  const { low, high } = spanned(values, least);
  return values.some((value) => value !== null && (value === low || value === high)) ? {} : { min: low, max: high };
}
