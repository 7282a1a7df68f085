/** A shock as the page builds it, and the answer of the server; mirrors kaldor.twin.shocks.events. */
import type { Assumptions } from './shockAssumptions';
import type { Economy, Row } from './types';
import type { Place } from './workbench.svelte';

export const KINDS = ['ban', 'shortage', 'capacity', 'demand', 'price'] as const;
export type Kind = (typeof KINDS)[number];

export interface Event {
  kind: Kind;
  /** Where it happens; of a ban: who no longer buys. */
  regions: string[];
  /** Of a ban: who no longer sells; of a price: who asks more, all sellers if none. */
  origins: string[];
  /** Industries or products, as codes or one group. */
  sectors: string[];
  /** Size in %; of demand also below zero, of a price how much dearer. */
  percent: number;
  start: number;
  days: number;
  recovery: number;
}

/** An event as the server takes it, and gives it back with its names written out. */
export type Declared = Record<string, string | number | string[] | null>;

/** Of a run of the library: which event it is of, the year that it declares, and Kaldor's figures beside published ones. */
export interface EventOfResult {
  id: string;
  run: string;
  year: number;
  beside: { published: string; unit: string; median: number; low: number; high: number; stands: string; why: string | null }[];
}

export interface ShockResult {
  event?: EventOfResult;
  shock: { id: string; title: string; events: Declared[] };
  economy: string;
  year: number;
  unit: string;
  seed: number;
  runs: number;
  honesty: string[];
  /** Why nothing is said of losses, where nobody responds to what happens. */
  not_modelled: string | null;
  days: number[];
  value_added: Record<string, (number | null)[]>;
  bands: Record<string, Record<string, (number | null)[]>>;
  production: Record<string, (number | null)[]>;
  unmet: Record<string, (number | null)[]>;
  summary: Row[];
  /** What must be said of names, and of what stands in for facts that a table lacks. */
  notes: string[];
  /** What was assumed of goods in place of what is usual, as the questions about shocks take it. */
  typed?: Record<string, string[]>;
  by_region: Record<string, Row[]>;
  losers: Row[];
  bottlenecks: Row[];
  price_effects: Row[];
  cost_rises: Row[];
  prices: Row[];
}

/** First events to change: something that happens often, in the country looked at. */
export function example(kind: Kind, economy: Economy, place: Place): Event {
  const first = (...names: string[]) => names.find((name) => name in economy.groups || economy.sectors.some((one) => one.code === name)) ?? economy.sectors[0]?.code ?? 'all';
  const partner = economy.regions.find((region) => region.code === (place.country === 'CHN' ? 'USA' : 'CHN')) ?? economy.regions.find((region) => region.code !== place.country);
  const common = { regions: [place.country], origins: partner ? [partner.code] : [], start: 7 };
  if (kind === 'ban') return { ...common, kind, sectors: [first('electronics', 'manufacturing')], percent: 80, days: 70, recovery: 0 };
  if (kind === 'shortage') return { ...common, kind, sectors: [first('energy', 'utilities')], percent: 15, days: 60, recovery: 30 };
  if (kind === 'price') return { ...common, origins: [], kind, sectors: [first('energy', 'utilities')], percent: 50, days: 120, recovery: 0 };
  if (kind === 'capacity') return { ...common, kind, sectors: [first('manufacturing')], percent: 30, days: 30, recovery: 60 };
  return { ...common, kind, sectors: [first('equipment', 'vehicles', 'manufacturing')], percent: -20, days: 120, recovery: 60 };
}

/** The shock as the server takes it. */
export function declared(title: string, events: readonly Event[], assumptions: Assumptions): Record<string, unknown> {
  return {
    id: 'page',
    title,
    assumptions,
    events: events.map((event) => {
      const when = { start: event.start, days: event.days, ...(event.recovery > 0 ? { recovery: 'linear', recovery_days: event.recovery } : {}) };
      const share = event.percent / 100;
      if (event.kind === 'ban') return { ...when, kind: 'ban', origins: event.origins, destinations: event.regions, products: event.sectors, share };
      if (event.kind === 'capacity') return { ...when, kind: 'capacity', regions: event.regions, sectors: event.sectors, share };
      if (event.kind === 'price') return { ...when, kind: 'price', regions: event.regions, ...(event.origins.length ? { origins: event.origins } : {}), products: event.sectors, rise: share };
      return { ...when, kind: event.kind, regions: event.regions, products: event.sectors, share };
    }),
  };
}

/** A shock as its file says it: every value of an event is written in TOML as it is in JSON. */
export function asToml({ id, title, events }: ShockResult['shock']): string {
  const lines = (values: Record<string, unknown>) => Object.entries(values).filter(([, value]) => value !== null && value !== '').map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return [...lines({ id, title }), ...events.flatMap((event) => ['[[events]]', ...lines(event)]), ''].join('\n');
}
