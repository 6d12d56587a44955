/** Which raw requests are held back, by path alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDestructive, sensitiveSegment } from '../../../../src/workflows/redfish/guard.js';

const held = [
  '/redfish/v1/AccountService',
  '/redfish/v1/accountservice/Roles/x',
  '/redfish/v1/%41ccountService/Accounts/1',
  '/redfish/v1/%2541ccountService/Accounts/1',
  '/redfish/v1/SessionService/Sessions/9',
  '/redfish/v1/Sessions/9',
  '/redfish/v1/Managers/iDRAC.Embedded.1/Accounts/2',
  '/redfish/v1/CertificateService/Actions/CertificateService.ReplaceCertificate',
  '/redfish/v1/Managers/1/NetworkProtocol/HTTPS/Certificates/1',
  '/redfish/v1/Systems/1\\AccountService',
  '/redfish/v1/KeyService/NVMeoFSecrets',
];
const free = [
  '/redfish/v1/Systems/1',
  '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset',
  '/redfish/v1/Chassis/Accounting',
  '/redfish/v1/UpdateService?x=AccountService',
  '/redfish/v1/%zz',
];

test('what decides who may enter is recognised in every spelling, and nothing else', () => {
  for (const path of held) assert.notEqual(sensitiveSegment(path), undefined, path);
  for (const path of free) assert.equal(sensitiveSegment(path), undefined, path);
});

test('what erases or resets to defaults is recognised', () => {
  const post = [
    'Systems/1/Bios/Actions/Bios.ResetBios',
    'Managers/1/Actions/Manager.ResetToDefaults',
    'Systems/1/Storage/1/Drives/1/Actions/Drive.SecureErase',
    'Systems/1/Storage/1/Volumes/1/Actions/Volume.Initialize',
    'Systems/1/Actions/Oem/Hpe/HpeComputerSystemExt.SecureSystemErase',
    'Systems/1/Actions/ComputerSystem.Decommission',
  ];
  for (const path of post) assert.ok(isDestructive('POST', `/redfish/v1/${path}`), path);
  assert.ok(isDestructive('DELETE', '/redfish/v1/Systems/1/Storage/1/Volumes/2'));
  assert.ok(!isDestructive('DELETE', '/redfish/v1/TaskService/Tasks/1'));
  assert.ok(!isDestructive('POST', '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset'));
  assert.ok(!isDestructive('PATCH', '/redfish/v1/Systems/1/Bios/Settings'));
});
