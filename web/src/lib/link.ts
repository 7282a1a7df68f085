/**
 * The whole state of a workbench in a link: `1.` and deflated JSON in base64url.
 * A link of another version, or a damaged one, is refused with the reason; nothing is guessed.
 */
import { CURVES, type Adoption, type Closure, type LeverSetting, type Responses, type Scenario, type Span, type View } from './types';

export const VERSION = '1';

/** Most characters that a link may have when read, so that a hostile one cannot fill the memory. */
const LONGEST = 20_000;
const LARGEST = 400_000;

export interface LinkState {
  dataset: string;
  year: number;
  with: string[];
  country: string;
  peers: string[];
  scenarios: Scenario[];
  active: number;
}

/** Why a link could not be opened; `key` names the sentence in the catalogue of strings. */
export class LinkError extends Error {
  constructor(
    readonly key: 'link.unknownVersion' | 'link.damaged' | 'link.tooLong',
    readonly version = '',
  ) {
    super(key);
  }
}

type ShortLever = [string, number, string[], Partial<Omit<LeverSetting, 'lever' | 'strength' | 'regions'>>?];
interface Short {
  d: string;
  y: number;
  w?: string[];
  c: string;
  p?: string[];
  a?: number;
  s: { t?: string; v?: 1; r?: Responses; c?: Closure; l: ShortLever[]; y?: [number, number, number]; q?: string }[];
}

/** The text after `s=`. */
export async function encode(state: LinkState): Promise<string> {
  const packed = await through(new TextEncoder().encode(JSON.stringify(shorten(state))), new CompressionStream('deflate-raw'));
  return `${VERSION}.${toBase64Url(packed)}`;
}

/** The state behind the text after `s=`. Throws LinkError. */
export async function decode(text: string): Promise<LinkState> {
  if (text.length > LONGEST) throw new LinkError('link.tooLong');
  const dot = text.indexOf('.');
  const version = text.slice(0, Math.max(dot, 0));
  if (version !== VERSION) throw new LinkError('link.unknownVersion', version || text.slice(0, 8));
  try {
    const bytes = await through(fromBase64Url(text.slice(dot + 1)), new DecompressionStream('deflate-raw'));
    return lengthen(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Short);
  } catch {
    throw new LinkError('link.damaged');
  }
}

function shorten(state: LinkState): Short {
  return {
    d: state.dataset,
    y: state.year,
    ...(state.with.length && { w: state.with }),
    c: state.country,
    ...(state.peers.length && { p: state.peers }),
    ...(state.active && { a: state.active }),
    s: state.scenarios.map((scenario) => ({
      ...(scenario.title && { t: scenario.title }),
      ...(scenario.view === 'fixed prices' && { v: 1 as const }),
      ...(Object.keys(scenario.responses).length && { r: scenario.responses }),
      ...(scenario.closure !== 'pass-through' && { c: scenario.closure }),
      l: scenario.levers.map(({ lever, strength, regions, ...rest }) => {
        const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => isSet(value)));
        return Object.keys(kept).length ? [lever, strength, regions, kept] : [lever, strength, regions];
      }),
      ...(scenario.question && { q: scenario.question }),
      ...(scenario.span && { y: [scenario.span.from, scenario.span.to, scenario.span.growth ? 1 : 0] as [number, number, number] }),
    })),
  };
}

function lengthen(short: Short): LinkState {
  const scenarios = short.s.slice(0, 4).map((one, i): Scenario => ({
    id: `scenario-${i + 1}`,
    title: text(one.t ?? ''),
    // Links of before prices responded say nothing of it: they open as everything does that says nothing.
    view: one.v === undefined ? 'prices respond' : fixed(one.v),
    responses: Object.fromEntries(Object.entries(one.r ?? {}).map(([name, choice]) => [text(name), Array.isArray(choice) ? choice.map(text) : text(choice)])),
    closure: one.c ?? 'pass-through',
    levers: one.l.map(([lever, strength, regions, rest]) => ({
      ...rest,
      ...(rest?.adoption && { adoption: adoption(rest.adoption) }),
      lever: text(lever),
      strength: number(strength),
      regions: regions.map(text),
    })),
    ...(one.y && { span: span(one.y) }),
    ...(one.q !== undefined && { question: text(one.q) }),
  }));
  if (!scenarios.length) throw new Error('no scenario');
  return {
    dataset: text(short.d),
    year: number(short.y),
    with: (short.w ?? []).map(text),
    country: text(short.c),
    peers: (short.p ?? []).map(text),
    scenarios,
    active: Math.min(Math.max(0, number(short.a ?? 0)), scenarios.length - 1),
  };
}

/** The one mark that is written; another may mean a view that this page does not know. */
function fixed(mark: unknown): View {
  if (mark !== 1) throw new Error('not a view');
  return 'fixed prices';
}

function span([from, to, growth]: [number, number, number]): Span {
  return { from: number(from), to: number(to), growth: number(growth) === 1 };
}

function adoption(read: Adoption): Adoption {
  if (!CURVES.includes(read.curve)) throw new Error('not a curve');
  return { curve: read.curve, start: number(read.start), until: number(read.until) };
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return true;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error('not a number');
  return value;
}

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes as BufferSource).then(() => writer.close());
  // A damaged link fails here and on the reading side; only the latter is reported.
  written.catch(() => undefined);
  const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > LARGEST) throw new Error('too large');
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
