/** SetDefaultBootOrder: back to the order the firmware came with, when the profile's orders take effect. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reset, send, systemPath, withEmulator } from './client.js';
import { SteppedClock } from './stepped-clock.js';

const defaults = 'ComputerSystem.SetDefaultBootOrder';

for (const [profile, settings] of [
  ['generic', undefined],
  ['dell-idrac10', 'Settings'],
] as const) {
  test(`${profile} forgets a boot order${settings ? ' at the next start' : ' at once'}`, async () => {
    const clock = new SteppedClock();
    await withEmulator({ clock, vendors: profile }, async (_, bmc) => {
      const system = await systemPath(bmc);
      const place = settings ? `${system}/${settings}` : system;
      const order = async (path: string): Promise<string[]> => (await send(bmc, path)).json.Boot.BootOrder;
      const start = async () => {
        await reset(bmc, 'On');
        await clock.step(5_000);
        await reset(bmc, 'ForceOff');
        await clock.step(60_000);
      };
      const first = await order(system);
      const other = [...first].reverse();
      const written = await send(bmc, place, { method: 'PATCH', body: { Boot: { BootOrder: other } } });
      assert.ok(written.status < 300, written.text);
      await start();
      assert.deepEqual(await order(system), other);

      const action = (await send(bmc, system)).json.Actions[`#${defaults}`].target;
      assert.equal((await send(bmc, action, { method: 'POST', body: {} })).status < 300, true);
      assert.deepEqual(await order(system), settings ? other : first);
      assert.deepEqual(await order(place), first);
      await start();
      assert.deepEqual(await order(system), first);
    });
  });
}

test('where the order cannot be written, there is no action to set it back', () =>
  withEmulator({ vendors: 'smc-x10' }, async (_, bmc) => {
    const system = await systemPath(bmc);
    assert.equal((await send(bmc, system)).json.Actions[`#${defaults}`], undefined);
    assert.ok((await send(bmc, `${system}/Actions/${defaults}`, { method: 'POST', body: {} })).status >= 400);
  }));
