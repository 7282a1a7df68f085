/** Scenarios on their way into a study and back: what the simulator holds, as a study keeps it. */
import { get, send } from './api';
import { acting, editor } from './editor.svelte';
import { t } from './language.svelte';
import { sections } from './sections.svelte';
import type { LeverSetting, Scenario, Study, StudyEntry, StudyScenario } from './types';
import { MOST_SCENARIOS, workbench } from './workbench.svelte';

/** Country, peers, year and data looked at now, as a study names them. */
export function lookedAt(): Pick<Study, 'country' | 'peers' | 'year' | 'economy' | 'extensions' | 'emissions' | 'jobs'> {
  const { place, economy, emissions } = workbench;
  const carried = economy?.extensions.map((one) => one.id) ?? [];
  return {
    country: place.country,
    peers: place.peers,
    year: place.year,
    economy: place.dataset,
    extensions: place.with,
    ...(emissions && { emissions }),
    jobs: carried.filter((id) => id.startsWith('jobs')),
  };
}

/** The scenarios in which some lever moves; each has a name, since a brief prints it. */
export function movedScenarios(): StudyScenario[] {
  return workbench.scenarios
    .map((scenario, i) => {
      const asked = acting(scenario);
      return { ...asked, title: asked.title || t('sim.scenarioNumber', { number: i + 1 }) };
    })
    .filter((scenario) => scenario.levers.length);
}

/** What the simulator shows as a study: a new one, or one that is there with its scenarios in place of the old. */
export function withMoved(into: StudyEntry | null, title: string): Study {
  const scenarios = movedScenarios();
  if (!into?.study) return { title, ...lookedAt(), sections: sections.showing(sections.usual, 'scenarios'), scenarios };
  return { ...into.study, ...lookedAt(), sections: sections.showing(into.study.sections ?? [], 'scenarios'), scenarios };
}

export async function savedStudies(): Promise<StudyEntry[]> {
  return get<StudyEntry[]>('studies');
}

export async function saveNew(study: Study): Promise<StudyEntry> {
  return send<StudyEntry>('POST', 'studies', { study });
}

export async function saveCopy(study: Study): Promise<StudyEntry> {
  return saveNew({ ...study, title: t('studies.copyOf', { title: study.title }) });
}

/** Save a change of what was read; refused as a conflict where somebody else saved one meanwhile. */
export async function saveChange(read: StudyEntry, change: { study: Study } | { toml: string }): Promise<StudyEntry> {
  return send<StudyEntry>('PUT', `studies/${encodeURIComponent(read.id)}`, change, read.etag);
}

/** Look at where and when a study asks. */
export async function lookAt(study: Study): Promise<void> {
  await workbench.look({ dataset: study.economy, year: study.year, with: study.extensions, country: study.country, peers: study.peers });
}

/** Take a study's scenarios into the simulator, in place of what is there; that can be undone. */
export async function openInSimulator(study: Study): Promise<void> {
  await lookAt(study);
  editor.take(scenariosOf(study));
}

/** A study's scenarios as the simulator holds them: as many as stand side by side, groups of countries spelt out. */
export function scenariosOf(study: Study): Scenario[] {
  return (study.scenarios ?? []).slice(0, MOST_SCENARIOS).map((one) => ({
    id: one.id,
    title: one.title ?? '',
    closure: one.closure ?? 'pass-through',
    levers: (one.levers ?? []).map((setting) => spelt(setting, one.blocs ?? {})),
  }));
}

function spelt(setting: LeverSetting, blocs: Record<string, string[]>): LeverSetting {
  const here = workbench.economy?.regions.map((region) => region.code) ?? [];
  // A group is written once for every table: members that this table lacks are left out, as the server does.
  const codes = (names: string[]) => [...new Set(names.flatMap((name) => (name === 'all' ? here : (blocs[name]?.filter((code) => here.includes(code)) ?? [name]))))];
  const { bloc, away_from, figures, ...rest } = setting;
  return {
    ...rest,
    regions: codes(setting.regions),
    ...(bloc?.length && { bloc: codes(bloc) }),
    ...(away_from && { away_from: codes(away_from) }),
    ...(figures && Object.keys(figures).length && { figures }),
  };
}
