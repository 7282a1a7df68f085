/** Sensible first settings of a lever: where it acts, and with which partners. */
import type { Economy, Lever, LeverSetting, Region } from './types';
import type { Place } from './workbench.svelte';

/** Groups of countries that can be taken as partners with one choice. */
export const GROUPS = ['union', 'neighbours', 'income', 'peers', 'catching-up', 'own'] as const;
export type Group = (typeof GROUPS)[number];

/** A lever at a strength, in the country looked at, with the partners that its meaning suggests. */
export function settingOf(lever: Lever, strength: number, economy: Economy, place: Place): LeverSetting {
  const setting: LeverSetting = { lever: lever.id, strength, regions: [place.country] };
  if (lever.id === 'clean-technology-abroad') {
    setting.regions = orElse(members('catching-up', economy, place), economy, place);
    setting.bloc = [place.country];
  } else if (lever.id === 'border-adjustment') {
    const union = members('union', economy, place);
    setting.bloc = union.includes(place.country) ? union : [place.country];
  } else if (lever.needs_bloc) {
    setting.bloc = orElse(members(lever.id === 'nearshoring' ? 'neighbours' : 'income', economy, place), economy, place);
  }
  return setting;
}

/** The regions of this economy that belong to a group, seen from the country looked at. */
export function members(group: Group, economy: Economy, place: Place): string[] {
  const own = economy.regions.find((region) => region.code === place.country);
  const belongs: Record<Group, (region: Region) => boolean> = {
    union: (region) => economy.union.includes(region.code),
    neighbours: (region) => region.code !== place.country && region.is_country && region.world_region === own?.world_region,
    income: (region) => region.code !== place.country && region.is_country && region.income_group === own?.income_group,
    peers: (region) => place.peers.includes(region.code),
    'catching-up': (region) => region.code !== place.country && /low/.test(region.income_group),
    own: (region) => region.code === place.country,
  };
  return economy.regions.filter(belongs[group]).map((region) => region.code);
}

/** Some other countries, where a group is empty in this economy: a lever that needs partners must have one. */
function orElse(found: string[], economy: Economy, place: Place): string[] {
  if (found.length) return found;
  return economy.regions.filter((region) => region.is_country && region.code !== place.country).map((region) => region.code).slice(0, 3);
}
