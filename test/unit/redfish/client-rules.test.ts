/** Every rule of the client's behaviour has a test of its own, and a line of the source on which that test depends. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { clientRules } from './client-rules.js';

const at = (path: string): string => new URL(path, import.meta.url).pathname;

/** Titles of the tests of a file, as they stand in it. */
const titlesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bit\(\s*(['"`])([^\n]*?)\1,/g)].map(([, , title = '']) => title);

describe('a rule of the client', () => {
  for (const { rule, shown, broken } of clientRules) {
    it(rule, () => {
      const [file, title] = shown;
      assert.ok(existsSync(at(`./${file}.test.ts`)), `${file}.test.ts is not there`);
      const titles = titlesIn(readFileSync(at(`./${file}.test.ts`), 'utf8'));
      assert.ok(
        titles.some((known) => known.includes(title)),
        `${file}.test.ts has no test called: ${title}`,
      );
      const [source, stands, put] = broken;
      const places = readFileSync(at(`../../../src/redfish/${source}`), 'utf8').split(stands).length - 1;
      assert.equal(places, 1, `src/redfish/${source} should say once: ${stands}`);
      assert.ok(!put.includes(stands), 'what is put in its place must be something else');
    });
  }

  it('leaves no section of the specification out', () => {
    const sections = new Set(clientRules.map(({ rule }) => rule.split(' ')[0]));
    for (let section = 2; section <= 15; section += 1) assert.ok(sections.has(`2.${section}`), `2.${section}`);
  });
});
