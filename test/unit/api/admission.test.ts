/** Admission: a row per thing that is asked and what is answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AdmissionReader, type Operation, validate } from '../../../src/api/admission/index.js';
import type { KubeObject } from '../../../src/api/kind.js';

const group = 'metal.ironcore.dev';
const an = (kind: string, name: string, more: object = {}): KubeObject => ({
  ...{ apiVersion: `${group}/v1alpha1`, kind, metadata: { name } },
  ...more,
});
const endpoint = (name: string, macAddress?: string) => an('Endpoint', name, { spec: { macAddress } });
const secret = (more: object) => an('BMCSecret', 's', more);
const readerOf = (objects: KubeObject[]): AdmissionReader => ({
  list: async <T extends KubeObject>() => objects as unknown as readonly T[],
});

const kept = { immutable: true, data: { password: 'YQ==' } };
const inMaintenance = { status: { state: 'Maintenance' } };
const letGo = { name: 'n', annotations: { 'metal.ironcore.dev/operation': 'allow-in-progress-delete' } };

type Row = [what: string, Operation, before: KubeObject | undefined, after: KubeObject | undefined, expected: string[]];
const rows: Row[] = [
  ['a new MAC', 'CREATE', undefined, endpoint('b', '00:00:00:00:00:02'), []],
  ['the same MAC', 'CREATE', undefined, endpoint('b', '00:1A:00:00:00:01'), ['spec.macAddress']],
  ['the same MAC, written differently', 'CREATE', undefined, endpoint('b', '00-1a-00-00-00-01'), ['spec.macAddress']],
  ['no MAC beside another without', 'CREATE', undefined, endpoint('b', ''), []],
  ['an update of itself', 'UPDATE', endpoint('a'), endpoint('a', '00:1a:00:00:00:01'), []],
  ['an update to a MAC of another', 'UPDATE', endpoint('b'), endpoint('b', '001a00000001'), ['spec.macAddress']],
  ['a delete of an endpoint', 'DELETE', endpoint('a'), undefined, []],
  ['a change of a mutable secret', 'UPDATE', secret({ data: { a: 'YQ==' } }), secret({ data: {} }), []],
  ['metadata of an immutable secret', 'UPDATE', secret(kept), secret({ ...kept, type: 'x' }), []],
  ['making a secret immutable', 'UPDATE', secret({ data: {} }), secret(kept), []],
  ['an immutable secret made mutable', 'UPDATE', secret(kept), secret({ data: kept.data }), ['immutable']],
  ['data of an immutable secret', 'UPDATE', secret(kept), secret({ ...kept, data: {} }), ['data']],
  ['text of an immutable secret', 'UPDATE', secret(kept), secret({ ...kept, stringData: { a: 'b' } }), ['stringData']],
  [
    'everything at once',
    'UPDATE',
    secret(kept),
    secret({ stringData: { a: 'b' } }),
    ['immutable', 'data', 'stringData'],
  ],
  ['a delete of an immutable secret', 'DELETE', secret(kept), undefined, []],
  ['a delete of a Server', 'DELETE', an('Server', 'n', { status: { state: 'Reserved' } }), undefined, []],
  ['a delete during maintenance', 'DELETE', an('Server', 'n', inMaintenance), undefined, ['status.state']],
  [
    'a delete during maintenance, let go',
    'DELETE',
    { ...an('Server', 'n', inMaintenance), metadata: letGo },
    undefined,
    [],
  ],
  ['a kind without rules', 'CREATE', undefined, an('ServerClaim', 'c'), []],
];

for (const [what, operation, before, after, expected] of rows) {
  test(`${operation} of ${what}: ${expected.length ? `refused at ${expected}` : 'admitted'}`, async () => {
    const reader = readerOf([endpoint('a', '00:1a:00:00:00:01'), endpoint('z', '')]);
    const kind = (after ?? before)?.kind ?? '';
    const problems = await validate({ group, kind }, operation, before, after, reader);
    assert.deepEqual(
      problems.map((problem) => problem.path),
      expected,
    );
  });
}

test('what cannot be read is not admitted', async () => {
  const reader: AdmissionReader = { list: () => Promise.reject(new Error('no list')) };
  await assert.rejects(
    validate({ group, kind: 'Endpoint' }, 'CREATE', undefined, endpoint('b', 'aa'), reader),
    /no list/,
  );
});
