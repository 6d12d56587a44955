/** Words as a shell takes them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { shellWord } from '../../../src/lib/shell-word.js';

for (const text of [
  'plain',
  '~/a b',
  "it's",
  '$HOME',
  '`id`',
  'a;b',
  '',
  'line\nbreak',
  '*',
  'ghcr.io/acme/os:2026.3',
]) {
  test(`a shell reads ${JSON.stringify(text)} as it was`, () => {
    assert.equal(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' }), text);
  });
}
