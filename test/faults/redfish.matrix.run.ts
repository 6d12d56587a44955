/** Runs cells of the fault matrix of the Redfish client over real sockets: an operation against a fault, both as data. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { isMetalError } from '../../src/errors/classes.js';
import { Secret } from '../../src/lib/secret.js';
import { silent } from '../../src/ports/log.js';
import { createBmcFactory } from '../../src/redfish/index.js';
import { hastyClock, tinyBmc } from '../unit/redfish/tiny-bmc.js';
import { expected } from './redfish.matrix.expected.js';
import {
  type Fault,
  type FaultName,
  faults,
  type Operation,
  type OperationName,
  operations,
} from './redfish.matrix.js';
import { grow } from './redfish.matrix.tree.js';

/** A machine that is busy with other tests must not pass for a BMC that is silent. */
const patient = {
  readMs: 20_000,
  actionMs: 20_000,
  uploadMs: 20_000,
  connectMs: 20_000,
  silentPatienceMs: 120_000,
  bodyBytes: 1_000_000,
};
/** Short for those cells alone that wait for an answer in vain. */
const hasty = { ...patient, readMs: 1000, actionMs: 1000, uploadMs: 1000 };

/** Most of a cell is waiting, so several rows run side by side. */
const rowsAtOnce = 4;

/** Runs the cells that are chosen; each must be what is expected of it. */
export function runMatrix(title: string, isChosen: (operation: OperationName, fault: FaultName) => boolean): void {
  describe(title, { concurrency: rowsAtOnce }, () => {
    let tls: { key: string; cert: string };
    before(async () => {
      const made = await generate([{ name: 'commonName', value: 'stranger' }], { keyType: 'ec' });
      tls = { key: made.private, cert: made.cert };
    });

    const cell = async (operation: OperationName, fault: FaultName): Promise<string> => {
      const bmc = await tinyBmc(fault === 'tls' ? tls : undefined);
      grow(bmc);
      let sent = 0;
      const { decisive, run }: Operation = operations[operation];
      const act: Fault = faults[fault];
      bmc.handler = (request, response) => {
        if (act === 'wire' || !decisive({ ...request, url: request.url.split('?page')[0] ?? '' })) return undefined;
        sent += 1;
        act(response, bmc, request);
        return true;
      };
      if (fault === 'refused') await bmc.close();

      const factory = createBmcFactory({
        clock: hastyClock(),
        log: silent,
        limits: fault === 'hang' ? hasty : patient,
        random: () => 0.5,
      });
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

    // The first exchange of a process is slow, and none of its cells should meet a deadline for that.
    before(async () => void (await cell('system', 404)));

    for (const operation of Object.keys(operations) as OperationName[]) {
      it(operation, async (t) => {
        const names = (Object.keys(faults) as FaultName[]).filter((fault) => isChosen(operation, fault));
        const cells: [FaultName, string][] = await Promise.all(
          names.map(async (fault): Promise<[FaultName, string]> => [fault, await cell(operation, fault)]),
        );
        t.diagnostic(`${cells.length} faults`);
        const wanted = names.map((fault) => [fault, expected[operation][fault]]);
        assert.deepEqual(Object.fromEntries(cells), Object.fromEntries(wanted));
      });
    }
  });
}
