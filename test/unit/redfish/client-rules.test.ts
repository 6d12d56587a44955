/** Every rule of the client's behaviour has a test that says so. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { clientRules } from './client-rules.js';

for (const [rule, file, words] of clientRules) {
  it(rule, () => {
    const path = new URL(`./${file}.test.ts`, import.meta.url);
    assert.ok(existsSync(path), `${file}.test.ts is not there`);
    assert.ok(readFileSync(path, 'utf8').includes(words), `${file}.test.ts does not say: ${words}`);
  });
}

it('leaves no section of the specification out', () => {
  const sections = new Set(clientRules.map(([rule]) => rule.split(' ')[0]));
  for (let section = 2; section <= 15; section += 1) assert.ok(sections.has(`2.${section}`), `2.${section}`);
});
