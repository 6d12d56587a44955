/** `move --verify`: two clusters are compared field by field, and nothing is written in either. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Namespace } from '../../../../src/api/kubernetes.js';
import { isMetalError, type MetalError } from '../../../../src/errors/classes.js';
import { silent } from '../../../../src/ports/log.js';
import { compareSides, type MovePorts } from '../../../../src/workflows/move/move.js';
import { type FakeCluster, fakeCluster } from '../../../support/fake-cluster.js';
import { aServer } from '../support/servers.js';

const canary = 'a-password-nobody-may-see';
const secret = (value: string) => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'BMCSecret',
  metadata: { name: 'b1' },
  data: { username: 'cm9vdA==', password: Buffer.from(value).toString('base64') },
});
const home = (uid: string) => ({ apiVersion: 'v1', kind: Namespace.kind, metadata: { name: 'kube-system', uid } });

function sides(there: readonly object[]): { source: FakeCluster; target: FakeCluster; compare: () => Promise<number> } {
  const [source, target] = [fakeCluster(), fakeCluster()];
  source.seed(home('u1') as never, aServer('s1'), secret(canary) as never);
  target.seed(home('u2') as never, ...(there as never[]));
  const signal = new AbortController().signal;
  const ports = { source, target, log: silent, signal, onStep: () => undefined } as unknown as MovePorts;
  return { source, target, compare: () => compareSides(ports, { selector: undefined, namespace: undefined, signal }) };
}

async function refusal(compare: () => Promise<number>): Promise<MetalError> {
  try {
    await compare();
  } catch (error) {
    assert.ok(isMetalError(error), String(error));
    return error;
  }
  return assert.fail('it was accepted');
}

test('equal sides are counted, and nothing is written', async () => {
  const { source, target, compare } = sides([aServer('s1'), secret(canary)]);
  assert.equal(await compare(), 2);
  assert.deepEqual([source.writes().length, target.writes().length], [0, 0]);
});

test('another status is named by its field', async () => {
  const { compare } = sides([aServer('s1', { status: { powerState: 'On' } }), secret(canary)]);
  const error = await refusal(compare);
  assert.equal(error.code, 'MOVE_VERIFY');
  assert.match(error.why ?? '', /s1 at \.status\.powerState$/);
});

test('what is missing is named; a password that differs is named by its field and never told', async () => {
  const { compare } = sides([secret('another')]);
  const error = await refusal(compare);
  assert.match(error.why ?? '', /s1 is missing in the target/);
  assert.match(error.why ?? '', /b1 at \.data\.password/);
  const text = JSON.stringify([error.message, error.why, error.hints, error.context]);
  for (const form of [canary, Buffer.from(canary).toString('base64')]) assert.ok(!text.includes(form));
});

test('one cluster is not compared with itself', async () => {
  const { source, compare } = sides([]);
  const target = source;
  const ports = { source, target, log: silent, signal: new AbortController().signal, onStep: () => undefined };
  const same = () =>
    compareSides(ports as unknown as MovePorts, { selector: undefined, namespace: undefined, signal: ports.signal });
  assert.equal((await refusal(same)).code, 'MOVE_PREFLIGHT');
  assert.equal((await refusal(compare)).code, 'MOVE_VERIFY');
});
