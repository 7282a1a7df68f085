/** What the page's own logic makes of figures: the sources as Vite serves them, outside a browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
let server;
const lib = (name) => server.ssrLoadModule(`/src/${name}`);

/** What modules look at when they are loaded: an address, a language, nothing remembered. */
function likeABrowser() {
  const nothing = () => undefined;
  globalThis.location = new URL('http://localhost/');
  globalThis.document = { documentElement: { lang: '', dataset: {} }, addEventListener: nothing };
  globalThis.navigator ??= { language: 'en', languages: ['en'] };
  globalThis.window = globalThis;
  globalThis.addEventListener ??= nothing;
  globalThis.matchMedia = () => ({ matches: false, addEventListener: nothing });
  globalThis.localStorage = { getItem: () => null, setItem: nothing };
  globalThis.sessionStorage = globalThis.localStorage;
  globalThis.__BUILD__ = '';
}

before(async () => {
  likeABrowser();
  server = await createServer({ root, server: { middlewareMode: true, hmr: false, ws: false }, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true } });
});
after(() => server.close());

const outcome = (more) => ({ id: 'a', dimension: 'sustainability', title: 'A', unit: 'kt CO2', before: 200, after: 190, change: -10, change_pct: -5, better: 'lower', band_low: -20, band_high: -4, effect: effect(), ...more });
const effect = (more) => ({ value: -5, low: -10, high: -2, unit: '%', material: 0.1, scales: [1, 10, 50], verdict: 'better', ...more });

test('numbers have three digits, a true minus, and a size of their own', async () => {
  const { number, signed, amount } = await lib('lib/numbers.ts');
  assert.equal(number(1234.56), '1,235');
  assert.equal(number(0.0123456), '0.0123');
  assert.equal(number(-2.5), '−2.5');
  assert.deepEqual([signed(3), signed(-3), signed(1e-9)], ['+3', '−3', '0']);
  assert.equal(amount(8_123_456, 'kt CO2'), '8.12 Gt CO₂');
  assert.equal(amount(1_500, 'kt CO2'), '1.5 Mt CO₂');
  assert.equal(amount(1_500, 'million US$', true), '+1.5 billion US$');
  assert.equal(amount(999, 'thousand jobs'), '999 thousand jobs');
});

test('units are in the words of the reader, and no heading says its unit twice', async () => {
  const { amount, inOneSize, unitBeside, unitWords } = await lib('lib/numbers.ts');
  const { chosen } = await lib('lib/language.svelte.ts');
  assert.equal(unitBeside('Share', 'share (0 to 1)'), '0 to 1');
  assert.equal(unitBeside('Pull', 'share (0 to 1)'), 'share (0 to 1)');
  assert.equal(unitBeside('Output', 'million US$'), 'million US$');
  await chosen.speak('fr');
  assert.equal(amount(460_248, 'thousand jobs'), '460 millions d’emplois');
  assert.equal(amount(460, 'thousand jobs'), '460 mille emplois');
  assert.equal(amount(2_500, 'million US$'), '2,5 milliards de US$');
  assert.equal(unitWords('million US$ per thousand jobs'), 'millions de US$ par mille emplois');
  await chosen.speak('es');
  assert.equal(amount(460_248, 'thousand jobs'), '460 millones de empleos');
  await chosen.speak('en');
  assert.equal(amount(460_248, 'thousand jobs'), '460 million jobs');
  const map = inOneSize({ IND: 2_590_000, ETH: 16_300, XXX: null, CHN: 10_300_000 }, 'kt CO2');
  assert.deepEqual(map, { values: { IND: 2590, ETH: 16.3, XXX: null, CHN: 10300 }, unit: 'Mt CO2' });
  assert.deepEqual(inOneSize({ IND: 99_999 }, 'kt CO2'), { values: { IND: 99_999 }, unit: 'kt CO2' });
  assert.deepEqual(inOneSize({ IND: 40 }, '%'), { values: { IND: 40 }, unit: '%' });
});

test('countries and known sentences are said in the language of the reader', async () => {
  const { countryName } = await lib('lib/countries.ts');
  const { chosen, inWords } = await lib('lib/language.svelte.ts');
  const { metricTitle } = await lib('lib/reading.ts');
  const said = 'Scopes of several industries must not be added up: their chains overlap.';
  const names = () => [countryName('DEU', 'Germany'), countryName('MLT', 'Malta'), countryName('ROW', 'Rest of world'), countryName('X1', 'Somewhere')];
  assert.deepEqual([...names(), inWords(said), inWords('Another.')], ['Germany', 'Malta', 'Rest of world', 'Somewhere', said, 'Another.']);
  await chosen.speak('fr');
  assert.deepEqual(names(), ['Allemagne', 'Malte', 'Reste du monde', 'Somewhere']);
  assert.match(inWords(said), /ne doivent pas s’additionner/);
  assert.deepEqual([metricTitle({ id: 'jobs', title: 'Jobs' }), metricTitle({ id: 'own', title: 'Own' })], ['Emplois', 'Own']);
  await chosen.speak('en');
});

test('value added as a volume is marked as no income', async () => {
  const { isVolume } = await lib('lib/reading.ts');
  assert.deepEqual(['manufacturing-value-added', 'labour-productivity', 'jobs', 'real-income'].map((id) => isVolume(outcome({ id }))), [true, true, false, false]);
});

test('a change is told in the terms that the server declares, in the words of the reader', async () => {
  const { changeOf, bandText, isRelative } = await lib('lib/reading.ts');
  const { chosen } = await lib('lib/language.svelte.ts');
  const change = changeOf(outcome());
  assert.deepEqual([change.value, change.low, change.high, change.unit, change.material], [-5, -10, -2, '%', true]);
  assert.deepEqual([bandText(change), change.text], ['−10 … −2 %', '−5 %']);
  assert.equal(changeOf(outcome({ effect: effect({ value: 0.5, unit: 'percentage points' }) })).text, '+0.5 points');
  const income = outcome({ effect: effect({ value: -1.13, low: -2.3, high: -0.48, unit: "% of the country's income" }) });
  assert.equal(changeOf(income).text, '−1.13 % of the country’s income');
  assert.equal(bandText(changeOf(income)), '−2.3 … −0.48 %');
  await chosen.speak('fr');
  assert.equal(changeOf(income).text, '−1,13 % du revenu du pays');
  await chosen.speak('en');
  const own = changeOf(outcome({ effect: effect({ value: 2500, low: 1000, high: 3000, unit: 'million US$' }) }));
  assert.deepEqual([own.value, own.unit, bandText(own)], [2500, 'million US$', '+1 … +3 billion']);
  assert.deepEqual([outcome(), income, outcome({ effect: effect({ unit: 'inputs' }) })].map(isRelative), [true, true, false]);
  assert.equal(changeOf(outcome({ effect: null })), null);
});

test('a verdict is the server’s, and a scale is the declared one, whatever the change', async () => {
  const { changeOf, scaleEnd, verdictOf } = await lib('lib/reading.ts');
  const verdicts = ['better', 'worse', 'neutral', 'about no change', 'cost not modelled'].map((verdict) => verdictOf(outcome({ effect: effect({ verdict }) })));
  assert.deepEqual(verdicts, ['better', 'worse', 'neutral', 'same', 'partial']);
  assert.equal(changeOf(outcome({ effect: effect({ value: 0.09 }) })).material, false);
  for (const value of [0.0001, 5, 400]) assert.deepEqual(['small', 'middle', 'large'].map((size) => scaleEnd(outcome({ effect: effect({ value }) }), size)), [1, 10, 50]);
});

test('a question takes the strength of its slider, and what it leaves of a hundred', async () => {
  const { asked } = await lib('lib/openings.svelte.ts');
  const opening = { title: { en: 'What if {country} had {strength}, and {rest} left?', fr: '', es: '' } };
  assert.equal(asked(opening, 80, 'India'), 'What if India had 80, and 20 left?');
});

test('no axis magnifies what rounding leaves', async () => {
  const { leastSpan } = await lib('lib/least.ts');
  const { changeSteps } = await lib('map/scale.ts');
  assert.equal(leastSpan('% of the country’s income'), 0.1);
  assert.equal(leastSpan('million US$'), 1);
  assert.deepEqual(changeSteps([1e-9], 'higher', 0.1).slice(3).map(({ low, high }) => [low, high]), [[-0.05, 0.05], [0.05, 0.1], [0.1, 0.25], [0.25, 0.5]]);
  assert.equal(changeSteps([4], 'higher', 0.1).at(-1).high, 5);
});

test('no axis of any chart spans so little that rounding fills it', async () => {
  const { endsWhereNear, leastSpan, spanned } = await lib('lib/least.ts');
  const { amountSteps } = await lib('map/scale.ts');
  const { ticks } = await lib('lib/ticks.ts');
  assert.deepEqual(spanned([2, 5, null], 0.1), { low: 2, high: 5 });
  const still = spanned([5, 5 + 1e-9], 0.1); // a change of 1e-9 takes 1e-8 of the height
  assert.ok(Math.abs(still.high - still.low - 0.1) < 1e-9 && still.low < 5 && still.high > 5);
  const large = spanned([1e6, 1e6 + 1e-3], 1);
  assert.ok(Math.abs(large.high - large.low - 1000) < 1);
  assert.deepEqual(spanned([null], 2), { low: 0, high: 2 });
  assert.deepEqual(endsWhereNear([1, 2], 0.1), {});
  assert.deepEqual(endsWhereNear([0, 0, -1e-9], leastSpan('%')).max.toFixed(3), '0.050');
  const marks = ticks(Object.values(spanned([1, 1 + 1e-12], leastSpan(''))), 6);
  assert.ok(marks.at(-1) - marks[0] >= 1e-3);
  assert.equal(amountSteps([1, 1 + 1e-9], 'red').length, 1);
});

test('a shock is sent as shares, with sellers and buyers in their places', async () => {
  const { declared } = await lib('lib/shock.ts');
  const event = { regions: ['DEU'], origins: ['CHN'], sectors: ['metals'], percent: 80, start: 7, days: 70, recovery: 14 };
  const { events } = declared('t', ['ban', 'capacity', 'shortage'].map((kind) => ({ ...event, kind })));
  const when = { start: 7, days: 70, recovery: 'linear', recovery_days: 14, share: 0.8 };
  assert.deepEqual(events, [
    { ...when, kind: 'ban', origins: ['CHN'], destinations: ['DEU'], products: ['metals'] },
    { ...when, kind: 'capacity', regions: ['DEU'], sectors: ['metals'] },
    { ...when, kind: 'shortage', regions: ['DEU'], products: ['metals'] },
  ]);
  assert.equal('recovery' in declared('t', [{ ...event, kind: 'ban', recovery: 0 }]).events[0], false);
});

test('a file has units in its heads and each cell under its own', async () => {
  const { csv } = await lib('lib/export.ts');
  const columns = [{ id: 'b', title: 'B', unit: 'kt' }, { id: 'a', title: 'A' }];
  const text = csv(columns, [{ a: '=x', b: 1.5 }, { a: 'y, z', b: null }], { Year: 2018 });
  assert.equal(text, "B (kt),A,Year\r\n1.5,'=x,2018\r\n,\"y, z\",2018\r\n");
});

test('inputs take what is within their bounds, ends where they are closed', async () => {
  const { takes } = await lib('lib/inputs.ts');
  const input = { kind: 'number', required: false, low: 0, high: 1, low_open: true, high_open: false };
  assert.deepEqual(['0', '0.5', '1', '1.1', 'x', ''].map((value) => takes(input, value, null)), [false, true, true, false, false, true]);
  assert.equal(takes({ ...input, required: true }, '', null), false);
  assert.deepEqual(['1', '1.5'].map((value) => takes({ ...input, kind: 'whole', high: 9 }, value, null)), [true, false]);
  assert.deepEqual(['a', 'b'].map((value) => takes({ ...input, kind: 'text' }, value, [{ code: 'a', name: 'A' }])), [true, false]);
});

test('a path has the years that were chosen, and levers the time that they take', async () => {
  const { adoptionOf, declaredPath } = await lib('lib/span.ts');
  const lever = { id: 'one', years_to_effect: [3, 7.5] };
  const setting = { lever: 'one', strength: 5, regions: ['DEU'] };
  const scenario = { id: 's', title: 'S', closure: 'profit', levers: [setting, { ...setting, lever: 'none', strength: 0 }], span: { from: 2030, to: 2060, growth: false } };
  assert.deepEqual(adoptionOf(setting, lever, scenario.span), { curve: 'logistic', start: 2031, until: 2039 });
  const sent = declaredPath(scenario, [lever], 'POL');
  assert.deepEqual([sent.region, sent.start, sent.end, sent.step, sent.closure, sent.levers.length], ['POL', 2030, 2060, 1, 'profit', 1]);
  assert.equal(declaredPath({ ...scenario, span: { from: 2000, to: 2061, growth: false } }, [lever], 'POL').step, 5);
});

test('a map has its steps around zero and each value in its own', async () => {
  const { changeSteps, roundUp, stepOf, amountSteps } = await lib('map/scale.ts');
  assert.deepEqual([0.7, 1, 1.1, 2.1, 51].map(roundUp), [1, 1, 2, 5, 100]);
  const steps = changeSteps([-3, 4], 'lower');
  assert.deepEqual([steps[0].low, steps.at(-1).high], [-5, 5]);
  assert.match(stepOf(steps, 4).fill, /worse/);
  assert.match(stepOf(steps, -4).fill, /better/);
  assert.match(stepOf(changeSteps([-3, 4], 'higher'), 4).fill, /better/);
  assert.match(stepOf(steps, 0).fill, /even/);
  const amounts = amountSteps([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'red');
  assert.ok(amounts.every((step, i) => i === 0 || step.low >= amounts[i - 1].low));
  assert.match(stepOf(amounts, 10).fill, /100%/);
  assert.deepEqual(amounts.map(({ low, high }) => [low, high]), [[1, 2], [2, 4], [4, 6], [6, 8], [8, 10]]);
  // A giant beside small ones: round edges that differ, by size.
  const wide = amountSteps([11.2, 14, 17, 33, 90, 260, 800, 11_000], 'red');
  assert.deepEqual(wide.map(({ low, high }) => [low, high]), [[11.2, 20], [20, 50], [50, 200], [200, 1000], [1000, 11_000]]);
  assert.deepEqual(amountSteps([3, 3], 'red').map(({ low, high }) => [low, high]), [[3, 3]]);
});

test('a link brings back what was put in', async () => {
  const { decode, encode } = await lib('lib/link.ts');
  const levers = [{ lever: 'carbon-price', strength: 50, regions: ['DEU'], sectors: ['all'], adoption: { curve: 'linear', start: 2030, until: 2040 } }];
  const responses = { set: 'long', labour: 'supply', options: ['slow-labour'] };
  const scenarios = [
    { id: 'scenario-1', title: 'One', view: 'fixed prices', responses: {}, closure: 'profit', levers, span: { from: 2025, to: 2045, growth: true }, question: 'price-of-carbon' },
    { id: 'scenario-2', title: '', view: 'prices respond', responses, closure: 'pass-through', levers: [] },
  ];
  const state = { dataset: 'wiod', year: 2009, with: ['x'], country: 'DEU', peers: ['FRA', 'POL'], scenarios, active: 1 };
  const link = await encode(state);
  assert.deepEqual(await decode(link), state);
  const longest = await encode({ ...state, scenarios: [{ ...scenarios[0], view: 'prices respond', closure: 'pass-through' }] });
  assert.ok(longest.length < link.length); // what is as usual takes no room
});

test('old links keep their meaning', async () => {
  const { modern } = await lib('lib/oldLinks.ts');
  const found = modern(new URLSearchParams('ask=extraction&block=metals&share=40&country=DEU'));
  assert.deepEqual(Object.fromEntries(found), { question: 'extract', sector: 'metals', share: '0.4', country: 'DEU' });
});

test('an answer keeps its data, and flows run through the region that is asked about', async () => {
  const { answered, flowsOf } = await lib('lib/answered.ts');
  const answer = (label, rows) => ({
    title: 't', status: 'predicted', method: 'm', facts: {}, said: ['said'], notes: ['noted'],
    origin: { dataset: 'set', year: 2010, status: 'observed', title: 'T', citation: 'C', licence: 'L', landing_page: '' },
    tables: [{ id: 't', title: '', largest: 'DEU', columns: [{ id: label, unit: '' }, { id: 'DEU', unit: 'kt' }, { id: 'FRA', unit: 'Mt' }], rows }],
  });
  const origins = answer('origin', [{ origin: 'DEU', DEU: 3, FRA: 30 }, { origin: 'POL', DEU: 4, FRA: 40 }]);
  const products = answer('sector', [{ sector: 'a', DEU: 2, FRA: 9 }, { sector: 'a', DEU: 5, FRA: 9 }]);
  const plain = answered(origins);
  assert.deepEqual(answered({ ...origins, notes: ['noted', 'said'] }).notes, ['noted', 'said']);
  assert.deepEqual([plain.data, plain.status, plain.year, plain.notes, plain.largest], ['observed', 'predicted', 2010, ['noted', 'said'], 'DEU']);
  const flows = flowsOf(origins, products, 'DEU');
  assert.deepEqual([flows.total, flows.unit], [7, 'kt']);
  assert.deepEqual(flows.links, [
    { source: 'origin:DEU', target: 'use:DEU', value: 3 },
    { source: 'origin:POL', target: 'use:DEU', value: 4 },
    { source: 'use:DEU', target: 'product:a', value: 7 },
  ]);
});
