/** What all pages share: the data at hand, the economy and country looked at, and the scenarios. */
import { get, query, RefusedError } from './api';
import { asked } from './asked.svelte';
import { countryName } from './countries';
import { chosen } from './language.svelte';
import { called } from './levers';
import { decode, encode, LinkError } from './link';
import { remember, remembered } from './memory';
import { carried, carry } from './part';
import { route } from './route.svelte';
import type { Choices, Dataset, Economy, Health, Lever, Question, Room, Scenario, UnreadableDataset } from './types';

export const STARTER = 'starter';
/** The European Union among the blocs that the server knows. */
const UNION = 'EU';
export const MOST_SCENARIOS = 4;
export const MOST_PEERS = 4;

/** How a scenario is answered unless somebody chooses: prices respond, by the usual set. */
export const USUAL = { view: 'prices respond', responses: {}, closure: 'pass-through' } as const satisfies Partial<Scenario>;

export interface Place {
  dataset: string;
  year: number;
  with: string[];
  country: string;
  peers: string[];
}

class Workbench {
  health = $state.raw<Health | null>(null);
  rooms = $state.raw<Room[]>([]);
  datasets = $state.raw<Dataset[]>([]);
  /** What the store holds and cannot read. */
  unreadable = $state.raw<UnreadableDataset[]>([]);
  #held = $state.raw<Economy | null>(null);
  /** The economy looked at, its countries called as the reader's language calls them. */
  economy = $derived<Economy | null>(this.#held && { ...this.#held, regions: this.#held.regions.map((one) => ({ ...one, name: countryName(one.code, one.name) })) });
  #levers = $state.raw<Lever[]>([]);
  /** The levers, called as the reader's language calls them. */
  levers: Lever[] = $derived(this.#levers.map(called));
  /** How a scenario may be answered. */
  choices = $state.raw<Choices | null>(null);
  place = $state.raw<Place>({ dataset: STARTER, year: 0, with: [], country: '', peers: [] });
  scenarios = $state.raw<Scenario[]>([emptyScenario(1)]);
  active = $state(0);
  problem = $state.raw<unknown>(null);
  linkProblem = $state.raw<LinkError | null>(null);
  ready = $state(false);
  #economies = new Map<string, Promise<[Economy, Lever[]]>>();

  /** The first reading: who answers, which data there are, and what the address asks for. */
  async start(): Promise<void> {
    this.problem = null;
    try {
      this.health = await get<Health>('health');
      if (this.health.token_required) return;
      [this.rooms, this.choices] = await Promise.all([get<Room[]>('rooms'), get<Choices>('responses')]);
      await this.readDatasets();
      await this.arrive();
      await this.#takeUp(carried());
      this.ready = true;
    } catch (error) {
      this.problem = error;
    }
  }

  async readDatasets(): Promise<void> {
    const all = await get<(Dataset | UnreadableDataset)[]>('datasets');
    this.datasets = all.filter((one): one is Dataset => !isUnreadable(one));
    this.unreadable = all.filter(isUnreadable);
    // What a dataset carries may have changed with the list.
    this.#economies.clear();
  }

  /** Take over what the address says; what it does not say stays as it is. */
  async arrive(): Promise<void> {
    this.linkProblem = null;
    let refused: unknown = null;
    const packed = route.query.get('s');
    if (packed !== null) {
      try {
        const state = await decode(packed);
        await this.look({ dataset: state.dataset, year: state.year, with: state.with, country: state.country, peers: state.peers });
        this.scenarios = state.scenarios;
        this.active = state.active;
        return;
      } catch (error) {
        if (error instanceof LinkError) this.linkProblem = error;
        else if (error instanceof RefusedError) refused = error;
        else throw error;
      }
    }
    const wished = placeOf(route.query);
    if (wished) {
      try {
        await this.look(wished);
        return;
      } catch (error) {
        refused = error;
      }
    }
    if (!this.economy) await this.look(this.#firstPlace());
    // Something else is shown than what was asked for: why stands above it, and the address stays as it came.
    this.problem = refused;
  }

  /** Look at an economy and country; labels that the economy lacks fall back to ones that it has. */
  async look(wished: Partial<Place>): Promise<void> {
    const place = { ...this.place, ...wished };
    if (wished.dataset !== undefined && wished.year === undefined) place.year = this.bestYear(place.dataset);
    if (wished.with === undefined && (wished.dataset !== undefined || wished.year !== undefined)) {
      place.with = this.attachable(place.dataset, place.year);
    }
    const [economy, levers] = await this.#read(place);
    const codes = economy.regions.map((region) => region.code);
    if (!codes.includes(place.country)) place.country = defaultCountry(economy);
    place.peers = place.peers.filter((peer) => codes.includes(peer) && peer !== place.country).slice(0, MOST_PEERS);
    this.#held = economy;
    this.#levers = levers;
    this.place = place;
    this.problem = null;
    remember('place', placeQuery(place));
  }

  /** The year of a dataset for which most can be known: the latest with most attachable extensions. */
  bestYear(dataset: string): number {
    const years = this.datasets.find((one) => one.id === dataset)?.years ?? [];
    const worth = (year: number) => this.attachable(dataset, year).length;
    return [...years].sort((a, b) => worth(b) - worth(a) || b - a)[0] ?? 0;
  }

  /** Extension datasets that can be put beside an economy of a year. */
  attachable(dataset: string, year: number): string[] {
    const ids = this.datasets.find((one) => one.id === dataset)?.attachable ?? [];
    return ids.filter((id) => this.datasets.find((one) => one.id === id)?.years.includes(year));
  }

  get dataset(): Dataset | undefined {
    return this.datasets.find((one) => one.id === this.place.dataset);
  }

  /** What can be asked of an economy. */
  get questions(): Question[] {
    return this.rooms.flatMap((room) => room.questions.filter((one) => one.of === 'economy'));
  }

  get scenario(): Scenario {
    return this.scenarios[this.active] ?? emptyScenario(1);
  }

  /** Path and query under which the server answers about the economy looked at. */
  path(rest = '', more: Parameters<typeof query>[0] = {}): string {
    const { dataset, year } = this.place;
    return `economies/${encodeURIComponent(dataset)}/${year}${rest && `/${rest}`}${query({ with: this.place.with, ...more })}`;
  }

  /** What the server calls a region. */
  nameInTheTable(code: string): string {
    return this.#held?.regions.find((region) => region.code === code)?.name ?? code;
  }

  regionName(code: string): string {
    return this.economy?.regions.find((region) => region.code === code)?.name ?? code;
  }

  sectorName(code: string): string {
    return this.economy?.sectors.find((sector) => sector.code === code)?.name ?? code;
  }

  /** A group of industries, in the reader's language. */
  groupName(group: string): string {
    return this.economy?.group_names[group]?.[chosen.language] ?? group;
  }

  /** An industry in a table: its name, and the code under which every other door knows it. */
  sectorWithCode(code: string): string {
    const name = this.sectorName(code);
    return name === code ? name : `${name} (${code})`;
  }

  /** The extension that stands for carbon dioxide, else the first that counts neither people, their hours nor money. */
  get emissions(): string {
    const held = this.economy?.extensions ?? [];
    const others = held.filter((one) => !one.counts_jobs && !/persons|hours/.test(one.unit) && one.unit !== this.economy?.unit);
    return (held.find(({ id }) => id === 'co2') ?? others[0])?.id ?? '';
  }

  /** The query that brings this page's state back. */
  async link(): Promise<string> {
    if (route.page === 'economy') return `${placeQuery(this.place)}&${asked.link}`;
    if (route.page !== 'simulator') return placeQuery(this.place);
    return `s=${await this.packed()}`;
  }

  /** Scenarios that the page held before it was loaded anew and that its address does not hold. */
  async #takeUp(held: string): Promise<void> {
    if (!held || route.query.has('s')) return;
    const { scenarios, active } = await decode(held);
    this.scenarios = scenarios;
    this.active = active;
  }

  packed(): Promise<string> {
    return encode({ ...this.place, scenarios: this.scenarios, active: this.active });
  }

  #firstPlace(): Partial<Place> {
    const last = placeOf(new URLSearchParams(remembered('place') ?? ''));
    if (last && this.datasets.some((one) => one.id === last.dataset && one.years.includes(last.year))) return last;
    const own = this.datasets.find((one) => one.kind === 'economy' && one.id !== STARTER);
    return { dataset: own?.id ?? STARTER };
  }

  #read(place: Place): Promise<[Economy, Lever[]]> {
    const key = `${place.dataset}/${place.year}/${place.with.join(',')}`;
    const known = this.#economies.get(key);
    if (known) return known;
    const options = query({ with: place.with });
    const reading = Promise.all([
      readEconomy(`economies/${encodeURIComponent(place.dataset)}/${place.year}${options}`, place.year),
      get<Lever[]>(`levers${query({ dataset: place.dataset, year: place.year, with: place.with })}`),
    ]);
    this.#economies.set(key, reading);
    reading.catch(() => this.#economies.delete(key));
    return reading;
  }
}

export const workbench = new Workbench();
carry(() => workbench.packed());

async function readEconomy(path: string, year: number): Promise<Economy> {
  const [economy, { blocs }] = await Promise.all([
    get<Economy>(path),
    get<{ blocs: { id: string; members: string[] }[] }>(`blocs${query({ year })}`),
  ]);
  return { ...economy, union: blocs.find((one) => one.id === UNION)?.members ?? [] };
}

function isUnreadable(one: Dataset | UnreadableDataset): one is UnreadableDataset {
  return one.kind === 'unreadable';
}

/** A dataset's title as a sentence can hold it: what stands before a colon or a comma. */
export function shortTitle(title: string): string {
  return title.split(/[:,]/)[0]?.trim() || title;
}

export function emptyScenario(number: number): Scenario {
  return { id: `scenario-${number}`, title: '', ...USUAL, levers: [] };
}

function placeQuery(place: Place): string {
  const pairs = new URLSearchParams({ economy: place.dataset, year: String(place.year), country: place.country });
  if (place.with.length) pairs.set('with', place.with.join(','));
  if (place.peers.length) pairs.set('peers', place.peers.join(','));
  return pairs.toString().replaceAll('%2C', ',');
}

function placeOf(pairs: URLSearchParams): Place | null {
  const dataset = pairs.get('economy');
  const year = Number(pairs.get('year'));
  if (!dataset || !Number.isInteger(year)) return null;
  const listed = (name: string) => (pairs.get(name) ?? '').split(',').filter(Boolean);
  return { dataset, year, with: listed('with'), country: pairs.get('country') ?? '', peers: listed('peers') };
}

function defaultCountry(economy: Economy): string {
  const countries = economy.regions.filter((region) => region.is_country);
  return (countries.find((region) => region.code === 'DEU') ?? countries[0] ?? economy.regions[0])?.code ?? '';
}
