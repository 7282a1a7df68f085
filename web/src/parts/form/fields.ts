/** Words and options of declared fields, from the economy looked at and from what the server knows. */
import { t, type Key } from '../../lib/language.svelte';
import type { Names } from '../../lib/schema';
import { sections } from '../../lib/sections.svelte';
import type { Code } from '../../lib/types';
import { workbench } from '../../lib/workbench.svelte';
import { en } from '../../strings/en';

export const ALL = 'all';

/** A field's name in the language of the frame; one that the catalogue lacks, as it stands in the file. */
export function fieldName(name: string): string {
  const key = `field.${name}`;
  return key in en ? t(key as Key) : name.replaceAll('_', ' ');
}

/** Everything that a field may name, by code. */
export function options(names: Names): Code[] {
  const economy = workbench.economy;
  switch (names) {
    case 'region':
      return economy?.regions ?? [];
    case 'sector':
      return [...groupsBeside(economy?.sectors ?? []), ...(economy?.sectors ?? [])];
    case 'lever':
      return workbench.levers.map((lever) => ({ code: lever.id, name: lever.title }));
    case 'metric':
      return sections.metrics;
  }
}

/** Groups of industries; one that is called like an industry is that industry alone. */
function groupsBeside(sectors: Code[]): Code[] {
  const codes = new Set(sectors.map((one) => one.code));
  const groups = Object.keys(workbench.economy?.groups ?? {}).filter((group) => !codes.has(group));
  return groups.map((group) => ({ code: group, name: workbench.groupName(group) }));
}

export function nameOf(names: Names | undefined, code: string): string {
  if (code === ALL) return t('form.all');
  return (names && options(names).find((one) => one.code === code)?.name) ?? code;
}
