/** What an exported picture of a simulation must say beside its source. */
import { t } from './language.svelte';
import { number, unitText } from './numbers';
import type { FigureSource } from '../parts/Figure.svelte';
import type { Scenario, Simulation } from './types';
import { workbench } from './workbench.svelte';

/** The scenario in words: its levers with strengths, where they act, and the closure. */
export function scenarioInWords(scenario: Scenario): string {
  const levers = scenario.levers
    .filter((setting) => setting.strength !== 0)
    .map((setting) => {
      const lever = workbench.levers.find((one) => one.id === setting.lever);
      const where = setting.regions.length > 4 ? t('regions.many', { count: setting.regions.length }) : setting.regions.map((code) => workbench.regionName(code)).join(', ');
      return `${lever?.title ?? setting.lever} ${number(setting.strength)} ${unitText(lever?.parameter.unit ?? '')} (${where})`;
    });
  return t('sim.inWords', { levers: levers.join('; ') || t('sim.noLever'), closure: t(`closure.${scenario.closure}`) });
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
    method: t('sim.method', { method: answer.method }),
    notes: answer.notes,
  };
}
