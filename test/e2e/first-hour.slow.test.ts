/** The first hour is as its page tells it: the built program, on a terminal, from nothing to a claim and back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { commandsOf, outputsOf } from '../../scripts/lib/transcript.js';
import { ownBlock } from '../support/live.js';
import { firstHourPage, lasting } from './first-hour.js';
import { ptyMissing } from './terminal.js';
import { type Step, walk } from './transcript.js';

const skip = await ptyMissing();
const page = readFileSync(new URL(`../../${firstHourPage}`, import.meta.url), 'utf8');
const told = outputsOf(page);

let steps: readonly Step[] = [];
before(async () => {
  if (skip !== false) return;
  // Addresses and ports that no other run has, and machines that boot faster than a reader would like.
  const network = ownBlock().replace(/0$/, '');
  steps = await walk(page, {
    patienceMs: 120_000,
    replaced: [
      ['127.78.6.', network],
      [/--speed 30\b/g, '--speed 300'],
      [/(metalctl onboard .*)--wait/g, '$1--wait --registry-address 127.0.0.1:0'],
    ],
  });
});

for (const [at, command] of commandsOf(page).entries()) {
  test(`the page shows what it prints: ${command.split('\n')[0]}`, { skip }, () => {
    assert.equal(
      lasting(steps[at]?.output ?? ''),
      lasting(told[at] ?? ''),
      'npm run build && node --import tsx scripts/first-hour.ts',
    );
  });
}

test('every command ends with 0, or with the code it names', { skip }, () => {
  const codes = steps.map(({ command, output, code }, at) => {
    const named = /^ {2}code {2}\w+ \(exit (\d+)\)/m.exec(output)?.[1];
    const asked = steps[at + 1]?.command === 'echo $?' ? Number(steps[at + 1]?.output) : 0;
    return [command, code, named === undefined ? asked : Number(named)];
  });
  for (const [command, code, expected] of codes) assert.equal(code, expected, String(command));
  assert.equal(steps.find(({ command }) => command.startsWith('metalctl why'))?.code, 10);
});

test('what a newcomer types to find and lift the cause was printed before, word for word', { skip }, () => {
  const begin = steps.findIndex(({ command, code }) => command.startsWith('metalctl claim') && code === 11);
  const walked = steps.slice(begin + 1).filter(({ command }) => /^metalctl (why|uncordon)/.test(command));
  assert.equal(walked.length, 2);
  for (const { command } of walked) {
    const at = steps.findIndex((step) => step.command === command);
    const printed = steps.slice(begin, at).some(({ output }) => output.includes(command));
    assert.ok(printed, `nothing printed before says: ${command}`);
  }
  const again = steps.slice(begin + 1).find(({ command }) => command.startsWith('metalctl claim'));
  assert.equal(again?.command, `${steps[begin]?.command} --wait`);
  assert.match(again?.output ?? '', /db-08 bound to hpe-czj0new3c0-system-0/);
});

test('so was the command that onboards, and the lines that join the sandbox', { skip }, () => {
  const printed = (word: string): string => steps.find(({ command }) => command.startsWith(word))?.output ?? '';
  const onboard = steps.find(({ command }) => command.startsWith('metalctl onboard'))?.command ?? '';
  assert.ok(printed('metalctl discover').includes(`Next: ${onboard.replaceAll(/ \\\n +/g, ' ')}`));
  for (const { command } of steps.filter((step) => step.command.startsWith('export'))) {
    assert.ok(printed('metalctl sandbox up').includes(command), command);
  }
});

test('the second pass writes nothing', { skip }, () => {
  assert.match(steps.at(-1)?.output ?? '', /\b0 writes\b/);
});
