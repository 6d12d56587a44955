/** The pictures of README.md are what the program shows today. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readmeViews, settled, shownIn, type ViewName } from './readme-views.js';
import { ptyMissing } from './terminal.js';

test('README.md shows the discover and the claim view as they are; scripts/readme-view.ts writes them anew', {
  skip: await ptyMissing(),
}, async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  for (const [name, text] of Object.entries(await readmeViews()) as [ViewName, string][])
    assert.equal(settled(shownIn(readme, name) ?? 'not there'), settled(text), name);
});
