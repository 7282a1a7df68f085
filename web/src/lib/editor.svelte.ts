/** Changes of the scenarios, each of which can be undone. */
import { settingOf } from './settings';
import type { Closure, Lever, LeverSetting, Responses, Scenario, Span, View } from './types';
import { emptyScenario, MOST_SCENARIOS, USUAL, workbench } from './workbench.svelte';

const MOST_UNDONE = 100;

interface Past {
  scenarios: Scenario[];
  active: number;
}

class Editor {
  #past = $state.raw<Past[]>([]);
  /** The slider that is being dragged: its moves are undone as one. */
  #dragged = '';

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  settingFor(lever: string): LeverSetting | undefined {
    return workbench.scenario.levers.find((one) => one.lever === lever);
  }

  /** Move a lever. A lever at zero without own assumptions leaves the scenario. */
  move(lever: Lever, strength: number, dragging = false): void {
    if (!workbench.economy) return;
    const { low, high } = lever.parameter;
    const bounded = Math.min(high, Math.max(low, strength));
    const present = this.settingFor(lever.id);
    if ((present?.strength ?? 0) === bounded) {
      if (!dragging) this.#dragged = '';
      return;
    }
    this.#remember(dragging ? `${workbench.active}/${lever.id}` : '');
    const setting = present ? { ...present, strength: bounded } : settingOf(lever, bounded, workbench.economy, workbench.place);
    this.#put(lever.id, bounded === 0 && !changedByHand(setting) ? null : setting);
  }

  /** The hand has left the slider. */
  drop(): void {
    this.#dragged = '';
  }

  /** Change where and on what a lever acts, or a figure that it assumes. */
  change(lever: Lever, changes: Partial<LeverSetting>): void {
    if (!workbench.economy) return;
    this.#remember();
    const present = this.settingFor(lever.id) ?? settingOf(lever, 0, workbench.economy, workbench.place);
    this.#put(lever.id, { ...present, ...changes });
  }

  /** Put a lever's assumptions back to what is declared. */
  restore(lever: Lever): void {
    const present = this.settingFor(lever.id);
    if (!present || !workbench.economy) return;
    this.#remember();
    this.#put(lever.id, present.strength ? settingOf(lever, present.strength, workbench.economy, workbench.place) : null);
  }

  remove(lever: string): void {
    this.#remember();
    this.#put(lever, null);
  }

  rename(title: string): void {
    this.#remember(`${workbench.active}/title`);
    this.#replace({ ...workbench.scenario, title });
  }

  close(closure: Closure): void {
    this.#remember();
    this.#replace({ ...workbench.scenario, closure });
  }

  /** Let prices respond, or hold them. */
  view(view: View): void {
    this.#remember();
    this.#replace({ ...workbench.scenario, view });
  }

  /** Choose how prices respond; undefined is what the set of elasticities has. */
  respond<Name extends keyof Responses>(name: Name, choice: Responses[Name] | undefined): void {
    this.#remember();
    const { [name]: _, ...others } = workbench.scenario.responses;
    this.#replace({ ...workbench.scenario, responses: choice === undefined ? others : { ...others, [name]: choice } });
  }

  /** Choose the years through which the scenario is followed. */
  follow(span: Span): void {
    this.#remember();
    this.#replace({ ...workbench.scenario, span });
  }

  /** What must be said of scenarios that came from elsewhere: who of a group the economy does not show. */
  said = $state.raw<string[]>([]);

  /** Take scenarios from elsewhere in place of the present ones. */
  take(scenarios: Scenario[], said: string[] = []): void {
    this.#remember();
    this.said = said;
    workbench.scenarios = scenarios.length ? scenarios.slice(0, MOST_SCENARIOS) : [emptyScenario(1)];
    workbench.active = 0;
  }

  reset(): void {
    this.#remember();
    this.#replace({ id: workbench.scenario.id, title: workbench.scenario.title, ...USUAL, levers: [] });
  }

  /** One more scenario, a copy of the present one. */
  add(): void {
    if (workbench.scenarios.length >= MOST_SCENARIOS) return;
    this.#remember();
    const used = new Set(workbench.scenarios.map((one) => one.id));
    const number = [1, 2, 3, 4].find((n) => !used.has(`scenario-${n}`)) ?? 1;
    workbench.scenarios = [...workbench.scenarios, { ...workbench.scenario, id: `scenario-${number}`, title: '' }];
    workbench.active = workbench.scenarios.length - 1;
  }

  discard(position: number): void {
    if (workbench.scenarios.length < 2) return;
    this.#remember();
    workbench.scenarios = workbench.scenarios.filter((_, i) => i !== position);
    workbench.active = Math.min(workbench.active, workbench.scenarios.length - 1);
  }

  undo(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.#dragged = '';
    workbench.scenarios = last.scenarios;
    workbench.active = last.active;
  }

  /** Nothing of before can be undone any more: another scenario was opened. */
  forget(): void {
    this.#past = [];
    this.#dragged = '';
    this.said = [];
  }

  #remember(dragged = ''): void {
    const sameDrag = dragged !== '' && dragged === this.#dragged;
    this.#dragged = dragged;
    if (sameDrag) return;
    this.#past = [...this.#past, { scenarios: workbench.scenarios, active: workbench.active }].slice(-MOST_UNDONE);
  }

  #put(lever: string, setting: LeverSetting | null): void {
    const levers = workbench.scenario.levers;
    // A study may hold a lever twice, for two places; the slider moves the first.
    const at = levers.findIndex((one) => one.lever === lever);
    const rest = levers.filter((_, i) => i !== at);
    const next = at < 0 ? (setting ? [...levers, setting] : levers) : setting ? levers.with(at, setting) : rest;
    this.#replace({ ...workbench.scenario, levers: next });
  }

  #replace(scenario: Scenario): void {
    workbench.scenarios = workbench.scenarios.map((one, i) => (i === workbench.active ? scenario : one));
  }
}

export const editor = new Editor();

function changedByHand(setting: LeverSetting): boolean {
  return Boolean(setting.sectors || setting.products || setting.away_from || Object.keys(setting.figures ?? {}).length);
}

/** How many characters a title may have; the server counts whole ones, not halves of a pair. */
const LONGEST_TITLE = 200;

/** The scenario as the server is asked: levers at zero are left out. */
export function acting(scenario: Scenario, named = scenario.title): Scenario {
  const levers = scenario.levers.filter((one) => one.strength !== 0).map(({ adoption: _, ...setting }) => setting);
  const { id, view, responses, closure } = scenario;
  return { id, title: [...named].slice(0, LONGEST_TITLE).join(''), view, responses, closure, levers };
}
