/** `bmc reset --wait`: what is told is the restart that was asked for, not the one before it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMC } from '../../../../src/api/metal/v1alpha1/index.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';
import { inTime } from '../../workflows/support/servers.js';

const told = (reason: string, message: string) => ({
  status: {
    conditions: [{ type: 'Reset', status: 'False', reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' }],
  },
});

/** A BMC that was restarted before, and an operator that takes the request off and says the end a moment later. */
async function reset(end: { reason: string; message: string }) {
  const w = world();
  w.addMachine('rack1');
  await w.pass();
  const key = { name: 'rack1' };
  const before = told('ResetComplete', 'The BMC is back');
  await w.cluster.patch(BMC, key, before, 'merge', { subresource: 'status' });
  const operate = async () => {
    await w.cluster.patch(BMC, key, { metadata: { annotations: { 'metal.ironcore.dev/operation': null } } }, 'merge');
    w.clock.after(200, () => {
      void w.cluster.patch(BMC, key, told(end.reason, end.message), 'merge', { subresource: 'status' });
    });
  };
  const cluster = {
    ...w.cluster,
    patch: async (...words: Parameters<typeof w.cluster.patch>) => {
      const patched = await w.cluster.patch(...words);
      await operate();
      return patched;
    },
  } as typeof w.cluster;
  const ports = { ...w.ports, cluster, bmc: w.bmcs };
  return inTime(
    w,
    runLine('bmc reset rack1 --over-ssh --wait --yes --driver cluster --timeout 5m', { ports }),
    600_000,
  );
}

test('a restart that was refused is not told as restarted because the one before it went well', async () => {
  const { code, stdout, stderr } = await reset({ reason: 'SshHostKey', message: 'SSH reset failed: unknown host key' });
  assert.notEqual(code, Exit.OK, stdout);
  assert.match(stderr, /bmc\/rack1 was not restarted\n {2}why {3}SSH reset failed: unknown host key/);
});

test('one that went as well as the one before it is told as well', async () => {
  const { code, stdout, stderr } = await reset({ reason: 'ResetComplete', message: 'The BMC is back' });
  assert.deepEqual([code, stdout], [Exit.OK, 'bmc/rack1 restarted\n'], stderr);
});
