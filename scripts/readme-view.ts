/**
 * Writes the discover and the claim view into README.md, as a person sees them. A slow test says when they are stale.
 *   npm run build && node --import tsx scripts/readme-view.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { marks, readmeViews, shownIn, type ViewName } from '../test/e2e/readme-views.js';
import { root } from './lib/files.js';

const path = join(root, 'README.md');
let readme = readFileSync(path, 'utf8');
for (const [name, text] of Object.entries(await readmeViews()) as [ViewName, string][]) {
  const { begins, ends } = marks(name);
  if (shownIn(readme, name) === undefined) throw new Error(`README.md has no place for the view: ${begins} … ${ends}`);
  const [head] = readme.split(begins);
  const [, tail] = readme.split(ends);
  readme = `${head}${begins}\n\`\`\`text\n${text}\n\`\`\`\n${ends}${tail}`;
}
writeFileSync(path, readme);
