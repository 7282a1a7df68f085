/** A figure as a file: SVG and PNG with title, source, year and "estimated" inside the picture, CSV with units. */
import { unitBeside } from './numbers';
import { colour } from './theme.svelte';
import type { Cell, Row } from './types';

export interface Column {
  id: string;
  title: string;
  unit?: string;
}

/** A colour of a picture, and what it stands for. */
export interface LegendEntry {
  fill: string;
  text: string;
}

export interface Caption {
  title: string;
  /** Unit, year, status: what stands under the title. */
  subtitle: string;
  /** Source, method and cautions: what stands under the picture. */
  lines: string[];
  /** What colours stand for, where the picture itself does not say. */
  legend?: LegendEntry[];
}

const FONT = "'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";
const MARGIN = 28;
const LEGEND_ROW = 20;
const INLINED = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-linecap', 'opacity',
  'font-size', 'font-weight', 'text-anchor', 'dominant-baseline',
] as const;

/** The picture with its caption as one SVG text that needs no style sheet and no font of its own. */
export function captioned(picture: SVGSVGElement, caption: Caption): { text: string; width: number; height: number } {
  const box = picture.viewBox.baseVal;
  const own = picture.getBoundingClientRect();
  const inner = { width: box?.width || own.width, height: box?.height || own.height };
  const scale = Math.max(1, 640 / inner.width);
  const width = inner.width * scale + 2 * MARGIN;
  const title = wrapped(caption.title, width - 2 * MARGIN, 20);
  const subtitle = wrapped(caption.subtitle, width - 2 * MARGIN, 13);
  const footer = caption.lines.flatMap((line) => wrapped(line, width - 2 * MARGIN, 11.5));
  const top = MARGIN + title.length * 26 + subtitle.length * 18 + 14;
  const legend = legendRows(caption.legend ?? [], width - 2 * MARGIN);
  const under = top + inner.height * scale + 22;
  const bottom = under + legend.length * LEGEND_ROW + 8;
  const height = bottom + footer.length * 16 + MARGIN - 10;

  const [ink, quiet, paper] = [colour('ink'), colour('quiet'), colour('paper')];
  const words = (lines: string[], size: number, fill: string, x: number, y: number, step: number, weight = 400) =>
    lines.map((line, i) => `<text x="${x}" y="${y + i * step}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(line)}</text>`);
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${FONT}">`,
    `<rect width="100%" height="100%" fill="${paper}"/>`,
    ...words(title, 20, ink, MARGIN, MARGIN + 16, 26, 600),
    ...words(subtitle, 13, quiet, MARGIN, MARGIN + title.length * 26 + 10, 18),
    `<g transform="translate(${MARGIN} ${round(top)}) scale(${round(scale)})">${inside(picture)}</g>`,
    ...legend.flatMap((row, i) => row.map(({ x, fill, text }) => `<rect x="${MARGIN + x}" y="${under + i * LEGEND_ROW - 10}" width="12" height="12" fill="${resolved(fill)}"/><text x="${MARGIN + x + 18}" y="${under + i * LEGEND_ROW}" font-size="12" fill="${ink}">${escaped(text)}</text>`)),
    ...words(footer, 11.5, quiet, MARGIN, bottom, 16),
    '</svg>',
  ].join('\n');
  return { text, width, height };
}

export function saveSvg(picture: SVGSVGElement, caption: Caption, name: string): void {
  save(new Blob([captioned(picture, caption).text], { type: 'image/svg+xml' }), `${name}.svg`);
}

export async function savePng(picture: SVGSVGElement, caption: Caption, name: string): Promise<void> {
  const { text, width, height } = captioned(picture, caption);
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.round(width * 2), Math.round(height * 2)];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (blob) save(blob, `${name}.png`);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A table as CSV: the unit in the column's head, what every row shares (`constant`) in columns at the end. */
export function csv(columns: readonly Column[], rows: readonly Row[], constant: Record<string, Cell> = {}): string {
  const heads = [...columns.map(({ title, unit }) => (unit ? `${title} (${unitBeside(title, unit)})` : title)), ...Object.keys(constant)];
  const lines = rows.map((row) => [...columns.map(({ id }) => row[id] ?? null), ...Object.values(constant)]);
  return [heads, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

export function saveCsv(text: string, name: string): void {
  // The mark at the start tells spreadsheets that the text is UTF-8.
  save(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }), `${name}.csv`);
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  // A text that a spreadsheet would run as a formula is marked as text.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function inside(picture: SVGSVGElement): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const [from, to] = [[...picture.querySelectorAll('*')], [...copy.querySelectorAll('*')]];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    const target = to[i] as Element;
    for (const name of INLINED) {
      const value = style.getPropertyValue(name);
      if (value) target.setAttribute(name, name === 'fill' || name === 'stroke' ? plainColour(value) : value);
    }
    for (const name of ['class', 'style', 'tabindex']) target.removeAttribute(name);
  });
  return new XMLSerializer().serializeToString(copy).replace(/^<svg[^>]*>|<\/svg>$/g, '');
}

/** `color(srgb 0.1 0.2 0.3)`, as mixed colours are reported, in the older form that every program reads. */
function plainColour(value: string): string {
  const parts = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/.exec(value);
  return parts ? `rgb(${parts.slice(1, 4).map((part) => Math.round(255 * Number(part))).join(',')})` : value;
}

/** The entries of a legend in rows, each with where it begins. */
function legendRows(entries: readonly LegendEntry[], width: number): (LegendEntry & { x: number })[][] {
  const rows: (LegendEntry & { x: number })[][] = [];
  let x = width;
  for (const entry of entries) {
    const needed = 18 + entry.text.length * 6.6 + 18;
    if (x + needed > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ ...entry, x });
    x += needed;
  }
  return rows;
}

/** A colour as the page mixes it, in the form that every program reads. */
function resolved(fill: string): string {
  // A pattern of the picture, which stands in the file as well.
  if (fill.startsWith('url(')) return fill;
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.color = fill;
  const found = plainColour(getComputedStyle(probe).color);
  probe.remove();
  return found;
}

function wrapped(text: string, width: number, size: number): string[] {
  const most = Math.floor(width / (size * 0.52));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > most) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
