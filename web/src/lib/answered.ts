/** The answer to a question as figures and tables of the page take it. */
import { fetched, type Fetched } from './fetched.svelte';
import type { Answer, Cell, Chain, Footprint, TableAnswer } from './types';
import { workbench } from './workbench.svelte';

export interface Answered extends TableAnswer {
  title: string;
  /** What the data are whose answer may be a model's. */
  data: Answer['status'];
  /** The column by whose size rows are chosen where they do not all fit. */
  largest: string | null;
  facts: Answer['facts'];
}

/** Its first table; what was said in words stands among the notes. */
export function answered(answer: Answer): Answered {
  const { origin, tables, notes, said, ...rest } = answer;
  const { dataset, year, status: data, ...published } = origin;
  const [table] = tables;
  return {
    ...rest,
    data,
    source: { id: dataset, publisher: '', ...published },
    year,
    notes: [...new Set([...notes, ...said])],
    columns: table?.columns ?? [],
    rows: (table?.rows ?? []).map((row) => Object.fromEntries(Object.entries(row).map(([id, cell]) => [id, Array.isArray(cell) ? chainName(cell) : cell]))),
    largest: table?.largest ?? null,
  };
}

/** An answer that follows what is asked; `path` names the question, or null to ask nothing; `files` what it is given. */
export function questioned(path: () => string | null, files?: () => unknown): Fetched<Answered> {
  return fetched<Answered, Answer>(path, answered, files);
}

/** Where a footprint arises and in which products it is bought, as flows through the region's use. */
export function flowsOf(byRegion: Answer, byProduct: Answer, region: string): Footprint {
  const [origins, products] = [byRegion, byProduct].map((answer) => answered(answer)) as [Answered, Answered];
  const use = `use:${region}`;
  const bought = new Map<string, number>();
  for (const row of products.rows) bought.set(text(row['sector']), (bought.get(text(row['sector'])) ?? 0) + Number(row[region]));
  return {
    ...origins,
    region,
    unit: origins.columns.find(({ id }) => id === region)?.unit ?? '',
    total: origins.rows.reduce((sum, row) => sum + Number(row[region]), 0),
    links: [
      ...origins.rows.map((row) => ({ source: `origin:${text(row['origin'])}`, target: use, value: Number(row[region]) })),
      ...[...bought].map(([sector, value]) => ({ source: use, target: `product:${sector}`, value })),
    ],
  };
}

function chainName(chain: Chain): string {
  return chain.map(([region, sector]) => `${workbench.regionName(region)}: ${workbench.sectorName(sector)}`).join(' → ');
}

function text(cell: Cell | undefined): string {
  return String(cell ?? '');
}
