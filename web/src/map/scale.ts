/** Colours for a map: steps of one hue for amounts, two hues around zero for changes. */

export interface Step {
  low: number;
  high: number;
  fill: string;
}

const SHARES = [14, 32, 52, 74, 100];

/** Five steps of one hue, equally many regions in each, so that one giant does not leave the rest pale. */
export function amountSteps(values: readonly number[], hue: string): Step[] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  if (!sorted.length) return [];
  const count = Math.min(SHARES.length, sorted.length);
  const edge = (i: number) => sorted[Math.min(sorted.length - 1, Math.round((i * sorted.length) / count))] as number;
  return Array.from({ length: count }, (_, i) => ({
    low: edge(i),
    high: i === count - 1 ? (sorted.at(-1) as number) : edge(i + 1),
    fill: mix(hue, SHARES[SHARES.length - count + i] as number),
  }));
}

/** Seven steps around zero, symmetrical, up to a round number that holds the largest change. */
export function changeSteps(values: readonly number[], better: string): Step[] {
  const most = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  if (!(most > 0)) return [{ low: 0, high: 0, fill: 'var(--even)' }];
  const top = roundUp(most);
  const up = better === 'lower' ? 'var(--worse)' : 'var(--better)';
  const down = better === 'lower' ? 'var(--better)' : 'var(--worse)';
  const bounds = [0.02, 0.1, 0.5, 1].map((share) => share * top) as [number, number, number, number];
  const arms = [30, 60, 95];
  const side = (hue: string, sign: 1 | -1): Step[] =>
    arms.map((strength, i) => {
      const [near, far] = [bounds[i] as number, bounds[i + 1] as number];
      return { low: sign > 0 ? near : -far, high: sign > 0 ? far : -near, fill: mix(hue, strength) };
    });
  return [...side(down, -1).reverse(), { low: -bounds[0], high: bounds[0], fill: 'var(--even)' }, ...side(up, 1)];
}

/** The step of a value; the last whose lower edge it reaches. */
export function stepOf(steps: readonly Step[], value: number): Step | undefined {
  let found = steps[0];
  for (const step of steps) if (value >= step.low) found = step;
  return found;
}

/** The next of 1, 2, 5 × 10ⁿ at or above a number. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead <= 1.000001 ? 1 : lead <= 2.000001 ? 2 : lead <= 5.000001 ? 5 : 10) * power;
}

function mix(hue: string, share: number): string {
  return `color-mix(in srgb, ${hue} ${share}%, var(--paper))`;
}
