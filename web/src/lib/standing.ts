/** What stands beside the answer to a standard question: its source, its own notes, its columns with names. */
import type { FigureSource } from '../parts/Figure.svelte';
import type { Column } from './export';
import { list, t, type Key } from './language.svelte';
import { unitText } from './numbers';
import type { About, Cell, Row, TableAnswer } from './types';
import { workbench } from './workbench.svelte';
import { en } from '../strings/en';

const MOST_NAMED = 4;

/** The answer's own notes are left to the figure's cautions, so that they stand once and in every exported picture. */
export function sourceOf(answer: About & { data?: About['status'] }): FigureSource {
  const own = ownNotes(answer);
  const predicted = answer.status === 'predicted';
  return { ...answer.source, year: answer.year, status: predicted ? (answer.data ?? answer.status) : answer.status, predicted, method: answer.method, notes: answer.notes.filter((note) => !own.includes(note)) };
}

/** Notes of the answer itself, beyond those that every figure of this economy carries. */
export function ownNotes(answer: About): string[] {
  const common = new Set(workbench.economy?.notes);
  const citations = workbench.economy?.extensions.map((extension) => `${extension.name}: `) ?? [];
  return answer.notes.filter((note) => !common.has(note) && !citations.some((start) => note.startsWith(start)));
}

/** The country to ask about first: the one looked at. */
export function countryAt(): string {
  return workbench.place.country;
}

/** The sector or group to ask about first: manufacturing, else the first of the table. */
export function sectorAt(): string {
  const { groups = {}, sectors = [] } = workbench.economy ?? {};
  return 'manufacturing' in groups ? 'manufacturing' : (sectors[0]?.code ?? '');
}

/** Sectors and groups as one text; none of them are all. */
export function blockName(block: readonly string[]): string {
  const named = block.filter((one) => one !== '');
  return named.length ? list(named.map((code) => workbench.sectorName(code))) : t('economy.allIndustries');
}

/** Regions as one text; beyond a few, how many there are. */
export function regionNames(codes: readonly string[]): string {
  return codes.length > MOST_NAMED ? t('economy.regions', { count: codes.length }) : list(codes.map((code) => workbench.regionName(code)));
}

/** The regions that the rows of an answer are of, each once. */
export function regionsIn(answer: TableAnswer): string[] {
  return [...new Set(answer.rows.flatMap((row) => (typeof row['region'] === 'string' ? [row['region']] : [])))];
}

/** The regions of an answer as one text. */
export function placesOf(answer: TableAnswer): string {
  return regionNames(regionsIn(answer));
}

/** The industry of a row, with its region where the answer has several. */
export function sectorLabel(answer: TableAnswer, row: Row): string {
  const sector = workbench.sectorName(String(row['sector'] ?? ''));
  return regionsIn(answer).length > 1 ? `${workbench.regionName(String(row['region']))}: ${sector}` : sector;
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

/** Rows with names in place of codes: of regions and sectors in whatever column they stand, and of words of the catalogue. */
export function namedRows(answer: TableAnswer): Row[] {
  const regions = new Map(workbench.economy?.regions.map(({ code, name }) => [code, name]));
  const sectors = new Map(workbench.economy?.sectors.map(({ code, name }) => [code, name]));
  const named = (column: string, cell: Cell): Cell => {
    if (typeof cell !== 'string') return cell;
    if (column === 'sector') return sectors.get(cell) ?? cell;
    return words(`${column}.${cell}`) ?? regions.get(cell) ?? sectors.get(cell) ?? cell;
  };
  return answer.rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, named(column, cell)])));
}

/** A name with a capital at its start. */
export function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What a column is called. */
export function columnTitle(id: string): string {
  const known = words(`column.${id}`) ?? words(`term.${id}`);
  if (known) return known;
  const variant = /^(.+)_(lost|type1|type2)$/.exec(id);
  if (variant?.[1] && variant[2]) return t(`column.of.${variant[2]}` as Key, { what: quantity(variant[1]) });
  return capital(quantity(id));
}

export function words(key: string): string | null {
  return key in en ? t(key as Key) : null;
}
