/** Questions to begin with: the declared ones, those that say something for the country looked at, and titles made of them. */
import { get } from './api';
import { editor } from './editor.svelte';
import { chosen, t } from './language.svelte';
import { number, unitWords } from './numbers';
import { SIZES } from './reading';
import type { Offered, Opening, Outcome, Scenario, Size, Tried } from './types';
import { emptyScenario, workbench } from './workbench.svelte';

class Openings {
  declared = $state.raw<Opening[]>([]);
  tried = $state.raw<Tried | null>(null);
  /** The scale on which the dials show: chosen by hand, or by a question before any slider moves. */
  size = $state<Size>('middle');
  #asked: Promise<void> | undefined;
  /** The scenario as it was opened, until its scale is chosen. */
  #opened: Scenario | undefined;

  /** Read the declared questions, once. */
  read(): Promise<void> {
    this.#asked ??= get<Opening[]>('openings').then((found) => void (this.declared = found));
    return this.#asked;
  }

  /** Try them for the country looked at; takes seconds on a large table. */
  async try(signal: AbortSignal): Promise<void> {
    this.tried = null;
    await this.read();
    const found = await get<Tried>(workbench.path('openings', { region: workbench.place.country }), signal);
    if (!signal.aborted) this.tried = found;
  }

  of(id: string): Opening | undefined {
    return this.declared.find((one) => one.id === id);
  }

  /** The question that a scenario asks first: by its first lever that acts, as it was opened or as what holds in the labour market says. */
  asks(scenario: Scenario): Opening | undefined {
    const first = scenario.levers.find((one) => one.strength !== 0);
    const same = this.declared.filter((one) => one.lever === first?.lever);
    return same.find((one) => one.id === scenario.question) ?? same.find((one) => (one.labour ?? '') === (scenario.responses.labour ?? '')) ?? same[0];
  }

  /** Open a question in the simulator: its scenario alone, on the scale that holds its answer. */
  open(offered: Offered): void {
    const { levers, responses } = offered.scenario;
    workbench.scenarios = [
      {
        ...emptyScenario(1),
        question: offered.id,
        responses: responses?.labour ? { labour: responses.labour } : {},
        levers: levers.map(({ lever, strength, regions, bloc }) => ({ lever, strength, regions, ...(bloc.length && { bloc }) })),
      },
    ];
    workbench.active = 0;
    editor.forget();
    this.size = offered.size;
    this.#opened = workbench.scenario;
  }

  /** Of a question just opened, whose first answer has come: the smallest scale that holds all that the dials show. */
  fit(scenario: Scenario, shown: readonly Outcome[]): void {
    if (!this.#opened || scenario !== this.#opened) return;
    const needed = shown.map(({ effect }) => (effect ? effect.scales.findIndex((end) => Math.abs(effect.value) <= end) : 0));
    this.size = SIZES[needed.includes(-1) ? SIZES.length - 1 : Math.max(0, ...needed)] ?? this.size;
    this.#opened = undefined;
  }

  /** Somebody chose a scale. */
  choose(size: Size): void {
    this.size = size;
    this.#opened = undefined;
  }
}

export const openings = new Openings();

/** A declared question at a strength, in the reader's language. */
export function asked(opening: Opening, strength: number, country: string): string {
  const values: Record<string, string> = { country, strength: number(strength), rest: number(100 - strength) };
  return (opening.title[chosen.language] ?? opening.title['en'] ?? '').replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** What a scenario is called: as somebody typed, else the question that its levers ask at their strengths. */
export function titleOf(scenario: Scenario, position: number): string {
  if (scenario.title) return scenario.title;
  const acting = scenario.levers.filter((one) => one.strength !== 0);
  const [first, ...others] = acting;
  if (!first) return t('sim.scenarioNumber', { number: position + 1 });
  const opening = openings.asks(scenario);
  const country = workbench.regionName(first.regions[0] ?? workbench.place.country);
  const lever = workbench.levers.find((one) => one.id === first.lever);
  const title = opening ? asked(opening, first.strength, country) : `${lever?.title ?? first.lever}: ${number(first.strength)} ${unitWords(lever?.parameter.unit ?? '')}`;
  return others.length ? t('sim.andMore', { title, count: others.length }) : title;
}
