/** What questions to an economy have on the page beside their forms and tables. */
import { blockOf } from '../../lib/standing';
import { workbench } from '../../lib/workbench.svelte';
import type { Own } from '../own';
import Bands from './Bands.svelte';
import Change from './Change.svelte';
import Extract from './Extract.svelte';
import Induced from './Induced.svelte';
import Linkages from './Linkages.svelte';
import Prices from './Prices.svelte';
import Upstream from './Upstream.svelte';

const region = () => workbench.place.country;
const sector = () => blockOf();

export const economy: Record<string, Own> = {
  linkages: { picture: Linkages, starts: { region } },
  upstream: { picture: Upstream },
  extract: { picture: Extract, starts: { region, sector } },
  prices: { picture: Prices, starts: { region, sector, cost: () => '0.05' } },
  induced: { picture: Induced, starts: { region } },
  change: { picture: Change, starts: { since }, also: { deflators: ['builtin'] }, lacks: () => (since() ? null : 'change.oneYear') },
  bands: { picture: Bands, starts: { region } },
};

/** The nearest of the earlier years that lie five or more back, else the first: all that is attached must be there, too. */
function since(): string {
  const { year, with: attached } = workbench.place;
  const there = (id: string, one: number) => workbench.datasets.find((dataset) => dataset.id === id)?.years.includes(one);
  const years = (workbench.dataset?.years ?? []).filter((one) => one < year && attached.every((id) => there(id, one))).sort((a, b) => b - a);
  return String(years.find((one) => one <= year - 5) ?? years.at(-1) ?? '');
}
