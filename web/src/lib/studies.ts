/** Scenarios on their way into a study and back: what the simulator holds, as a study keeps it. */
import { get, send } from './api';
import { acting, editor } from './editor.svelte';
import { t } from './language.svelte';
import { titleOf } from './openings.svelte';
import { sections } from './sections.svelte';
import type { LeverSetting, Responses, Scenario, Study, StudyEntry, StudyScenario } from './types';
import { MOST_SCENARIOS, USUAL, workbench } from './workbench.svelte';

/** Country, peers, year and data looked at now, as a study names them. */
export function lookedAt(): Pick<Study, 'country' | 'peers' | 'year' | 'economy' | 'extensions' | 'emissions' | 'jobs'> {
  const { place, economy, emissions } = workbench;
  return {
    country: place.country,
    peers: place.peers,
    year: place.year,
    economy: place.dataset,
    extensions: place.with,
    ...(emissions && { emissions }),
    jobs: (economy?.extensions ?? []).filter((one) => one.counts_jobs).map(({ id }) => id),
  };
}

/** The scenarios in which some lever moves; each has a name, since a brief prints it. */
export function movedScenarios(): StudyScenario[] {
  return workbench.scenarios
    .map((scenario, i) => acting(scenario, titleOf(scenario, i)))
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
  const said = new Set<string>();
  const scenarios = await Promise.all((study.scenarios ?? []).slice(0, MOST_SCENARIOS).map((one) => spelt(one, said)));
  editor.take(scenarios, [...said]);
}

/** A scenario as the simulator holds it: names of countries and groups spelt out, as the server understands them. */
async function spelt(one: StudyScenario, said: Set<string>): Promise<Scenario> {
  const codes = async (named: string[]): Promise<string[]> => {
    if (!named.length) return [];
    const { regions, notes } = await send<{ regions: string[]; notes: string[] }>('POST', workbench.path('regions'), { named, blocs: one.blocs ?? {} });
    for (const note of notes) said.add(note);
    return regions;
  };
  const levers = (one.levers ?? []).map(async ({ bloc, away_from, figures, ...rest }): Promise<LeverSetting> => ({
    ...rest,
    regions: await codes(rest.regions),
    ...(bloc?.length && { bloc: await codes(bloc) }),
    ...(away_from && { away_from: await codes(away_from) }),
    ...(figures && Object.keys(figures).length && { figures }),
  }));
  const { view = USUAL.view, closure = USUAL.closure } = one;
  return { id: one.id, title: one.title ?? '', view, responses: chosen(one.responses ?? {}), closure, levers: await Promise.all(levers) };
}

/** What a study says of how prices respond; null is what the set of elasticities has. */
function chosen(responses: NonNullable<StudyScenario['responses']>): Responses {
  return Object.fromEntries(Object.entries(responses).filter(([, choice]) => choice !== null));
}
