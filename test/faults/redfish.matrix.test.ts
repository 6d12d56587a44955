/** The fault matrix of the Redfish client, as much as is quick: one operation of each kind whole, of all others what tells them apart. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { operationsOf } from '../unit/redfish/operations.js';
import { expected } from './redfish.matrix.expected.js';
import { type FaultName, faults, type OperationName, operations } from './redfish.matrix.js';
import { runMatrix } from './redfish.matrix.run.js';

/** One of each kind: reads, lists, actions, updates, overrides, values, creations, media, uploads, tasks. */
const whole: readonly OperationName[] = [
  'authenticate',
  'manager',
  'storages',
  'system',
  'setPower',
  'setIndicator',
  'setBootOnce',
  'setBiosAttributes',
  'createAccount',
  'insertMedia',
  'updateFirmware (upload)',
  'task',
];
/** Of the others: a refused credential, a lost answer, a denied success, and a success without a body. */
const telling: readonly FaultName[] = [401, 404, 504, 'error under 200', 'empty success'];

runMatrix(
  'the fault matrix of the Redfish client',
  (operation, fault) => whole.includes(operation) || telling.map(String).includes(String(fault)),
);

it('has a row for every operation the client has', async () => {
  const rows = new Set(Object.keys(operations).map((name) => name.split(' (')[0]));
  assert.deepEqual(
    [...(await operationsOf())].filter((name) => !rows.has(name)),
    [],
  );
});

it('has a word for every operation and every fault', () => {
  for (const operation of Object.keys(operations) as OperationName[]) {
    for (const fault of Object.keys(faults) as FaultName[]) {
      assert.match(expected[operation][fault], /^(ok|(transient|permanent|conflict) [A-Z_]+) ×\d+$/);
    }
  }
});
