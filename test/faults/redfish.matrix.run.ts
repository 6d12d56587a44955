/** Runs cells of the fault matrix of the Redfish client over real sockets: an operation against a fault, both as data. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { isMetalError } from '../../src/errors/classes.js';
import { Secret } from '../../src/lib/secret.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Log } from '../../src/ports/log.js';
import { createBmcFactory } from '../../src/redfish/index.js';
import { tinyBmc } from '../unit/redfish/tiny-bmc.js';
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

/** Three silent tries fit into the patience of one call, and a huge body is soon too large. */
const limits = { silentPatienceMs: 600_000, bodyBytes: 1_000_000 };

/** A port that the kernel gives to nobody: one just closed may be another cell's a moment later. */
const closed = 'http://127.0.0.1:1';

/** Most of a cell is waiting for sockets, so several rows run side by side. */
const rowsAtOnce = 4;

/** After so many pauses an operation that goes on for ever has shown what it does. */
const pausesWatched = 3;

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
      const over = new AbortController();
      const clock = expiringClock((times) => {
        if (times >= pausesWatched) over.abort();
      });
      bmc.handler = (request, response) => {
        if (act === 'wire' || !decisive({ ...request, url: request.url.split('?page')[0] ?? '' })) return undefined;
        sent += 1;
        act(response, bmc, request);
        if (fault === 'hang') setImmediate(clock.expire);
        return true;
      };
      const watched = streamLog();
      const factory = createBmcFactory({ clock, log: watched, limits, random: () => 0.5 });
      const url = fault === 'refused' ? closed : bmc.url;
      const access = { id: 'b', url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
      const outcome = await run(factory.open({ ...access, password: new Secret(bmc.password) }), over.signal).then(
        () => watched.suffered() ?? 'ok',
        (error: unknown) => (isMetalError(error) ? `${error.class} ${error.code}` : `BUG ${(error as Error).stack}`),
      );
      const requests = act === 'wire' ? factory.stats().requests : sent;
      await factory.close(200);
      await bmc.close();
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

/** A clock on which nobody waits: slept time counts as passed, and deadlines pass when told to, all that are open at once. */
function expiringClock(onSleep: (times: number) => void): Clock & { expire(): void } {
  let elapsedMs = 0;
  let slept = 0;
  const deadlines = new Map<symbol, { ms: number; pass: () => void }>();
  return {
    now: () => new Date(Date.UTC(2026, 0, 1) + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      elapsedMs += ms;
      slept += 1;
      onSleep(slept);
    },
    after: (ms, pass) => {
      const key = Symbol();
      deadlines.set(key, { ms, pass });
      return () => void deadlines.delete(key);
    },
    expire: () => {
      const open = [...deadlines.values()];
      deadlines.clear();
      elapsedMs += Math.max(0, ...open.map(({ ms }) => ms));
      for (const { pass } of open) pass();
    },
  };
}

/** Hears why an event stream is opened again and again: it never fails, so that nobody else tells. */
function streamLog(): Log & { suffered(): string | undefined } {
  let code: string | undefined;
  return {
    log: (_level, message, fields) => {
      if (message === 'event stream broke') code = String(fields?.code);
    },
    suffered: () => (code === undefined ? undefined : `transient ${code}`),
  };
}
