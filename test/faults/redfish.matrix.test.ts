/** Runs the fault matrix of the Redfish client: every operation against every fault, over real sockets. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { isMetalError } from '../../src/errors/classes.js';
import { Secret } from '../../src/lib/secret.js';
import { silent } from '../../src/ports/log.js';
import { createBmcFactory } from '../../src/redfish/index.js';
import { hastyClock, tinyBmc } from '../unit/redfish/tiny-bmc.js';
import { expected } from './redfish.matrix.expected.js';
import { type Fault, type FaultName, faults, type OperationName, operations } from './redfish.matrix.js';
import { grow } from './redfish.matrix.tree.js';

/** Small enough to be quick, large enough for a busy machine. */
const limits = {
  readMs: 150,
  actionMs: 150,
  connectMs: 250,
  bodyIdleMs: 1000,
  bodyTotalMs: 2000,
  bodyBytes: 1_000_000,
};

describe('the fault matrix of the Redfish client', () => {
  let tls: { key: string; cert: string };
  before(async () => {
    const made = await generate([{ name: 'commonName', value: 'stranger' }], { keyType: 'ec' });
    tls = { key: made.private, cert: made.cert };
  });

  const cell = async (operation: OperationName, fault: FaultName): Promise<string> => {
    const bmc = await tinyBmc(fault === 'tls' ? tls : undefined);
    grow(bmc);
    let sent = 0;
    const { decisive, run } = operations[operation];
    const act: Fault = faults[fault];
    bmc.handler = (request, response) => {
      if (act === 'wire' || !decisive({ ...request, url: request.url.split('?page')[0] ?? '' })) return undefined;
      sent += 1;
      act(response, bmc, request);
      return true;
    };
    if (fault === 'refused') await bmc.close();

    const factory = createBmcFactory({ clock: hastyClock(), log: silent, limits, random: () => 0.5 });
    const access = { id: 'b', url: bmc.url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
    const outcome = await run(factory.open({ ...access, password: new Secret(bmc.password) })).then(
      () => 'ok',
      (error: unknown) => (isMetalError(error) ? `${error.class} ${error.code}` : `BUG ${(error as Error).stack}`),
    );
    const requests = act === 'wire' ? factory.stats().requests : sent;
    await factory.close(200);
    if (fault !== 'refused') await bmc.close();
    return `${outcome} ×${requests}`;
  };

  for (const operation of Object.keys(operations) as OperationName[]) {
    it(operation, async (t) => {
      const names = Object.keys(faults) as FaultName[];
      const cells = await Promise.all(names.map(async (fault) => [fault, await cell(operation, fault)]));
      t.diagnostic(`${cells.length} faults`);
      assert.deepEqual(Object.fromEntries(cells), expected[operation]);
    });
  }
});
