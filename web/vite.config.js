import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

import { borders } from './scripts/borders.mjs';
import { licences } from './scripts/licences.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Stands in the sources for the build's id until all files are made. */
const UNNAMED = '__KALDOR_BUILD__';

/**
 * Gives the build an id made of all its files, says it in the scripts and in `build.json`: names of files stay the same
 * from one build to the next, so that an open page can tell by the id that its server now has another one.
 */
const named = () => ({
  name: 'kaldor-build',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const hash = createHash('sha256');
      for (const name of Object.keys(bundle).sort()) hash.update(name).update(bundle[name].code ?? bundle[name].source);
      const id = hash.digest('hex').slice(0, 16);
      for (const file of Object.values(bundle)) if (file.code) file.code = file.code.replaceAll(UNNAMED, id);
      this.emitFile({ type: 'asset', fileName: 'build.json', source: `${JSON.stringify({ build: id })}\n` });
    },
  },
});

// Built into the Python package and committed there, so that nobody needs Node to use Kaldor.
// Two builds of the same sources are equal to the byte: no source maps, no dates. A file keeps its name from build to
// build, so that a commit changes files in place; the server has browsers ask each time whether theirs is still the one.
export default defineConfig(({ command }) => ({
  root: here('.'),
  base: './',
  plugins: [svelte(), borders(), licences(), named()],
  define: { __BUILD__: JSON.stringify(command === 'build' ? UNNAMED : '') },
  build: {
    outDir: here('../src/kaldor/server/page'),
    emptyOutDir: true,
    sourcemap: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: { entryFileNames: 'assets/[name].js', chunkFileNames: 'assets/[name].js', assetFileNames: 'assets/[name][extname]' },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8123' } },
}));
