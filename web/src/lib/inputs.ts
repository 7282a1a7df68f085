/** Inputs of a question as a form shows them: what there is to choose from, what a value must be, what it is called. */
import { t } from './language.svelte';
import { unitText } from './numbers';
import { capital, words } from './standing';
import type { Code, Input, Question } from './types';
import { workbench } from './workbench.svelte';

/** What a text may name or which values there are; null where it is typed. `also` may be named beside what there is. */
export function optionsOf(input: Input, also: readonly string[] = []): Code[] | null {
  if (input.kind === 'choice') return input.choices.map(choice);
  const economy = workbench.economy;
  if (!economy || !input.names) return null;
  switch (input.names) {
    case 'region':
      return economy.regions;
    case 'sector': {
      const groups = Object.keys(economy.groups).filter((group) => !economy.sectors.some(({ code }) => code === group));
      return [...groups.map((group) => ({ code: group, name: workbench.groupName(group) })), ...economy.sectors];
    }
    case 'extension':
      return [...economy.extensions.map(({ id, name }) => ({ code: id, name: unitText(name) })), { code: 'value_added', name: t('quantity.value_added') }];
    case 'dataset':
      return [...also.map(choice), ...workbench.datasets.filter(({ kind }) => kind === 'indicators').map(({ id, title }) => ({ code: id, name: title }))];
  }
}

/** Whether an input takes a value; nothing is taken by those that may be left out. */
export function takes(input: Input, value: string, options: Code[] | null): boolean {
  if (value === '') return !input.required;
  if (input.kind === 'file' && value.includes('\n')) return true;
  if (input.kind === 'flag') return ['true', 'false'].includes(value);
  if (options) return options.some(({ code }) => code === value);
  if (input.kind !== 'number' && input.kind !== 'whole') return true;
  const number = Number(value);
  const above = input.low === null || (input.low_open ? number > input.low : number >= input.low);
  const below = input.high === null || (input.high_open ? number < input.high : number <= input.high);
  return Number.isFinite(number) && above && below && (input.kind === 'number' || Number.isInteger(number));
}

/** What an input is called: as the catalogue of strings says for this question or for any, else as it is declared. */
export function nameOf(question: Question, input: Input): string {
  return words(`input.${question.id}.${input.id}`) ?? words(`input.${input.id}`) ?? capital(input.id.replaceAll('_', ' '));
}

function choice(code: string): Code {
  return { code, name: words(`choice.${code}`) ?? code.replaceAll('_', ' ') };
}
