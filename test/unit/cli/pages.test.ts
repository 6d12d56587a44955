/** Texts made ahead by the build are what the program itself says: `bin/metalctl` prints them without loading it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pages } from '../../../scripts/build/pages.js';
import { parse } from '../../../src/cli.js';
import { clientLine, version } from '../../../src/version.js';

test('every page is the help the program prints for the same words', () => {
  let count = 0;
  for (const [words, text] of pages()) {
    if (!words.startsWith('help')) continue;
    const asked = parse([...words.split(' ').slice(1), '--help'], 'metalctl');
    assert.ok('help' in asked, words);
    assert.equal(text, asked.help, words);
    count += 1;
  }
  assert.ok(count > 40, `${count}`);
});

test('the version page is the version', () => assert.equal(pages().get('version'), `metalctl ${version()}\n`));

test('the page of version --client is what the command prints, but for the version of Node', () => {
  const page = pages().get('version client')?.replace('{node}', process.versions.node);
  assert.equal(page, clientLine(process.versions.node));
});
