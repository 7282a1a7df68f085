/** Names of countries as each language writes them, by the codes that tables use. */
import { ISO3, OFF_THE_MAP } from '../map/iso3';
import { chosen, t } from './language.svelte';

const REST = 'ROW';
const numeric: Readonly<Record<string, string>> = { ...Object.fromEntries(Object.entries(ISO3).map(([digits, code]) => [code, digits])), ...OFF_THE_MAP };

/** What a region is called: in English as the server says, in another language as its users say where the code is a country's. */
export function countryName(code: string, english: string): string {
  if (chosen.language === 'en') return english;
  if (code === REST) return t('place.rest');
  const digits = numeric[code];
  const region = digits && new Intl.Locale(`und-${digits}`).region;
  return (region && new Intl.DisplayNames(chosen.language, { type: 'region', fallback: 'none' }).of(region)) || english;
}
