/** The command line against its specification: each command and flag is there, or missing by name and with a reason. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { coverage } from '../../scripts/lib/cli-coverage.js';
import { specified, specifiedGlobals } from './cli-commands.js';
import { usageOf } from './cli-usage.js';

const text = new URL('../../../shared/spec/cli.md', import.meta.url);
const skip = existsSync(text) ? false : '../shared/spec/cli.md is not there';

test('cli.md §18.1: every specified command and flag is there, or has a reason why not', () => {
  const { missing, built } = coverage();
  assert.deepEqual(
    missing.filter(({ reason }) => reason === undefined).map(({ what }) => what),
    [],
  );
  assert.ok(built > 150, `${built}`);
});

test('no reason is given for what is there', () => {
  assert.deepEqual(coverage().stale, [], 'take these lines out of test/parity/cli-commands.ts');
});

/** Words in backticks that are arguments, or another program. */
const noCommands = new Set(['redfish', 'foo']);
const covered = (words: string): string | undefined =>
  Object.keys(specified).find((name) => name === words) ??
  Object.keys(specified).find((name) => words.startsWith(`${name} `));

test('cli.md §18.1: the list of commands has everything the usage blocks of the specification name', { skip }, () => {
  const globals = new Set(specifiedGlobals.split(' '));
  const found = [...usageOf(readFileSync(text, 'utf8'))];
  assert.ok(found.length > 150, `only ${found.length} commands were read`);
  const absent = found.flatMap(([command, flags]) => {
    if (command === '') return [...flags].filter((flag) => !globals.has(flag));
    if (noCommands.has(command)) return [];
    const name = covered(command);
    if (name === undefined) return [command];
    const own = new Set([...globals, ...(specified[name] ?? '').split(' ')]);
    return [...flags].filter((flag) => !own.has(flag)).map((flag) => `${command} --${flag}`);
  });
  assert.deepEqual(absent, []);
});

test('the reader of usage blocks knows alternatives, continuations and tables', () => {
  const page = [
    '### 9 power',
    '```',
    'metalctl power on|off SERVER ... [--force]',
    '         [--wait] [--no-login]',
    '```',
    '| `--stagger D` | text |',
    '### 10 next',
    '| `--other` | belongs to nothing |',
    'See `metalctl why server/x [--for C]`.',
  ].join('\n');
  assert.deepEqual(
    [...usageOf(page)].map(([command, flags]) => [command, [...flags]]),
    [
      ['power on', ['force', 'wait', 'login', 'stagger']],
      ['power off', ['force', 'wait', 'login']],
      ['why', ['for']],
    ],
  );
});
