/** Sessions that clients do not delete are leaks: told apart from those that were deleted, and from those the BMC lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askControl } from '../../../../src/sandbox/bmc/control-client.js';
import { startControlPlane } from '../../../../src/sandbox/bmc/control-plane.js';
import { password, send, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

const sessions = '/redfish/v1/SessionService/Sessions';

/** Opens a session; resolves to its path. */
async function login(bmc: { url: string }): Promise<string> {
  const body = { UserName: 'admin', Password: password };
  return (await send(bmc, sessions, { method: 'POST', headers: {}, body })).headers.location ?? '';
}

test('a session its client deletes is no leak; one that is left open, or times out, is', async () => {
  const clock = new SteppedClock();
  await withEmulator({ clock }, async ({ control }, bmc) => {
    assert.equal((await send(bmc, await login(bmc), { method: 'DELETE' })).status, 204);
    assert.deepEqual(control.leakedSessions(), []);
    await login(bmc);
    await clock.step(601_000);
    await login(bmc);
    assert.deepEqual(
      control.leakedSessions(bmc.name).map(({ id, username, isOpen }) => [id, username, isOpen]),
      [
        ['2', 'admin', false],
        ['3', 'admin', true],
      ],
    );
    assert.deepEqual(control.sessionCounts(), { opened: 3, deleted: 1, timedOut: 1, lost: 0 });
  });
});

test('sessions that the BMC itself ends are no leaks of a client, nor are places the operator of the emulation took', () =>
  withEmulator({}, async ({ control }, bmc) => {
    await login(bmc);
    control.endSessions(bmc.name);
    control.fillSessions(bmc.name);
    assert.deepEqual(control.leakedSessions(), []);
    assert.deepEqual(control.sessionCounts(bmc.name), { opened: 1, deleted: 0, timedOut: 0, lost: 1 });
  }));

test('the control plane lists leaks of one BMC or of all, without a token of theirs', () =>
  withEmulator({ servers: 2 }, async (emulator, bmc) => {
    const plane = await startControlPlane({ emulator, token: 'secret' });
    try {
      await login(bmc);
      const ask = async (path: string) => (await askControl(plane.url, 'secret', 'GET', path)).body;
      const { leaks } = (await ask('/leaks')) as { leaks: Record<string, unknown>[] };
      assert.deepEqual(
        leaks.map(({ openedAt: _, ...rest }) => rest),
        [{ bmc: 'bmc-1', id: '1', username: 'admin', isOpen: true }],
      );
      assert.deepEqual((await ask('/leaks?bmc=bmc-2')).leaks, []);
      assert.deepEqual((await ask('/counters?bmc=bmc-1')).sessions, { opened: 1, deleted: 0, timedOut: 0, lost: 0 });
    } finally {
      await plane.close();
    }
  }));
