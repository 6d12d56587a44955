/** What `sandbox up` tells to type next, by how its BMCs are addressed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waysIn } from '../../../../src/commands/impl/sandbox-up.js';

const files = { ca: '/lab/ca.pem', bmcPassword: '/lab/bmc-password' };
const linesFor = (first: string): string => {
  const bmcs = { count: 4, first, last: first, username: 'admin' };
  const record = { name: 'lab', pid: 1, startedAt: '', apiUrl: '', kubeconfig: '/lab/kubeconfig', speed: 1, bmcs };
  return waysIn(record, files).join('\n');
};

test('addresses are swept', () => {
  assert.match(linesFor('https://127.1.0.1:8443'), /discover --cidr 127\.1\.0\.0\/29 --ports 8443/);
});

for (const first of ['https://bmc-1.bmc.localhost:8443', 'http://127.0.0.1:8443/bmc/1']) {
  test(`one port for all cannot be swept: ${first} is asked`, () => {
    const lines = linesFor(first);
    assert.ok(lines.includes(`${first}/redfish/v1/Systems`) && !lines.includes('--cidr'), lines);
  });
}

test('BMCs without TLS need no CA, and the lines that reach them say so', () => {
  const lines = linesFor('http://127.1.0.1:8000');
  assert.match(lines, /^Try {3}export KUBECONFIG=\/lab\/kubeconfig\n/);
  assert.match(lines, /discover --cidr 127\.1\.0\.0\/29 --ports 8000 --scheme http /);
  assert.match(lines, /reconcile --watch --bmc-allow-http/);
  assert.doesNotMatch(lines, /METALCTL_BMC_CA/);
});
