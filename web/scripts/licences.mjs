// The licences of what others wrote and the built page holds: a Vite plugin that writes them beside it as one text.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const FILE = 'third-party-licences.txt';

/** Licences, and the notices that some of them ask to be handed on. */
const TEXT = /^(licen[cs]es?|copying|notice)([-.].*)?$/i;

/** What a bundler puts in of itself, without a file of its own among the modules. */
const HELPERS = { 'vite/preload-helper': 'vite', 'rolldown/runtime': 'rolldown' };

/** The folder of the package that a module is of; null for our own. */
function packageOf(module, root) {
  for (const [mark, name] of Object.entries(HELPERS)) if (module.includes(mark)) return join(root, 'node_modules', name);
  const found = /^(.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/.exec(module.replace(/^\0/, '').split('?')[0]);
  return found && found[1];
}

function textsIn(folder) {
  return readdirSync(folder)
    .sort()
    .filter((name) => TEXT.test(name))
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? readdirSync(path).sort().map((inner) => join(path, inner)) : [path];
    });
}

/** A text without the licences of what a bundler itself is built of: none of that is in the page. */
const ownPart = (text) => text.replace(/\r\n/g, '\n').split('\n# Licenses of bundled dependencies')[0];

/** Paragraphs of one line each, however their package wraps them: what most licences share is then the same to the letter. */
const unwrapped = (text) =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.split(/\s+/).join(' ').trim())
    .join('\n\n');

/** One package: its name, version and licence, and every text that it says it is under. */
function told(folder, texts) {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const from = about.homepage ?? about.repository?.url ?? about.repository ?? '';
  const heading = `${about.name} ${about.version} (${about.license})${from ? `, ${from}` : ''}`;
  const written = texts.map((path) => `${basename(path)}\n\n${unwrapped(ownPart(readFileSync(path, 'utf8')).trim())}`);
  return { name: about.name, text: [heading, '='.repeat(heading.length), ...written].join('\n\n') };
}

export const licences = () => {
  let root = '';
  return {
    name: 'kaldor-licences',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    generateBundle: {
      order: 'pre',
      handler(_, bundle) {
        const modules = Object.values(bundle).flatMap((file) => file.moduleIds ?? []);
        const folders = [...new Set(modules.map((module) => packageOf(module, root)).filter(Boolean))];
        const parts = folders.map((folder) => {
          const texts = textsIn(folder);
          if (!texts.length) this.error(`${folder} has no text of its licence. Add one, or do without the package.`);
          return told(folder, texts);
        });
        parts.sort((one, other) => (one.name < other.name ? -1 : 1));
        const head = 'The page of Kaldor holds parts of these packages, each under its own licence.';
        const source = `${[head, ...parts.map((part) => part.text)].join('\n\n\n')}\n`;
        this.emitFile({ type: 'asset', fileName: FILE, source });
      },
    },
  };
};
