/** Every row of what is known of vendors' BMCs is shown by a test, or said to be missing where people look for it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { quirkRows } from './quirk-rows.js';

const at = (path: string): string => new URL(`../../../${path}`, import.meta.url).pathname;
const specification = at('../shared/spec/redfish.md');

describe('what is known of vendors', () => {
  for (const { vendor, row, shown, notYet } of quirkRows) {
    it(`${vendor}: ${row}`, () => {
      assert.ok(shown !== undefined || notYet !== undefined, 'neither shown nor missing');
      if (notYet !== undefined) {
        const [, missing = ''] = readFileSync(at(`src/redfish/vendors/${vendor}/quirks.md`), 'utf8').split(
          'Not yet done:',
        );
        assert.ok(missing.includes(notYet), `quirks.md does not say that ${notYet} is missing`);
      }
      if (shown === undefined) return;
      const [file, words] = shown;
      const text = readFileSync(at(`test/${file}`), 'utf8');
      const [all, profile] = words.split('#');
      assert.ok(text.includes(all ?? ''), `${file} does not say ${words}`);
      if (profile !== undefined) assert.ok(profiles.some(({ name }) => name === profile));
    });
  }

  const skip = existsSync(specification) ? false : '../shared/spec/redfish.md is absent';
  it('is all of the specification', { skip }, () => {
    const [, third = ''] = readFileSync(specification, 'utf8').split('\n## 3. ');
    const lines = (third.split('\n## 4.')[0] ?? '').split('\n').filter((line) => /^\| [^|]+ \|/.test(line));
    const rows = lines.map((line) => line.split('|')[1]?.trim() ?? '').filter((name) => !/^(Op|Stack)$/.test(name));
    assert.ok(rows.length > 50);
    for (const name of new Set(rows)) {
      const known = quirkRows.filter(({ row }) => name === row || name.startsWith(`${row} (`));
      assert.equal(known.length, rows.filter((other) => other === name).length, `rows called ${name}`);
    }
  });
});
