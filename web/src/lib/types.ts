/** The server's answers and the scenario that it is sent; mirrors src/kaldor/server/answers.py. */

export type Status = 'observed' | 'estimated' | (string & {});
export type Better = 'lower' | 'higher' | 'none';
export type Closure = 'pass-through' | 'profit' | 'savings re-spent';
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

export const CHALLENGES = ['sustainability', 'resilience', 'technology', 'workforce', 'society'] as const;
export type ChallengeId = (typeof CHALLENGES)[number];

export interface Problem {
  where: string;
  what: string;
  remedy: string;
}

export interface Health {
  version: string;
  read_only: boolean;
  token_required: boolean;
}

export interface Code {
  code: string;
  name: string;
}

export interface ExtensionAnswer {
  id: string;
  name: string;
  unit: string;
  status: Status;
}

export interface Dataset {
  id: string;
  kind: string;
  title: string;
  publisher: string;
  years: number[];
  unit: string;
  status: Status;
  licence: string;
  citation: string;
  landing_page: string;
  extensions: ExtensionAnswer[];
  attachable: string[];
  notes: string[];
  counts: Record<string, number>;
  size: number;
  content_hash: string | null;
  provenance: Record<string, unknown> | null;
}

/** A folder of the store that is a dataset no longer, or not one for this version: why, and what to do. */
export interface UnreadableDataset {
  id: string;
  kind: 'unreadable';
  title: string;
  problems: Problem[];
}

export interface KnownSource {
  id: string;
  kind: string;
  title: string;
  publisher: string;
  licence: string;
  landing_page: string;
  years: [number, number] | null;
  held: boolean;
  how_to_add: string;
}

export interface Region extends Code {
  world_region: string | null;
  income_group: string;
  is_country: boolean;
}

export interface Source {
  id: string;
  title: string;
  publisher: string;
  citation: string;
  licence: string;
  landing_page: string;
}

/** What stands beside every figure. */
export interface About {
  source: Source;
  year: number;
  status: Status;
  method: string;
  notes: string[];
}

export interface Economy {
  dataset: string;
  regions: Region[];
  sectors: Code[];
  groups: Record<string, string[]>;
  demands: Code[];
  extensions: ExtensionAnswer[];
  unit: string;
  year: number;
  status: Status;
  groups_year: number;
  /** Members of the European Union at the end of the year, asked for beside the economy. */
  union: string[];
  notes: string[];
  source: Source;
}

export interface Headline {
  id: string;
  title: string;
  definition: string;
  value: number | null;
  unit: string;
  status: Status;
  reason_if_not_modelled: string | null;
}

export interface Overview extends About {
  region: string;
  challenges: { challenge: string; figures: Headline[] }[];
  maps: { metric: string; title: string; unit: string; values: Record<string, number | null> }[];
}

export interface TableAnswer extends About {
  columns: { id: string; unit: string }[];
  rows: Row[];
}

export interface Ratio {
  pooled: number | null;
  median: number | null;
  industries: number;
}

export interface Scopes extends TableAnswer {
  region: string | null;
  energy_sectors: string[];
  scope3_over_scopes12: Ratio;
  upstream_over_scope1: Ratio;
}

export interface Flow {
  source: string;
  target: string;
  value: number;
}

/** An input of a question, as it is declared once for every door. */
export interface Input {
  id: string;
  help: string;
  kind: 'text' | 'number' | 'whole' | 'choice' | 'flag' | 'file';
  required: boolean;
  many: boolean;
  default: Cell | string[];
  choices: string[];
  low: number | null;
  high: number | null;
  low_open: boolean;
  high_open: boolean;
  names: 'region' | 'sector' | 'extension' | 'dataset' | null;
  ending: string;
}

type Words = Record<'en' | 'fr' | 'es', string>;

export interface Question {
  id: string;
  room: string;
  of: string;
  title: Words;
  help: string;
  page: string;
  long: boolean;
  inputs: Input[];
}

export interface Room {
  id: string;
  title: Words;
  questions: Question[];
}

/** A cell that names a chain of industries, producer first. */
export type Chain = [region: string, sector: string][];

/** The answer to a question. */
export interface Answer {
  title: string;
  status: Status;
  origin: { dataset: string; year: number; title: string; citation: string; licence: string; landing_page: string };
  method: string;
  facts: Record<string, unknown>;
  said: string[];
  notes: string[];
  tables: { id: string; title: string; largest: string | null; columns: { id: string; unit: string }[]; rows: Record<string, Cell | Chain>[] }[];
}

export interface Footprint extends About {
  region: string;
  unit: string;
  total: number;
  links: Flow[];
}

export interface Origin {
  document: string;
  table: number | null;
  row: number | null;
  heading: string | null;
  page: number | null;
}

export interface Entry {
  id: string;
  challenge: string;
  title: string;
  summary: string;
  examples: string[];
  origin: Origin | null;
}

export interface Priority extends Entry {
  sector: 'public' | 'private';
  points: { title: string; text: string }[];
}

export interface Debate extends Entry {
  question: string;
}

export interface Challenge {
  id: ChallengeId;
  number: number;
  title: string;
  name: string;
  summary: string;
  origin: Origin | null;
  issues: Entry[];
  priorities: Priority[];
  debates: Debate[];
}

export interface Framework {
  challenges: Challenge[];
  instruments: { id: string; title: string; summary: string }[];
  documents: { id: string; title: string; publisher: string; date: string }[];
}

export interface CaseFigure {
  id: string;
  value: number | null;
  value_low: number | null;
  value_high: number | null;
  unit: string;
  measures: string;
  standing: string;
  qualifier: string | null;
  period: string | null;
  baseline: string | null;
  caution: string | null;
  role: string;
}

export interface Case {
  id: string;
  title: string;
  initiative: string;
  actors: string[];
  place: string;
  countries: string[];
  period: string;
  instruments: string[];
  challenge: string;
  priorities: string[];
  debates: string[];
  summary: string;
  evidence: string;
  reported_by: string;
  locator: { document: string; heading: string | null; page: number | null; line: number | null };
  figures: CaseFigure[];
  no_figures_because: string | null;
}

export interface LeverFigure {
  name: string;
  meaning: string;
  value: number;
  low: number;
  high: number;
  unit: string;
  source: string;
}

export interface Lever {
  id: string;
  title: string;
  summary: string;
  challenge: string;
  priority: string;
  honesty: 'simulated' | 'assumed effect, traced' | 'cost and reach only';
  parameter: { name: string; unit: string; low: number; high: number; default: number };
  figures: LeverFigure[];
  cost: {
    bearer: string;
    basis: string;
    amount: number | null;
    low: number | null;
    high: number | null;
    unit: string;
    source: string;
  };
  years_to_effect: [number, number];
  evidence: { case: string | null; publication: string | null; strength: string; note: string }[];
  limits: string;
  live: boolean;
  lacks: string[];
  defaults: { sectors: string[]; products: string[] };
  needs_bloc: boolean;
}

export const CURVES = ['logistic', 'gompertz', 'bass', 'linear', 'step'] as const;
export type Curve = (typeof CURVES)[number];

/** How a lever's strength rises from nothing to its full value. */
export interface Adoption {
  curve: Curve;
  start: number;
  until: number;
}

/** The years that a scenario is followed through, and whether the economy grows meanwhile. */
export interface Span {
  from: number;
  to: number;
  growth: boolean;
}

export interface LeverSetting {
  lever: string;
  strength: number;
  regions: string[];
  sectors?: string[];
  products?: string[];
  bloc?: string[];
  away_from?: string[];
  figures?: Record<string, number>;
  /** Only in a path over the years; the what-if of one year takes the full strength. */
  adoption?: Adoption;
}

export interface Scenario {
  id: string;
  title: string;
  closure: Closure;
  levers: LeverSetting[];
  span?: Span;
}

export interface Outcome {
  id: string;
  dimension: ChallengeId | 'treasury';
  title: string;
  unit: string;
  before: number | null;
  after: number | null;
  change: number | null;
  change_pct: number | null;
  better: Better;
  status: Status;
  band_low: number | null;
  band_high: number | null;
  reason: string | null;
}

export interface Simulation {
  scenario: string;
  region: string;
  bloc: string[];
  outcomes: Outcome[];
  about_the_band: string;
  map: Record<string, Record<string, number | null>>;
  map_about: Record<string, { title: string; unit: string }>;
  prices: { sector: string; change_pct: number }[];
  losers: Row[];
  gainers: Row[];
  treasury: { region: string; line: string; kind: 'revenue' | 'spending'; amount: number }[];
  method: string;
  rank: number;
  milliseconds: { solve: number; measure: number; total: number };
  unit: string;
  status: Status;
  year: number;
  source: string;
  notes: string[];
}

export interface ByYear {
  id: string;
  dimension: ChallengeId | 'treasury';
  title: string;
  unit: string;
  better: Better;
  reference: (number | null)[];
  path: (number | null)[];
}

export interface Pathway {
  id: string;
  region: string;
  years: number[];
  metrics: ByYear[];
  levers: { lever: string; unit: string; strengths: (number | null)[] }[];
  milestones: { what: string; year: number | null; met: boolean }[];
  summed: { id: string; title: string; unit: string; reference: number | null; path: number | null; change: number | null }[];
  growth: { name: string; rate: number; low: number; high: number; unit: string; source: string }[];
  warning: string;
  not_modelled: Record<string, string>;
  year: number;
  source: string;
  status: Status;
  notes: string[];
}

export interface Explanation {
  metric: string;
  title: string;
  unit: string;
  region: string;
  before: number;
  after: number;
  change: number;
  interaction: number;
  exact: boolean;
  runs: number;
  levers: Row[];
  channels: Row[] | null;
  cost: { per_unit: number | null; net_per_unit: number | null; unit: string; reason: string | null } | null;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Job {
  id: string;
  kind: 'upload' | 'study' | 'shocks' | 'question';
  title: string;
  state: JobState;
  progress: number;
  step: string;
  made: string;
  ended: string | null;
  result: Record<string, unknown> | null;
  problems: Problem[];
}

export interface Study {
  title: string;
  subtitle?: string;
  country: string;
  peers: string[];
  year: number;
  economy: string;
  extensions: string[];
  emissions?: string;
  jobs?: string[];
  sections?: string[];
  scenarios?: StudyScenario[];
  [other: string]: unknown;
}

/** A scenario as a study keeps it: groups of countries may be named. */
export interface StudyScenario {
  id: string;
  title?: string;
  closure?: Closure;
  levers?: LeverSetting[];
  blocs?: Record<string, string[]>;
}

export interface StudyEntry {
  id: string;
  title: string;
  study: Study | null;
  problems: Problem[];
  changed: string;
  /** Changes with the study: a change is saved with the ETag of what it was made to. */
  etag: string;
  briefs: ('html' | 'pdf' | 'json')[];
  brief_made: string | null;
  up_to_date: boolean;
}
