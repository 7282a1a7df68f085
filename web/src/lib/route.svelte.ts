/** Which page is open: the part of the address after `#/`, with its query. */

export const PAGES = ['home', 'framework', 'emissions', 'economy', 'simulator', 'shocks', 'data', 'studies'] as const;
export type Page = (typeof PAGES)[number];

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
    this.page = (PAGES as readonly string[]).includes(page) ? (page as Page) : 'home';
    this.query = new URLSearchParams(query);
    this.arrivals++;
  }
}

export const route = new Route();
