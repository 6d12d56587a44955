/** The kinds as TypeScript sees them: one definition serves as value and as type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindDef } from '../../../src/api/kind.js';
import { CustomResourceDefinition, Secret } from '../../../src/api/kubernetes.js';
import {
  BMC,
  type BMCSecret,
  metalKinds,
  Server,
  ServerClaim,
  type ServerReadinessRule,
} from '../../../src/api/metal/v1alpha1/index.js';

const takesKind = <T extends { metadata: { name: string } }>(_kind: { __type?: T }, object: T): T => object;

test('a definition and its objects share one name', () => {
  const server: Server = {
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'Server',
    metadata: { name: 'bmc-1-system-0' },
    spec: { systemUUID: 'd2f5d9a2', bmcRef: { name: 'bmc-1' } },
    status: { state: 'Available', totalSystemMemory: '96Gi', storages: [{ drives: [{ capacity: 1024 }] }] },
  };
  const uuid: string | undefined = server.spec?.systemUUID;
  assert.equal(uuid, 'd2f5d9a2');
  assert.equal(takesKind(Server, server).status?.state, 'Available');
});

test('open strings name what is known and take what is not', () => {
  const state: NonNullable<Server['status']>['state'] = 'SomethingNew';
  const power: NonNullable<ServerClaim['spec']>['power'] = 'On';
  assert.deepEqual([state, power], ['SomethingNew', 'On']);
});

test('fields without spec, and a spec that must be there, are in the type', () => {
  const secret: BMCSecret = { apiVersion: '', kind: 'BMCSecret', metadata: { name: 'a' }, data: { username: 'YQ==' } };
  const rule: ServerReadinessRule['spec'] = {
    conditions: [{ type: 'Ready', requiredStatus: 'True' }],
    enforcementMode: 'Continuous',
    taint: { key: 'not-ready' },
    serverSelector: {},
  };
  const username: string | undefined = secret.data?.username;
  assert.deepEqual([username, rule.taint.key], ['YQ==', 'not-ready']);
});

test('definitions say what clients need to know', () => {
  const kind: KindDef<BMC> = BMC;
  assert.deepEqual(
    [kind.group, kind.version, kind.plural, kind.singular, kind.scope, kind.hasStatus],
    ['metal.ironcore.dev', 'v1alpha1', 'bmcs', 'bmc', 'Cluster', true],
  );
  assert.equal(ServerClaim.scope, 'Namespaced');
  assert.equal(Secret.group, '');
  assert.equal(CustomResourceDefinition.plural, 'customresourcedefinitions');
});

test('a round visits the kinds in the order of the runtime', () => {
  assert.deepEqual(
    metalKinds.map((kind) => kind.kind),
    [
      'BMCSecret',
      'Endpoint',
      'BMC',
      'BMCUser',
      'Server',
      'ServerBootConfiguration',
      'ServerClaim',
      'ServerReadinessRule',
    ],
  );
});
