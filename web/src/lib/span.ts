/** A scenario over the years: sensible first adoption curves, and the path as the server takes it. */
import { acting } from './editor.svelte';
import type { Adoption, Lever, LeverSetting, Scenario, Span } from './types';

export const FIRST_SPAN: Span = { from: 2025, to: 2050, growth: false };
export const EARLIEST = 2000;
export const LATEST = 2100;

/** More years than this are computed in steps of five. */
const MOST_YEARLY = 60;

export function spanOf(scenario: Scenario): Span {
  return scenario.span ?? FIRST_SPAN;
}

/** How a lever spreads: as chosen, else from the year after the first, over its declared longest time to effect. */
export function adoptionOf(setting: LeverSetting, lever: Lever | undefined, span: Span): Adoption {
  if (setting.adoption) return setting.adoption;
  const start = span.from + 1;
  const taken = Math.max(1, Math.ceil(lever?.years_to_effect[1] ?? 10));
  // Within the years looked at where that can be, so that the last year shows the whole effect.
  return { curve: 'logistic', start, until: Math.max(start + 1, Math.min(start + taken, span.to)) };
}

/** The path as the server is asked. */
export function declaredPath(scenario: Scenario, levers: readonly Lever[], region: string): Record<string, unknown> {
  const span = spanOf(scenario);
  const asked = acting(scenario);
  const moved = scenario.levers.filter((one) => one.strength !== 0);
  return {
    id: asked.id,
    title: asked.title,
    view: asked.view,
    responses: asked.responses,
    closure: asked.closure,
    region,
    start: span.from,
    end: span.to,
    step: span.to - span.from > MOST_YEARLY ? 5 : 1,
    levers: asked.levers.map((setting, i) => ({
      ...setting,
      adoption: adoptionOf(moved[i] ?? setting, levers.find((one) => one.id === setting.lever), span),
    })),
  };
}
