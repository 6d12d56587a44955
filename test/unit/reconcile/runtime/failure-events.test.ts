/** A failure of a kind that has no conditions reaches its owner as an event, and only once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMCSecret, type Endpoint } from '../../../../src/api/metal/v1alpha1/index.js';
import { PermanentError } from '../../../../src/errors/classes.js';
import { world } from '../../../support/world.js';

const prefix = {
  macPrefix: '23:11',
  type: 'bmc',
  protocol: 'Redfish',
  port: 443,
  defaultCredentials: [{ username: 'admin', password: 'factory' }],
};

test('an Endpoint whose Secret may not be made says so by one event, and heals', async () => {
  const w = world({ macPrefixes: [prefix] });
  w.cluster.seed({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'Endpoint',
    metadata: { name: 'rack1' },
    spec: { macAddress: '23:11:8A:33:CF:EA', ip: '10.0.0.1' },
  } as Endpoint);
  w.bmcs.add('rack1');
  const refusal = new PermanentError('API_FORBIDDEN', 'creating bmcsecrets "rack1"');
  w.cluster.failNext('create', refusal, 'BMCSecret');
  await w.pass();
  const told = w.events.filter(({ event }) => event.reason === 'APIForbidden');
  assert.deepEqual(
    told.map(({ object, event }) => `${event.type} ${object.kind} ${event.note}`),
    ['Warning Endpoint creating bmcsecrets "rack1"'],
  );
  await w.pass();
  assert.ok(w.cluster.peek(BMCSecret, { name: 'rack1' }));
  assert.equal(w.events.filter(({ event }) => event.reason === 'APIForbidden').length, 1);
});
