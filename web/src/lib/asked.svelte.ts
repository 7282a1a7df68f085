/** What the page Economy asks: one of the standard questions with its few options, kept in the link. */
import { query } from './api';

export const DRAWN = ['linkages', 'upstream', 'extract', 'prices', 'induced', 'change', 'bands'] as const;
/** Questions with a picture and a form of their own; all others have the form that their inputs make. */
export type Drawn = (typeof DRAWN)[number];

/** What older links called a question. */
const MOVED: Record<string, string> = { positions: 'upstream', extraction: 'extract' };

/** What a link says beside a question: where one looks. */
const PLACE = ['economy', 'year', 'with', 'country', 'peers', 'ask'];

const START = {
  ask: 'linkages' as string,
  /** Linkages: inputs made at home only, or all. */
  scope: 'domestic',
  /** Linkages: what an industry counts in the average. */
  weights: 'equal',
  /** Positions: products of the world, industries of the country, or countries. */
  by: 'sector',
  /** A sector or a group of sectors, `*` for all of the country, empty for the one proposed. */
  block: '',
  kind: 'full',
  /** Whether losses stand by region or by industry. */
  across: 'region',
  /** Of the block that goes, in %. */
  share: 100,
  /** The quantity shown; empty for the first that the question has. */
  what: '',
  /** More primary input per unit of output, in %. */
  cost: 5,
  of: 'consumers',
  /** The earlier year; 0 for the nearest one to ten years back. */
  since: 0,
  account: 'consumption',
  extension: '',
  /** Prices: empty for current ones, `*` for one factor, `builtin`, or a dataset of indicators. */
  deflators: '',
  /** The one factor: how much dearer everything became; 0 while none is given. */
  deflator: 0,
  draws: 100,
  seed: 1,
};

export type Options = typeof START;

/** Which options each question reads; the others stay out of its link. */
const READS: Record<Drawn, (keyof Options)[]> = {
  linkages: ['scope', 'weights'],
  upstream: ['by'],
  extract: ['block', 'kind', 'share', 'across', 'what'],
  prices: ['block', 'cost', 'of'],
  induced: ['what'],
  change: ['since', 'account', 'extension', 'deflators', 'deflator'],
  bands: ['extension', 'draws', 'seed'],
};

const CHOICES: Partial<Record<keyof Options, readonly string[]>> = {
  scope: ['domestic', 'global'],
  weights: ['equal', 'output', 'final_demand'],
  by: ['sector', 'own', 'region'],
  kind: ['full', 'backward', 'forward'],
  across: ['region', 'sector'],
  of: ['consumers', 'products'],
  account: ['consumption', 'production'],
};

const BOUNDS: Partial<Record<keyof Options, [number, number]>> = {
  share: [0, 100],
  cost: [-100, 1000],
  since: [1900, 2200],
  deflator: [1e-6, 1e6],
  draws: [20, 2000],
  seed: [0, 2 ** 31],
};

export const ALL = '*';

class Asked {
  options = $state.raw<Options>(START);

  /** What was typed into the form of a question that has none of its own, by input. */
  given = $state.raw<Record<string, string>>({});

  get question(): string {
    return this.options.ask;
  }

  /** Ask another question. */
  ask(id: string): void {
    if (id !== this.question) this.given = {};
    this.change({ ask: id });
  }

  type(input: string, text: string): void {
    this.given = { ...this.given, [input]: text };
  }

  change(more: Partial<Options>): void {
    this.options = { ...this.options, ...more };
  }

  /** Take over what a link says; what it does not say stays, what has no meaning is left out. */
  read(pairs: URLSearchParams): void {
    const said = pairs.get('ask') ?? '';
    const question = MOVED[said] ?? said;
    if (!question) return;
    if (!isDrawn(question)) {
      this.given = Object.fromEntries([...pairs].filter(([name]) => !PLACE.includes(name)));
      this.change({ ask: question });
      return;
    }
    const next: Record<string, string | number> = { ...this.options, ask: question };
    for (const name of READS[question]) {
      // A link says only what differs from the start, so that all else is as at the start.
      next[name] = START[name];
      const text = pairs.get(name);
      if (text === null) continue;
      const [least, most] = BOUNDS[name] ?? [];
      if (typeof START[name] === 'number') {
        const value = Number(text);
        if (text !== '' && least !== undefined && most !== undefined && value >= least && value <= most) next[name] = value;
      } else if (CHOICES[name]?.includes(text) ?? true) next[name] = text;
    }
    this.options = next as unknown as Options;
  }

  /** The part of the link that brings the question back. */
  get link(): string {
    const question = this.question;
    if (!isDrawn(question)) return query({ ask: question, ...this.given }).slice(1);
    const said = READS[question].filter((name) => this.options[name] !== START[name]);
    return query(Object.fromEntries([['ask', question], ...said.map((name) => [name, this.options[name]])])).slice(1);
  }
}

export const asked = new Asked();

export function isDrawn(question: string): question is Drawn {
  return (DRAWN as readonly string[]).includes(question);
}
