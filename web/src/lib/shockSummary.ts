/** The measures of a shock in rows: the country's own figures and the world's beside them, in the same units. */
import { inOneSize } from './numbers';
import type { Row } from './types';

export const MEASURES = [
  'lost_value_added', 'lost_value_added_share', 'direct_loss', 'indirect_loss', 'indirect_per_direct', 'unmet_final_demand',
  'unmet_final_demand_elsewhere', 'direct_loss_elsewhere', 'deepest_loss_share', 'days_to_recover',
] as const;
export type Measure = (typeof MEASURES)[number];
export type Kind = 'money' | 'share' | 'ratio' | 'days';

export interface Figures {
  central: number | null;
  low: number | null;
  high: number | null;
}
export interface Line {
  measure: Measure;
  kind: Kind;
  /** In the unit of the line: money in one size for all, shares in %. */
  own: Figures | null;
  world: Figures | null;
}

export function kindOf(measure: Measure): Kind {
  if (measure === 'days_to_recover') return 'days';
  if (measure === 'indirect_per_direct') return 'ratio';
  return measure.endsWith('_share') ? 'share' : 'money';
}

/** The lines of both summaries, and the unit of their money; a measure that neither has is left out. */
export function lines(own: readonly Row[], world: readonly Row[], unit: string): { lines: Line[]; unit: string } {
  const money = Object.fromEntries([...own, ...world].filter((row) => kindOf(row['measure'] as Measure) === 'money').map((row, i) => [String(i), numeric(row['central'])]));
  const sized = inOneSize(money, unit);
  const [first] = Object.entries(money).filter(([, value]) => value);
  const factor = first ? (sized.values[first[0]] ?? 0) / (first[1] ?? 1) : 1;
  const found = MEASURES.map((measure): Line => {
    const kind = kindOf(measure);
    const by = { money: factor, share: 100, ratio: 1, days: 1 }[kind];
    return { measure, kind, own: figures(own, measure, by), world: figures(world, measure, by) };
  });
  return { lines: found.filter(({ own, world }) => own || world), unit: sized.unit };
}

function figures(rows: readonly Row[], measure: Measure, factor: number): Figures | null {
  const row = rows.find((one) => one['measure'] === measure);
  if (!row) return null;
  const [central, low, high] = ['central', 'p5', 'p95'].map((name) => scaled(numeric(row[name]), factor)) as [number | null, number | null, number | null];
  // No ratio where nothing is lost directly; a time that does not end here is told in words.
  if (central === null && measure === 'indirect_per_direct') return null;
  return { central, low, high };
}

const numeric = (cell: Row[string] | undefined): number | null => (typeof cell === 'number' ? cell : null);
const scaled = (value: number | null, factor: number) => (value === null ? null : value * factor);
