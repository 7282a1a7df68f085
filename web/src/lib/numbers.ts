/** Numbers, amounts with units, and dates as the reader's language writes them. */
import { chosen, t, type Key } from './language.svelte';

const MINUS = '−';

/** Sizes that follow one another by a factor of a thousand, per first word of a unit. */
const LADDERS: Record<string, (Key | string)[]> = {
  thousand: ['unit.thousand', 'unit.million', 'unit.billion', 'unit.trillion'],
  million: ['unit.million', 'unit.billion', 'unit.trillion'],
  kt: ['kt', 'Mt', 'Gt'],
};

export function number(value: number, digits = 3): string {
  const size = Math.abs(value);
  const format = size >= 10 ** digits ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits };
  return new Intl.NumberFormat(chosen.language, format).format(value).replace('-', MINUS);
}

/** A change: always with its sign; 0 where nothing shows at this precision. */
export function signed(value: number, digits = 3): string {
  if (Math.abs(value) < 5e-7) return number(0);
  return (value > 0 ? '+' : '') + number(value, digits);
}

/** A unit as it is printed: CO₂ with its subscript. */
export function unitText(unit: string): string {
  return unit.replaceAll('CO2', 'CO₂');
}

/** A unit in words of the reader's language: "thousand jobs" is "mille emplois" in French. */
export function unitWords(unit: string): string {
  if (chosen.language === 'en') return unitText(unit);
  const told = chosen.catalogue.units.reduce((text, [word, own]) => text.replace(new RegExp(`(?<![\\p{L}])${word.replace(/[()]/g, '\\$&')}(?![\\p{L}])`, 'gu'), own), unitText(unit));
  return elided(told);
}

/** A unit as it stands beside a heading: what the heading says already is left out, so that no share is a "share (share)". */
export function unitBeside(title: string, unit: string): string {
  const [, word = '', range = ''] = /^(.+) \((.+)\)$/.exec(unit) ?? [];
  return range && title.toLowerCase() === word ? range : unit;
}

/** French: "millions d’emplois". */
function elided(text: string): string {
  return chosen.language === 'fr' ? text.replace(/\bde (?=[aeiouyhéèê]\p{Ll})/gu, 'd’') : text;
}

/** An amount with its unit, in the size that keeps the figure short: 8,123,456 kt CO2 is 8.12 Gt CO₂. */
export function amount(value: number, unit: string, withSign = false): string {
  const { figure, size, measure } = parts(value, unit, withSign);
  return elided([figure, size, measure].filter(Boolean).join(' '));
}

/** The same in its parts: the figure, the word or prefix of its size, and what it measures. */
export function parts(value: number, unit: string, withSign = false, digits = 3): { figure: string; size: string; measure: string } {
  const write = (one: number) => (withSign ? signed : number)(one, digits);
  const [first = '', ...rest] = unit.split(' ');
  const ladder = LADDERS[first];
  if (!ladder) return { figure: write(value), size: '', measure: unitWords(unit) };
  let step = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 1000 && step < ladder.length - 1) {
    scaled /= 1000;
    step++;
  }
  const word = ladder[step] ?? first;
  const measure = unitWords(rest.join(' '));
  const size = word.startsWith('unit.') ? t(word as Key) : word;
  // "460 millones de empleos", but "460 millones" where nothing follows.
  const bare = size.replace(/ de$/, '');
  return { figure: write(scaled), size: bare, measure: elided(measure && bare !== size ? `de ${measure}` : measure) };
}

/** Amounts and their unit in the one size in which the largest has at most so many digits before its point. */
export function inOneSize(values: Readonly<Record<string, number | null>>, unit: string, digits = 5): { values: Record<string, number | null>; unit: string } {
  const [first = '', ...rest] = unit.split(' ');
  const ladder = LADDERS[first]?.map((word) => word.replace('unit.', ''));
  const most = Math.max(0, ...Object.values(values).map((value) => Math.abs(value ?? 0)));
  const step = ladder ? Math.min(ladder.length - 1, Math.max(0, Math.ceil((Math.log10(most || 1) - digits) / 3))) : 0;
  const scaled = Object.entries(values).map(([code, value]) => [code, value === null ? null : value / 1000 ** step] as const);
  return { values: Object.fromEntries(scaled), unit: ladder ? [ladder[step], ...rest].join(' ') : unit };
}

export function date(iso: string): string {
  return new Intl.DateTimeFormat(chosen.language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

export function bytes(size: number): string {
  return size >= 1e6 ? `${number(size / 1e6)} MB` : `${number(Math.ceil(size / 1e3))} kB`;
}
