/** How little an axis may span, by the first word of its unit: no chart magnifies what rounding leaves. */
const LEAST: Record<string, number> = { '%': 0.1, points: 0.1, puntos: 0.1, million: 1, thousand: 0.1, kt: 1, index: 0.01, 'HHI,': 0.01 };

export function leastSpan(unit: string): number {
  return LEAST[unit.split(' ')[0] ?? ''] ?? 1e-6;
}
