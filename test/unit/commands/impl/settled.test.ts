/** `--wait` of commands that change servers: the local driver does it, and the end is told, or why it does not come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { runLine, type Said } from '../../../support/run-line.js';
import { type World, world } from '../../../support/world.js';
import { addAvailable, inTime } from '../../workflows/support/servers.js';

const run = (w: World, line: string): Promise<Said> =>
  inTime(w, runLine(line, { ports: { ...w.ports, cluster: w.cluster, bmc: w.bmcs } }));
const stateOf = (w: World, name: string) => w.cluster.peek(Server, name)?.status?.state;

test('park --wait ends when the server is Parked, unpark --wait when it is back', async () => {
  const w = world();
  const name = addAvailable(w, 'node1');
  const parked = await run(w, `park ${name} --yes --wait --driver local`);
  assert.equal(parked.code, 0, parked.stderr);
  assert.equal(stateOf(w, name), 'Parked');
  assert.match(parked.stderr, new RegExp(`✔ server/${name} Parked {2}\\d`));
  const back = await run(w, `unpark ${name} --wait --driver local`);
  assert.equal(back.code, 0, back.stderr);
  assert.equal(stateOf(w, name), 'Available');
});

test('power on and off of a claimed server are waited for', async () => {
  const w = world();
  const name = addAvailable(w, 'node1');
  const claimed = await run(w, `claim db --server ${name} --image os:1 --wait --driver local`);
  assert.equal(claimed.code, 0, claimed.stderr);
  for (const power of ['Off', 'On']) {
    const said = await run(w, `power ${power.toLowerCase()} ${name} --yes --wait --driver local`);
    assert.equal(said.code, 0, said.stderr);
    assert.equal(w.cluster.peek(Server, name)?.status?.powerState, power);
  }
  const again = await run(w, `power reset ${name} --yes --wait --driver local`);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /On again/);
});

test('a park that is put off ends with 3 and says why; without anybody who reconciles the time runs out', async () => {
  const w = world();
  const name = addAvailable(w, 'node1');
  await w.cluster.patch(
    Server,
    { name },
    {
      status: {
        state: 'Error',
        conditions: [
          {
            type: 'Parking',
            status: 'False',
            reason: 'ParkDeferred',
            message: 'm',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    },
    'merge',
    { subresource: 'status' },
  );
  const deferred = await run(w, `park ${name} --yes --wait --timeout 2m --driver cluster`);
  assert.equal(deferred.code, 3);
  assert.match(
    deferred.stderr,
    /why {3}park is deferred while the server is in Error; .*\n(.*\n)* {2}code {2}PARK_DEFERRED \(exit 3\)/,
  );
  const other = addAvailable(w, 'node2');
  const late = await run(w, `park ${other} --yes --wait --timeout 1m --driver cluster`);
  assert.equal(late.code, 3);
  assert.match(late.stderr, /is not Parked after 1m\n {2}why {3}it is Available, power Off; the work itself goes on/);
});
