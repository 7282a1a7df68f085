// Adds up what a browser downloads (gzip) for the first page and for every other when it is reached, with the largest of
// the languages and every chart, and fails above the budgets: 150 kB for the first page, 340 kB for any. Parts that a
// page imports only once a press asks for them (`import('../parts/…')` in it) are printed, and counted in no page.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const FIRST_KB = 150;
const ANY_KB = 340;
const ENTRY = 'index.js';
const page = fileURLToPath(new URL('../../src/kaldor/server/page', import.meta.url));
const sources = fileURLToPath(new URL('../src', import.meta.url));
const assets = join(page, 'assets');

const all = readdirSync(assets);
const pages = readdirSync(join(sources, 'pages')).map((name) => name.replace('.svelte', '.js')).filter((name) => all.includes(name));
const languages = readdirSync(join(sources, 'strings')).map((name) => name.replace('.ts', '.js')).filter((name) => all.includes(name));
const later = pages.flatMap((name) =>
  [...readFileSync(join(sources, 'pages', name.replace('.js', '.svelte')), 'utf-8').matchAll(/import\('\.\.\/parts\/(\w+)\.svelte'\)/g)].map(([, part]) => `${part}.js`),
);
const text = (name) => readFileSync(join(assets, name), 'utf-8');
const size = (path) => gzipSync(readFileSync(path), { level: 9 }).length / 1000;
const sizeOf = (names) => [...names].reduce((sum, name) => sum + size(join(assets, name)), 0);

// Every file of ours that a file names, but for the pages, the languages and what a press asks for.
const named = (name) => all.filter((other) => other !== name && text(name).includes(other) && ![ENTRY, ...pages, ...languages, ...later].includes(other));
const styles = (name) => all.filter((other) => other === name.replace(/\.js$/, '.css'));

function closure(start) {
  const found = new Set();
  const open = [start];
  for (let name = open.pop(); name; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const style of styles(name)) found.add(style);
    if (name.endsWith('.js')) open.push(...named(name));
  }
  return found;
}

// What the entry imports at once. What it fetches later belongs to the page that asks for it.
const atOnce = new Set([ENTRY, ...styles(ENTRY)]);
for (const [, name] of text(ENTRY).matchAll(/from\s?["']\.\/([\w.-]+\.js)["']/g)) atOnce.add(name);
const language = Math.max(0, ...languages.map((name) => size(join(assets, name))));
const map = all.filter((name) => name.endsWith('.json'));
const first = new Set([...atOnce, ...map]);
const base = size(join(page, 'index.html')) + language;

let failed = false;
const report = (name, kilobytes, budget) => {
  console.log(`${kilobytes.toFixed(1).padStart(8)} kB  ${name} (budget ${budget} kB)`);
  failed ||= kilobytes > budget;
};
report('first page', base + sizeOf(first), FIRST_KB);
for (const name of pages) report(basename(name, '.js'), base + sizeOf(new Set([...first, ...closure(name)])), ANY_KB);
for (const name of later) console.log(`${sizeOf([name, ...styles(name)]).toFixed(1).padStart(8)} kB  ${basename(name, '.js')}, when it is asked for`);
if (failed) process.exit(1);
