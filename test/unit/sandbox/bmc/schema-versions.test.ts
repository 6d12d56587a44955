/** A document has what its version of the schema has, and its lists are numbered: what DMTF's service validator looks at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../src/sandbox/bmc/json.js';
import { hasMember, withoutLaterMembers } from '../../../../src/sandbox/bmc/tree/schema-versions.js';
import { send, withEmulator } from './client.js';

const system = (version: string): JsonObject => ({
  '@odata.type': `#ComputerSystem.${version}.ComputerSystem`,
  LastResetTime: null,
  Boot: { BootOrder: [], HttpBootUri: null, BootSourceOverrideTarget: 'None' },
  ProcessorSummary: { Count: 2, CoreCount: 64 },
});

for (const [version, left] of [
  ['v1_4_0', { Boot: { BootSourceOverrideTarget: 'None' }, ProcessorSummary: { Count: 2 } }],
  ['v1_8_3', { Boot: { BootOrder: [], BootSourceOverrideTarget: 'None' }, ProcessorSummary: { Count: 2 } }],
  ['v1_22_0', system('v1_22_0')],
] as const) {
  test(`a system of ${version} has no member that came later`, () => {
    const doc = system(version);
    withoutLaterMembers(doc);
    assert.deepEqual(doc, { '@odata.type': doc['@odata.type'], ...left });
  });
}

test('a root knows a certificate service from 1.5 on', () => {
  const root = (version: string) => ({ '@odata.type': `#ServiceRoot.${version}.ServiceRoot` });
  assert.deepEqual(
    [hasMember(root('v1_3_1'), 'CertificateService'), hasMember(root('v1_5_2'), 'CertificateService')],
    [false, true],
  );
});

test('readings of old sensors are numbered, and point at themselves, also behind a trailing slash', () =>
  withEmulator({ vendors: 'hpe-ilo5' }, async (_, bmc) => {
    const path = '/redfish/v1/Chassis/1/Thermal/';
    const [, second] = (await send(bmc, path)).json.Temperatures;
    assert.deepEqual([second['@odata.id'], second.MemberId, second.Name], [`${path}#/Temperatures/1`, '1', 'CPU1Temp']);
  }));

test('a reset of an iLO may name its action, as HPE writes it; elsewhere that is an unknown parameter', () =>
  withEmulator({ vendors: 'hpe-ilo6,generic', servers: 2 }, async ({ bmcs }) => {
    const body = { Action: 'ComputerSystem.Reset', ResetType: 'On' };
    const target = '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset';
    const statuses = [];
    for (const bmc of bmcs) statuses.push((await send(bmc, target, { method: 'POST', body })).status);
    assert.deepEqual(statuses, [200, 400]);
  }));
