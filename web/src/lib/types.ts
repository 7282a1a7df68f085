/**
 * The server's answers by the names that the page gives them, and what the page alone knows.
 *
 * The shapes are the server's own: `npm run types` makes `openapi.d.ts` from what the server says of itself, and
 * `npm run check` fails where it says something else.
 */
import type * as api from './openapi';

export type {
  AnswerShape as Answer,
  BlocsAnswer as Blocs,
  Case,
  CatalogueAnswer as KnownSource,
  ChallengeAnswer as Challenge,
  Code,
  DatasetAnswer as Dataset,
  Debate,
  EventAnswer as LibraryEvent,
  ExtensionAnswer,
  FrameworkAnswer as Framework,
  Headline,
  Health,
  Input,
  Issue as Entry,
  JobAnswer as Job,
  LeverAnswer as Lever,
  MetricByYear as ByYear,
  OfferedAnswer as Offered,
  OpeningAnswer as Opening,
  OutcomeAnswer as Outcome,
  OverviewAnswer as Overview,
  PathwayAnswer as Pathway,
  Priority,
  ProblemAnswer as Problem,
  ResponsesAnswer as Choices,
  RunOfEvent as LibraryRun,
  RegionAnswer as Region,
  SimulationAnswer as Simulation,
  SourceAnswer as Source,
  TriedAnswer as Tried,
  UnreadableAnswer as UnreadableDataset,
} from './openapi';

// Parts that several shapes of the server share a name with are named by where they stand.
export type CaseFigure = api.Case['figures'][number];
export type LeverFigure = api.LeverAnswer['figures'][number];
export type Origin = NonNullable<api.ChallengeAnswer['origin']>;

export type Status = api.EconomyAnswer['status'];
export type Size = api.OfferedAnswer['size'];
export type Effect = NonNullable<api.OutcomeAnswer['effect']>;
export type Better = api.OutcomeAnswer['better'];

/** A text in every language of the page. */
export type Words = Record<'en' | 'fr' | 'es', string>;
export type Question = Omit<api.QuestionShape, 'title'> & { title: Words };
export type Room = Omit<api.RoomShape, 'title' | 'questions'> & { title: Words; questions: Question[] };

export type Closure = NonNullable<api.Scenario['closure']>;
export type View = api.OutcomeAnswer['view'];
/** What a scenario chooses of how prices respond; what it leaves out is as the set of elasticities has it. */
export type Responses = { [key in keyof api.Responses]?: NonNullable<api.Responses[key]> };
export type JobState = api.JobAnswer['state'];
export type Row = Record<string, Cell>;
export type Cell = Exclude<api.TableShape['rows'][number][string], readonly unknown[]>;
/** A cell that names a chain of industries, producer first. */
export type Chain = Extract<api.TableShape['rows'][number][string], readonly unknown[]>;

export const CHALLENGES = ['sustainability', 'resilience', 'technology', 'workforce', 'society'] as const satisfies readonly ChallengeId[];
export type ChallengeId = Exclude<api.OutcomeAnswer['dimension'], 'treasury'>;

/** What stands beside every figure. */
export type About = Pick<api.OverviewAnswer, 'source' | 'year' | 'status' | 'method' | 'notes'>;
export type TableAnswer = About & { columns: api.ColumnAnswer[]; rows: Row[] };

/** An economy's labels, with the members of the European Union at the end of the year, asked for beside them. */
export type Economy = api.EconomyAnswer & { union: string[] };

export interface Flow {
  source: string;
  target: string;
  value: number;
}

export interface Footprint extends About {
  region: string;
  unit: string;
  total: number;
  links: Flow[];
}

export const CURVES = ['logistic', 'gompertz', 'bass', 'linear', 'step'] as const satisfies readonly Curve[];
export type Curve = api.Adoption['curve'];

/** How a lever's strength rises from nothing to its full value. */
export type Adoption = Pick<api.Adoption, 'curve' | 'start' | 'until'>;

/** The years that a scenario is followed through, and whether the economy grows meanwhile. */
export interface Span {
  from: number;
  to: number;
  growth: boolean;
}

/** A lever as the page sets it; only its strength and where it acts must be said. `adoption` only counts in a path over the years: the what-if takes the full strength. */
export type LeverSetting = Pick<api.LeverSetting, 'lever' | 'strength' | 'regions'> &
  { [key in Exclude<keyof api.LeverSetting, 'lever' | 'strength' | 'regions'>]?: NonNullable<api.LeverSetting[key]> } & { adoption?: Adoption };

export interface Scenario {
  id: string;
  title: string;
  view: View;
  responses: Responses;
  closure: Closure;
  levers: LeverSetting[];
  span?: Span;
  /** The question to begin with that it was opened from. */
  question?: string;
}

/** A scenario as a study keeps it: groups of countries may be named. */
export type StudyScenario = Pick<api.Scenario, 'id'> & Partial<Omit<api.Scenario, 'levers' | 'responses'>> & { levers?: LeverSetting[]; responses?: Partial<api.Responses> };

/** A study as it is saved, with the keys of its sections, whose forms are read from /api/sections. */
type Whole = NonNullable<api.SavedText['study']>;
type Place = 'title' | 'country' | 'peers' | 'year' | 'economy' | 'extensions';
export type Study = Pick<Whole, Place> & Partial<Omit<Whole, Place | 'scenarios'>> & { scenarios?: StudyScenario[]; [key: string]: unknown };
export type StudyEntry = Omit<api.StudyEntry, 'study'> & { study: Study | null };
