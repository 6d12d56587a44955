/** The rules our CRDs carry, as upstream's tests have them: each change admitted or denied by an API server, in the rule's words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allCrds } from '../../src/api/crd/index.js';
import { embeddedOnly } from './servers/choice.js';
import { type Body, startEmbedded } from './start-api.js';
import { CRDS, MERGE } from './widget.js';

const group = '/apis/metal.ironcore.dev/v1alpha1';
const access = { ip: '192.0.2.7' };
const endpointRef = { name: 'e' };
const bmc = (spec: Body): Body => ({
  bmcSecretRef: { name: 's' },
  protocol: { name: 'Redfish', port: 443 },
  ...spec,
});
const claim = (spec: Body): Body => ({ power: 'On', image: 'img', ...spec });
const serverRef = { name: 'a' };
const serverSelector = { matchLabels: { a: 'b' } };
const server = (spec: Body): Body => ({ systemUUID: 'u', ...spec });
const claimRef = { namespace: 'default', name: 'c' };

/** What is created, then what is patched; the words of the rule that denies the last of them, or nothing. */
type Row = readonly [name: string, path: string, spec: Body, patch: Body | undefined, denied: RegExp | undefined];

const either = /exactly one of access or endpointRef needs to be set/;
const rows: readonly Row[] = [
  ['a BMC with endpointRef and access', 'bmcs', bmc({ access, endpointRef }), undefined, either],
  ['a BMC with neither', 'bmcs', bmc({}), undefined, either],
  ['a BMC with endpointRef alone', 'bmcs', bmc({ endpointRef }), undefined, undefined],
  ['endpointRef taken from a BMC', 'bmcs', bmc({ endpointRef }), { endpointRef: null }, either],
  [
    'a BMC that goes from endpointRef to access',
    'bmcs',
    bmc({ endpointRef }),
    { endpointRef: null, access },
    undefined,
  ],
  ['another endpointRef', 'bmcs', bmc({ endpointRef }), { endpointRef: { name: 'f' } }, /endpointRef is immutable/],
  ['a BMC with access alone', 'bmcs', bmc({ access }), undefined, undefined],
  ['access taken from a BMC', 'bmcs', bmc({ access }), { access: null }, either],
  ['a BMC that goes from access to endpointRef', 'bmcs', bmc({ access }), { access: null, endpointRef }, undefined],
  ['another address', 'bmcs', bmc({ access }), { access: { ip: '192.0.2.8' } }, /access is immutable/],
  [
    'another serverRef of a claim',
    'serverclaims',
    claim({ serverRef }),
    { serverRef: { name: 'b' } },
    /serverRef is immutable/,
  ],
  [
    'serverRef taken from a claim',
    'serverclaims',
    claim({ serverRef }),
    { serverRef: null },
    /serverRef is required once set/,
  ],
  ['serverRef given to a claim', 'serverclaims', claim({}), { serverRef }, undefined],
  [
    'another serverSelector of a claim',
    'serverclaims',
    claim({ serverSelector }),
    { serverSelector: { matchLabels: { a: 'c' } } },
    /serverSelector is immutable/,
  ],
  [
    'serverSelector taken from a claim',
    'serverclaims',
    claim({ serverSelector }),
    { serverSelector: null },
    /serverSelector is required once set/,
  ],
  ['another power and image of a claim', 'serverclaims', claim({ serverRef }), { power: 'Off', image: 'b' }, undefined],
  ['a serverClaimRef given to a Server', 'servers', server({}), { serverClaimRef: claimRef }, undefined],
  [
    'a serverClaimRef taken from a Server',
    'servers',
    server({ serverClaimRef: claimRef }),
    { serverClaimRef: null },
    undefined,
  ],
  [
    'another name in a serverClaimRef',
    'servers',
    server({ serverClaimRef: claimRef }),
    { serverClaimRef: { ...claimRef, name: 'd' } },
    /serverClaimRef.name: Invalid value: "[de]": failed rule: self == oldSelf/,
  ],
  [
    'another namespace in a serverClaimRef',
    'servers',
    server({ serverClaimRef: claimRef }),
    { serverClaimRef: { ...claimRef, namespace: 'e' } },
    /serverClaimRef.namespace: Invalid value: "[de]": failed rule: self == oldSelf/,
  ],
];

const kinds: Readonly<Record<string, string>> = { bmcs: 'BMC', serverclaims: 'ServerClaim', servers: 'Server' };

test('what upstream admits and denies is admitted and denied', {
  skip: embeddedOnly('one store for all rows'),
}, async (t) => {
  const api = await startEmbedded(t);
  for (const crd of allCrds()) assert.equal((await api.call('POST', CRDS, { body: crd })).status, 201);
  for (const [at, [name, plural, spec, patch, denied]] of rows.entries()) {
    await t.test(`${name} is ${denied === undefined ? 'admitted' : 'denied'}`, async () => {
      const path = plural === 'serverclaims' ? `${group}/namespaces/default/${plural}` : `${group}/${plural}`;
      const head = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: kinds[plural], metadata: { name: `r${at}` } };
      const made = await api.call('POST', path, { body: { ...head, spec } });
      if (patch !== undefined) assert.equal(made.status, 201, made.body.message as string);
      const last =
        patch === undefined
          ? made
          : await api.call('PATCH', `${path}/r${at}`, { body: { spec: patch }, headers: MERGE });
      if (denied === undefined) return assert.ok(last.status < 300, last.body.message as string);
      assert.equal(last.status, 422);
      assert.match(last.body.message as string, denied);
    });
  }
});
