/**
 * The invariants that need real sockets (reliability requirements §5): failed logins (8), requests in flight and own
 * sessions (9). The emulators' own log and session tables, and a counter before each BMC, say what really happened.
 */
import assert from 'node:assert/strict';
import { Agent, createServer, type Server as HttpServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { BMC, BMCSecret } from '../../src/api/metal/v1alpha1/index.js';
import { openPorts } from '../../src/library.js';
import { type RunnerPorts, reconcileOnce, reconcilers } from '../../src/reconcile/index.js';
import { startLive } from '../support/live.js';
import { Invariants, type Traffic } from './invariants.js';

/** Requests in flight to the BMCs of each profile: what the client promises (redfish specification §2.4). */
const limits: Readonly<Record<string, number>> = { generic: 2, 'hpe-ilo5': 1, 'smc-x13': 2 };
const liar = 'bmc-4';
const live = await startLive({ servers: 4, vendors: 'generic:2,hpe-ilo5:1,supermicro:1', http: true });
const { emulator } = live.sandbox;

/** Counts what is under way to one BMC, which answers slowly enough for requests to meet. */
class Counter {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: HttpServer;
  #now = 0;
  most = 0;

  constructor(host: string, port: number) {
    this.#server = createServer((asked, answer) => {
      this.#now += 1;
      this.most = Math.max(this.most, this.#now);
      answer.once('close', () => {
        this.#now -= 1;
      });
      const { method, url, headers } = asked;
      const forward = request({ host, port, method, path: url, headers, agent: this.#agent }, (told) => {
        answer.writeHead(told.statusCode ?? 502, told.headers);
        told.pipe(answer);
      });
      forward.on('error', () => answer.destroy());
      asked.pipe(forward);
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const counters = new Map(emulator.bmcs.map(({ name, host, port }) => [name, new Counter(host, port)]));
const opened: (RunnerPorts & { close(): Promise<void> })[] = [];
after(async () => {
  for (const ports of opened) await ports.close();
  for (const counter of counters.values()) await counter.close();
  await live.close();
});

/** Every BMC behind its counter; one with a password that is wrong. */
async function onboard(): Promise<void> {
  const apiVersion = 'metal.ironcore.dev/v1alpha1';
  const encode = (text: string) => Buffer.from(text).toString('base64');
  for (const [name, counter] of counters) {
    const port = await counter.listen();
    const password = name === liar ? 'wrong' : live.sandbox.bmcPassword;
    const data = { username: encode('admin'), password: encode(password) };
    const spec = {
      access: { ip: '127.0.0.1' },
      bmcSecretRef: { name },
      protocol: { name: 'Redfish', port, scheme: 'http' },
    };
    await live.ports.cluster.create(BMCSecret, {
      apiVersion,
      kind: 'BMCSecret',
      metadata: { name },
      data,
    } as BMCSecret);
    await live.ports.cluster.create(BMC, { apiVersion, kind: 'BMC', metadata: { name }, spec } as BMC);
  }
}

/** A process of its own, as far as BMCs can tell: its sessions are not another's. */
async function newProcess() {
  const ports = await openPorts({ kubeconfig: live.sandbox.record.kubeconfig, probes: live.probes });
  opened.push(ports);
  const settings = { ...live.settings, allowPlainHttp: true };
  return (more: { settle?: boolean } = {}) =>
    reconcileOnce(ports, { registrations: reconcilers, settings, deadlineMs: 8_000, ...more });
}

/** The invariants of traffic, by the counters and by the emulators' own books. */
function invariants(orphans: 0 | 1): Invariants {
  const traffic: Traffic = {
    bmcs: emulator.bmcs.map(({ name }) => name),
    failedLogins: (bmc) => ({ seen: emulator.log.logins(bmc).failed, allowed: bmc === liar ? 1 : 0 }),
    busiest: (bmc) => ({
      seen: counters.get(bmc)?.most ?? 0,
      allowed: limits[emulator.bmcs.find(({ name }) => name === bmc)?.profile ?? ''] ?? 0,
    }),
    sessions: (bmc) => ({ seen: emulator.control.openSessions(bmc), orphans }),
  };
  const nothing = { stored: () => [], peek: () => undefined };
  return new Invariants({ cluster: nothing, powerOf: () => undefined, traffic });
}

test('passes over real sockets keep to one failed login, to each profile’s width, and to one session', async () => {
  await live.installCrds();
  await onboard();
  emulator.control.fail({ action: { kind: 'latency', ms: 20 } });
  const pass = await newProcess();
  await pass({ settle: true });
  for (let again = 0; again < 3; again += 1) await pass();

  invariants(0).traffic();
  assert.equal(emulator.log.logins(liar).failed, 1, 'the wrong password was tried');
  for (const [name, { most }] of counters) assert.ok(most >= 1, `${name} was asked`);
  assert.ok(emulator.log.actions('bmc-1').some(({ action }) => action === 'boot'));
});

test('a process that follows one that was killed leaves at most one orphan, and asks a refused password no more', async () => {
  const pass = await newProcess();
  await pass();
  await pass();
  invariants(1).traffic();
  assert.equal(emulator.log.logins(liar).failed, 1, '8: the refusal is remembered beyond the process');
});

test('who ends in peace leaves no session behind', async () => {
  for (const ports of opened.splice(0)) await ports.close();
  assert.deepEqual(emulator.control.leakedSessions(), []);
  const { opened: logins, deleted } = emulator.control.sessionCounts();
  assert.ok(logins > 0);
  assert.equal(deleted, logins, 'every session was deleted by who opened it');
});
