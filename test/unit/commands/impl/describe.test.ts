/** `describe --redfish`: the BMC's own words beside the object's, for three questions; an object is told in any case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TransientError } from '../../../../src/errors/classes.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';
import { addAvailable } from '../../workflows/support/servers.js';

function described() {
  const w = world();
  addAvailable(w, 'node1');
  const machine = w.bmcs.machine('node1');
  machine.power = 'On';
  machine.health = { health: 'OK', rollup: 'Critical', conditions: ['PSU 2 lost\u001b[2J input'] };
  const ports = { clock: w.clock, cluster: w.cluster, bmc: w.bmcs };
  return { machine, describe: (line: string) => runLine(`describe ${line}`, { ports }) };
}

test('what the BMC says now stands beside what the object says, for three questions', async () => {
  const { machine, describe } = described();
  const { code, stdout } = await describe('server node1-system-0 --redfish');
  assert.equal(code, Exit.OK);
  assert.match(stdout, /Redfish {4}power On {3}\(the object says Off\)\n/);
  assert.match(stdout, /health Critical: PSU 2 lost/);
  assert.ok(!stdout.includes('\u001b'));
  assert.deepEqual(machine.calls, ['systems', 'manager', 'health']);
  const bmc = await describe('bmc node1 --redfish');
  assert.match(bmc.stdout, /Redfish {4}firmware 1\.0 {3}\(the object says nothing\)\n/);
});

test('without it no BMC is asked', async () => {
  const { machine, describe } = described();
  const { stdout } = await describe('server node1-system-0');
  assert.doesNotMatch(stdout, /Redfish/);
  assert.deepEqual(machine.calls, []);
});

test('the object is told also where its BMC does not answer, and the exit code says so', async () => {
  const { machine, describe } = described();
  machine.failNext('systems', new TransientError('BMC_UNREACHABLE', 'reading systems'));
  const { code, stdout, stderr } = await describe('server node1-system-0 --redfish');
  assert.equal(code, Exit.BMC_UNREACHABLE, stderr);
  assert.match(stdout, /^Server {2}node1-system-0/);
});

test('kinds without a BMC, and forms for programs, are refused with another way', async () => {
  const { describe } = described();
  const secret = await describe('bmcsecret node1 --redfish');
  assert.equal(secret.code, Exit.USAGE);
  assert.match(secret.stderr, /bmcsecret\/node1 has no BMC to be asked/);
  const json = await describe('server node1-system-0 --redfish -o json');
  assert.equal(json.code, Exit.USAGE);
  assert.match(json.stderr, /metalctl bmc info NAME -o json/);
});
