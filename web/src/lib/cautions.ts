/** What an exported picture of a simulation must say beside its source. */
import { chosen, t } from './language.svelte';
import { number, unitWords } from './numbers';
import type { FigureSource } from '../parts/Figure.svelte';
import { words } from './standing';
import type { Responses, Scenario, Simulation } from './types';
import { workbench } from './workbench.svelte';

/** What is meant where a scenario says nothing. */
const FIRST = { set: 'central', sourcing: 'real-cost' } as const;

/** The scenario in words: its levers with strengths, where they act, and how it is answered. */
export function scenarioInWords(scenario: Scenario): string {
  const levers = scenario.levers
    .filter((setting) => setting.strength !== 0)
    .map((setting) => {
      const lever = workbench.levers.find((one) => one.id === setting.lever);
      const where = setting.regions.length > 4 ? t('regions.many', { count: setting.regions.length }) : setting.regions.map((code) => workbench.regionName(code)).join(', ');
      return `${lever?.title ?? setting.lever} ${number(setting.strength)} ${unitWords(lever?.parameter.unit ?? '')} (${where})`;
    });
  return t('sim.inWords', { levers: levers.join('; ') || t('sim.noLever'), how: howInWords(scenario) });
}

/** How a scenario is answered: by which elasticities and closures, or at fixed prices. */
export function howInWords(scenario: Scenario): string {
  if (scenario.view === 'fixed prices') return t('sim.fixed', { closure: t(`closure.${scenario.closure}`) });
  const choices = CHOICES.map((name) => choiceInWords(name, scenario.responses[name] ?? usualOf(name, scenario.responses)));
  const switchedOn = (scenario.responses.options ?? []).map((id) => choiceInWords('options', id));
  return t('sim.responding', { choices: [...choices, ...switchedOn].join('; ') });
}

export const CHOICES = ['set', 'labour', 'capital', 'lending', 'sourcing'] as const satisfies readonly (keyof Responses)[];
export type Named = (typeof CHOICES)[number];

/** What a choice is where a scenario leaves it out: as its set of elasticities has it. */
export function usualOf(name: Named, { set = FIRST.set }: Responses): string {
  if (name === 'set' || name === 'sourcing') return FIRST[name];
  return workbench.choices?.set.find(({ id }) => id === set)?.[name] ?? '';
}

/** A choice in the reader's language where the catalogue has it, else as the server says it. */
export function choiceInWords(name: keyof Responses, id: string): string {
  const said = workbench.choices?.[name].find((one: { id: string }) => one.id === id);
  return words(`${name}.${id}`) ?? (said && ('said' in said ? said.said : said.title)) ?? id;
}

/** What the server says of the scenario in one breath, the country called as the reader's language calls it. */
export function sentenceOf(answer: Simulation): string {
  const said = answer.sentence[chosen.language] ?? answer.sentence['en'] ?? '';
  return said.replaceAll(workbench.nameInTheTable(answer.region), workbench.regionName(answer.region));
}

export function simulationSource(answer: Simulation): FigureSource {
  const source = workbench.economy?.source;
  return {
    title: source?.title ?? answer.source,
    citation: source?.citation,
    licence: source?.licence,
    landing_page: source?.landing_page,
    year: answer.year,
    status: workbench.economy?.status ?? 'estimated',
    predicted: answer.status === 'predicted',
    method: answer.view === 'fixed prices' ? t('sim.method', { method: answer.method }) : t('sim.methodResponding'),
    notes: answer.notes,
    sentence: sentenceOf(answer),
  };
}
