/** Chaos presets of a sandbox: each name of the command line is one the emulator has, and its rules are in force. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sandboxUpCommand } from '../../../src/commands/sandbox.js';
import { faultKinds } from '../../../src/sandbox/bmc/faults/read-rule.js';
import { namedFaults, presets, profiles, readScenario } from '../../../src/sandbox/bmc/index.js';
import { sandboxUp } from '../../../src/sandbox/up.js';

test('every scenario of the command line is a preset, and all presets are there', () => {
  assert.deepEqual([...(sandboxUpCommand.flags?.scenario.complete ?? [])].sort(), Object.keys(presets).sort());
});

test('a sandbox with a scenario has its faults in force, one without has none', async () => {
  for (const scenario of ['flaky', undefined]) {
    const options = { servers: 1, addressing: 'port', bmcPort: 0, http: true } as const;
    const sandbox = await sandboxUp({ ...options, ...(scenario === undefined ? {} : { scenario }) });
    try {
      assert.equal(sandbox.emulator.control.faults().length, presets[scenario ?? 'healthy']?.length);
    } finally {
      await sandbox.close();
    }
  }
});

test('an unknown scenario starts nothing', async () => {
  await assert.rejects(sandboxUp({ servers: 1, http: true, bmcPort: 0, scenario: 'gloomy' }), { code: 'USAGE' });
});

test('a scenario file is read whole or refused by the place that is wrong', () => {
  const scenario = readScenario({
    faults: [{ match: { bmc: '*2' }, action: { kind: 'status', status: 503 } }],
    steps: [
      { after: '30s', do: 'fail', fault: 'disk', bmc: 'bmc-1' },
      { after: '1m', do: 'power', bmc: 'bmc-1', to: 'On' },
      { after: '2m', do: 'heal', bmc: 'bmc-1' },
    ],
  });
  assert.deepEqual(
    scenario.steps.map(({ afterMs, step }) => [afterMs, step.do]),
    [
      [30_000, 'fail'],
      [60_000, 'power'],
      [120_000, 'heal'],
    ],
  );
  const rows: [unknown, RegExp][] = [
    ['flaky', /a scenario is an object/],
    [{ fault: [] }, /knows no "fault"/],
    [{ faults: {} }, /are lists/],
    [{ faults: [{}] }, /rule lacks "action"/],
    [{ faults: [{ action: { kind: 'statu', status: 503 } }] }, /no fault is of kind "statu"/],
    [{ faults: [{ action: { kind: 'status' } }] }, /action status lacks "status"/],
    [{ faults: [{ action: { kind: 'status', status: 'x' } }] }, /"status" cannot be "x"/],
    [{ faults: [{ action: { kind: 'body', how: 'constructor' } }] }, /"how" cannot be "constructor"/],
    [{ faults: [{ action: { kind: 'toString' } }] }, /no fault is of kind "toString"/],
    [{ faults: [{ action: { kind: 'status', status: 503 }, when: { probability: 2 } }] }, /"probability" cannot be 2/],
    [{ faults: [{ action: { kind: 'status', status: 503 }, match: { bcm: 'x' } }] }, /match knows no "bcm"/],
    [{ steps: [{ after: 'soon', do: 'heal' }] }, /"soon" is not a duration/],
    [{ steps: [{ do: 'explode' }] }, /no step does "explode"/],
    [{ steps: [{ do: 'power', bmc: 'bmc-1', to: 'Up' }] }, /cannot go to "Up"/],
    [{ steps: [{ do: 'power', to: 'On' }] }, /"bmc" is no text/],
    [{ steps: [{ do: 'restart', bmc: 'bmc-1', now: true }] }, /knows no "now"/],
    [{ steps: ['heal'] }, /a step is an object/],
  ];
  for (const [value, message] of rows) {
    assert.throws(() => readScenario(value), { code: 'USAGE', message }, JSON.stringify(value));
  }
});

test('the how-to lists every kind of fault, every manner of it, every named fault, and every preset', () => {
  const page = readFileSync('docs/how-to/use-the-bmc-emulator.md', 'utf8');
  const row = (kind: string): string => page.split('\n').find((line) => line.startsWith(`| \`${kind}\` |`)) ?? '';
  for (const [kind, hows] of Object.entries(faultKinds)) {
    const told =
      row(kind)
        .split('|')[2]
        ?.match(/`([^`]*)`/)?.[1]
        ?.split(' ') ?? [];
    assert.notEqual(row(kind), '', `the page says nothing of ${kind}`);
    if (hows.length > 0) assert.deepEqual(told.sort(), [...hows].sort(), kind);
  }
  for (const name of Object.keys(namedFaults)) assert.notEqual(row(name), '', name);
  for (const name of [...Object.keys(presets), ...profiles.map((profile) => profile.name)]) {
    assert.match(page, new RegExp(`\\b${name}\\b`));
  }
});
