/** Links of before every question's form followed from its inputs: `ask=…`, with options that the page had of its own. */

const MOVED: Record<string, string> = { positions: 'upstream', extraction: 'extract' };
const RENAMED: Record<string, string> = { ask: 'question', block: 'sector', across: 'by' };
const PERCENT = ['share', 'cost'];
/** What stood for all industries of the country, and for one factor in place of deflators. */
const ALL = '*';

/** The link as it would be written today. */
export function modern(link: URLSearchParams): URLSearchParams {
  const said = link.get('ask');
  if (!said) return link;
  const question = MOVED[said] ?? said;
  const pairs = new URLSearchParams();
  for (const [name, value] of link) {
    if (name === 'ask') pairs.set('question', question);
    else if (value === ALL && name === 'block') pairs.set('sector', '');
    else if (value === ALL) continue;
    else pairs.append(RENAMED[name] ?? name, PERCENT.includes(name) ? String(Number(value) / 100) : value);
  }
  if (link.has('deflator') && link.get('deflators') !== ALL) pairs.delete('deflator');
  if (question === 'bands' && !link.has('draws')) pairs.set('draws', '100');
  if (question === 'upstream' && link.get('by') === 'own') {
    pairs.set('by', 'region-sector');
    pairs.set('region', link.get('country') ?? '');
  }
  return pairs;
}
