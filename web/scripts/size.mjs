// Adds up what a browser may download (gzip) and fails above the budget: 420 kB for everything, map included.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 420;
const page = fileURLToPath(new URL('../../src/kaldor/server/page', import.meta.url));

const files = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });

let total = 0;
for (const path of files(page).sort()) {
  const kilobytes = gzipSync(readFileSync(path), { level: 9 }).length / 1000;
  total += kilobytes;
  console.log(`${kilobytes.toFixed(1).padStart(8)} kB  ${path.slice(page.length + 1)}`);
}
console.log(`${total.toFixed(1).padStart(8)} kB  in all (budget ${BUDGET_KB} kB)`);
if (total > BUDGET_KB) process.exit(1);
