/** Which page is open: the part of the address after `#/`, with its query; and how pages are grouped for whoever looks. */

/**
 * The whole mission, in the order of work: where a country stands, what would happen, what is known, what people think,
 * what to choose, and the data below all of it. A group without a page yet is not shown.
 */
export const GROUPS = [
  { id: 'challenges', pages: ['framework', 'emissions', 'economy'] },
  { id: 'simulate', pages: ['simulator', 'shocks'] },
  { id: 'evidence', pages: [] },
  { id: 'dialogue', pages: [] },
  { id: 'decide', pages: ['studies'] },
  { id: 'data', pages: ['data'] },
] as const;
export type Group = (typeof GROUPS)[number];
export type Page = 'home' | Group['pages'][number];

const PAGES: readonly string[] = ['home', ...GROUPS.flatMap((group) => group.pages)];

class Route {
  page = $state<Page>('home');
  query = $state.raw(new URLSearchParams());
  /** Counts arrivals by link or navigation, not our own rewriting of the address. */
  arrivals = $state(0);

  constructor() {
    this.#read();
    addEventListener('hashchange', () => this.#read());
  }

  /** Open a page as if its link had been followed. */
  go(page: Page, query = ''): void {
    location.hash = `#/${page}${query && `?${query}`}`;
  }

  /** Put the page's present state into the address, without a new entry in the history. */
  rewrite(query: string): void {
    history.replaceState(null, '', `#/${this.page}${query && `?${query}`}`);
  }

  #read(): void {
    const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
    const [page = ''] = path.split('/');
    this.page = PAGES.includes(page) ? (page as Page) : 'home';
    this.query = new URLSearchParams(query);
    this.arrivals++;
  }
}

export const route = new Route();
