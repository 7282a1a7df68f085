/** A number as somebody types it, in the reader's language: the mark of decimals is that of the language, and nothing is guessed. */
import { chosen, type Language } from './language.svelte';

/** The mark before decimals, and what groups of three may be parted by beside a space. */
const MARKS: Record<Language, { decimal: string; group: string }> = {
  en: { decimal: '.', group: '' },
  fr: { decimal: ',', group: '' },
  es: { decimal: ',', group: '.' },
};
const SPACES = /[\s\u00a0\u2009\u202f]/u;
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The number that a text says, or null where it says none or could say two: in English "1,5", which elsewhere is one and
 * a half; in Spanish "1.500", which elsewhere is one and a half as well. A point alone is understood in every language.
 */
export function typedNumber(text: string, language: Language = chosen.language): number | null {
  const { decimal, group } = MARKS[language];
  const signed = text.trim().replace('−', '-');
  const [whole = '', ...rest] = decimal === ',' && signed.includes(',') ? signed.split(',') : [signed];
  if (rest.length > 1) return null;
  const joined = ungrouped(whole, rest.length ? group : '');
  if (joined === null || (rest.length && /[.e]/i.test(joined))) return null;
  if (group === '.' && !rest.length && /^[+-]?[1-9]\d{0,2}\.\d{3}$/.test(joined)) return null;
  const plain = rest.length ? `${joined || '0'}.${rest[0]}` : joined;
  return PLAIN.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : null;
}

/** Digits without the marks between their groups of three; null where the groups are not of three. */
function ungrouped(text: string, group: string): string | null {
  const mark = group && text.includes(group) ? group : SPACES;
  const [first = '', ...groups] = text.split(mark);
  if (!groups.length) return text;
  const last = groups.length - 1;
  const right = /^[+-]?\d{1,3}$/.test(first) && groups.every((one, i) => (i === last ? /^\d{3}(\.\d*)?$/ : /^\d{3}$/).test(one));
  return right ? [first, ...groups].join('') : null;
}

/** A number as it stands in a field, to be typed on: no groups, the reader's mark of decimals. */
export function asTyped(value: number): string {
  return String(value).replace('.', MARKS[chosen.language].decimal);
}
