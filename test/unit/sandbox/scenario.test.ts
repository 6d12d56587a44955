/** Chaos presets of a sandbox: each name of the command line is one the emulator has, and its rules are in force. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandboxUpCommand } from '../../../src/commands/sandbox.js';
import { presets } from '../../../src/sandbox/bmc/index.js';
import { sandboxUp } from '../../../src/sandbox/up.js';

test('every scenario of the command line is a preset, and all presets are there', () => {
  assert.deepEqual([...(sandboxUpCommand.flags?.scenario.choices ?? [])].sort(), Object.keys(presets).sort());
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
