/** What stands beside the answer to a standard question: its source, its own notes, its columns with names. */
import type { FigureSource } from '../parts/Figure.svelte';
import { ALL } from './asked.svelte';
import type { Column } from './export';
import { t, type Key } from './language.svelte';
import { unitText } from './numbers';
import type { About, Row, TableAnswer } from './types';
import { workbench } from './workbench.svelte';
import { en } from '../strings/en';

/** The answer's own notes are left to the figure's cautions, so that they stand once and in every exported picture. */
export function sourceOf(answer: About): FigureSource {
  const own = ownNotes(answer);
  return { ...answer.source, year: answer.year, status: answer.status, method: answer.method, notes: answer.notes.filter((note) => !own.includes(note)) };
}

/** Notes of the answer itself, beyond those that every figure of this economy carries. */
export function ownNotes(answer: About): string[] {
  const common = new Set(workbench.economy?.notes);
  const citations = workbench.economy?.extensions.map((extension) => `${extension.name}: `) ?? [];
  return answer.notes.filter((note) => !common.has(note) && !citations.some((start) => note.startsWith(start)));
}

/** The sector or group that is asked about: the one chosen, else manufacturing, else the first of the table. */
export function blockOf(chosen: string): string {
  const { groups = {}, sectors = [] } = workbench.economy ?? {};
  if (chosen === ALL || chosen in groups || sectors.some(({ code }) => code === chosen)) return chosen;
  return 'manufacturing' in groups ? 'manufacturing' : (sectors[0]?.code ?? ALL);
}

export function blockName(block: string): string {
  return block === ALL ? t('economy.allIndustries') : workbench.sectorName(block);
}

/** The unit of a column of an answer. */
export function unitOf(answer: TableAnswer, id: string): string {
  return answer.columns.find((column) => column.id === id)?.unit ?? '';
}

/** The name of a quantity: value added, output, an extension's own name. */
export function quantity(id: string): string {
  const extension = workbench.economy?.extensions.find((one) => one.id === id);
  return (extension && unitText(extension.name)) ?? words(`quantity.${id}`) ?? id.replaceAll('_', ' ');
}

export function columnsOf(answer: TableAnswer): Column[] {
  return answer.columns.map(({ id, unit }) => ({ id, title: columnTitle(id), unit }));
}

/** Rows with the names of regions and sectors in place of their codes. */
export function namedRows(answer: TableAnswer): Row[] {
  return answer.rows.map((row) => ({
    ...row,
    ...(typeof row['region'] === 'string' && { region: workbench.regionName(row['region']) }),
    ...(typeof row['sector'] === 'string' && { sector: workbench.sectorName(row['sector']) }),
    ...(typeof row['quadrant'] === 'string' && { quadrant: words(`quadrant.${row['quadrant']}`) ?? row['quadrant'] }),
    ...(typeof row['account'] === 'string' && { account: words(`account.${row['account']}`) ?? row['account'] }),
  }));
}

function columnTitle(id: string): string {
  const known = words(`column.${id}`) ?? words(`term.${id}`);
  if (known) return known;
  const variant = /^(.+)_(lost|type1|type2)$/.exec(id);
  if (variant?.[1] && variant[2]) return t(`column.of.${variant[2]}` as Key, { what: quantity(variant[1]) });
  return quantity(id);
}

export function words(key: string): string | null {
  return key in en ? t(key as Key) : null;
}
