/** Figures of a fleet over real sockets: what idle passes, wrong passwords and a silent BMC cost. */
import assert from 'node:assert/strict';
import { Event } from '../../src/api/kubernetes.js';
import { BMC, BMCSecret } from '../../src/api/metal/v1alpha1/index.js';
import { openPorts } from '../../src/library.js';
import type { Clock } from '../../src/ports/clock.js';
import { silent } from '../../src/ports/log.js';
import { type ReconcileReport, reconcileOnce, reconcilers } from '../../src/reconcile/index.js';
import { createBmcFactory } from '../../src/redfish/index.js';
import { realClock } from '../../src/wiring/clock.js';
import { type Live, startLive } from '../support/live.js';

type Tell = (figure: string) => void;

/** Idle passes over a converged fleet: no write, at most one GET per server and pass, no login. */
export async function idlePasses(servers: number, passes: number, tell: Tell): Promise<void> {
  const live = await startLive({ servers });
  try {
    await live.installCrds();
    await live.onboard();
    await live.pass({ settle: true, deadlineMs: 1_000_000 });
    assert.equal((await live.servers()).filter(({ status }) => status?.state === 'Available').length, servers);
    const one = await process(live);
    await one.pass();
    // Whatever onboarding and the first look still have to tell is told before the counting begins.
    await Promise.all([live.ports.events.flush(60_000), one.tellAll()]);
    const { log } = live.sandbox.emulator;
    log.reset();
    live.sandbox.api.requestLog.reset();
    const started = performance.now();
    for (let pass = 0; pass < passes; pass += 1) {
      one.later(30_000);
      await one.pass();
    }
    const ms = Math.round((performance.now() - started) / passes);
    await one.close();
    const routes = [...log.countByRoute()].filter(([route]) => route.startsWith('GET '));
    const gets = routes.reduce((sum, [, count]) => sum + count, 0) / servers / passes;
    const { writes } = live.sandbox.api.requestLog;
    tell(
      `${passes} idle passes over ${servers} servers: ${writes} writes, ${gets} GET per server and pass (one every 30 s), ${ms} ms each`,
    );
    assert.equal(writes, 0, JSON.stringify([live.sandbox.api.requestLog.counts(), await told(live)]));
    assert.ok(gets <= 1, `${gets} GET per server and pass: ${JSON.stringify(routes)}`);
    assert.deepEqual(log.logins(), { ok: 0, failed: 0 });
  } finally {
    await live.close();
  }
}

/** A wrong password on every BMC for an hour of passes and two restarts: one refused login each, and a cure that works. */
export async function wrongPasswords(bmcs: number, passes: number, tell: Tell): Promise<void> {
  const live = await startLive({ servers: bmcs });
  const { emulator } = live.sandbox;
  try {
    await live.installCrds();
    await live.onboard();
    emulator.control.setCredentials(undefined, 'admin', 'changed by somebody');
    const started = Date.now();
    for (let life = 1; life <= 3; life += 1) {
      const one = await process(live);
      one.later((life - 1) * 1_200_000);
      for (let pass = 0; pass < passes / 3; pass += 1) {
        await one.pass();
        one.later(3_600_000 / passes);
      }
      if (life === 3) assert.ok(one.clock.now().getTime() - started >= 3_600_000, 'an hour went by');
      await one.close();
    }
    const refused = emulator.bmcs.map(({ name }) => emulator.log.logins(name).failed);
    tell(
      `wrong password on ${bmcs} BMCs, ${passes} passes in an hour, 3 processes: at most ${Math.max(...refused)} refused login per BMC`,
    );
    assert.deepEqual([...new Set(refused)], [1]);
    await correct(live, 'changed by somebody');
    await live.pass();
    const states = (await live.ports.cluster.list(BMC)).items.map(({ status }) => status?.state);
    assert.deepEqual([...new Set(states)], ['Enabled'], 'one pass after the secret was corrected');
  } finally {
    await live.close();
  }
}

/** The last events, so that a write that should not have been names itself. */
async function told(live: Live): Promise<readonly string[]> {
  const { items } = await live.ports.cluster.list(Event);
  return items
    .slice(-3)
    .map(({ regarding, reason, note }) => `${regarding?.kind}/${regarding?.name} ${reason}: ${note}`);
}

/** Ports of a process of its own, whose clock can be put forward. Its timers are real. */
const hurried = { connectMs: 2_000, readMs: 3_000, silentPatienceMs: 2_000 };

async function process(live: Live, isHurried = false) {
  const real = realClock();
  let aheadMs = 0;
  const clock: Clock = {
    now: () => new Date(real.now().getTime() + aheadMs),
    monotonicMs: () => real.monotonicMs() + aheadMs,
    sleep: (ms, signal) => real.sleep(ms, signal),
    after: (ms, fn) => real.after(ms, fn),
  };
  const { record, ca } = live.sandbox;
  const opened = await openPorts({ kubeconfig: record.kubeconfig, bmcCa: ca, clock });
  // A silent BMC costs its deadline, whatever that is: a short one tells the same in less time.
  const bmcs = isHurried ? createBmcFactory({ clock, log: silent, ca, limits: hurried }) : opened.bmcs;
  const ports = { ...opened, bmcs };
  const options = { registrations: reconcilers, settings: live.settings, deadlineMs: 60_000 };
  return {
    clock,
    pass: () => reconcileOnce(ports, options),
    later: (ms: number) => {
      aheadMs += ms;
    },
    tellAll: () => ports.events.flush(60_000),
    close: async () => {
      if (isHurried) await bmcs.close(3_000);
      await opened.close();
    },
  };
}

/** Longer than the interval in which every BMC and Server is looked at. */
const intervalMs = 130_000;

async function correct(live: Live, password: string): Promise<void> {
  const data = { password: Buffer.from(password).toString('base64') };
  for (const { name } of live.sandbox.emulator.bmcs)
    await live.ports.cluster.patch(BMCSecret, { name }, { data }, 'merge');
}

/** One BMC in twenty accepts and says nothing: the others are done in their usual time, and it recovers when healed. */
export async function halfOpen(servers: number, tell: Tell): Promise<void> {
  const live = await startLive({ servers });
  const { control } = live.sandbox.emulator;
  const mute = Math.max(1, Math.round(servers / 20));
  const isSilent = (name: string) => Number(/bmc-(\d+)/.exec(name)?.[1]) <= mute;
  try {
    await live.installCrds();
    await live.onboard();
    await live.pass({ settle: true, deadlineMs: 300_000 });
    const one = await process(live, true);
    await one.pass();
    one.later(intervalMs);
    const before = await one.pass();
    for (let n = 1; n <= mute; n += 1) {
      control.fail({ id: `mute-${n}`, match: { bmc: `bmc-${n}` }, action: { kind: 'connection', how: 'noAnswer' } });
    }
    one.later(intervalMs);
    const during = await one.pass();
    const failed = during.report.objects.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
    assert.ok(failed.length > 0 && failed.every(isSilent), `the silent ones fail, and they alone: ${failed}`);
    const [usual, slowed] = [before, during].map(({ report }) => p99(report, (name) => !isSilent(name)));
    control.heal();
    let passes = 0;
    const isWell = async () =>
      (await live.ports.cluster.list(BMC)).items.every(({ status }) => isReady(status?.conditions));
    while (passes < 3 && !(await isWell())) {
      one.later(600_000);
      await one.pass();
      passes += 1;
    }
    assert.ok(await isWell(), 'healed, but not Ready after three intervals');
    await one.close();
    tell(
      `${mute} of ${servers} BMCs silent: p99 of the others ${slowed} ms against ${usual} ms; well again after ${passes} passes`,
    );
  } finally {
    await live.close();
  }
}

/** One BMC in a hundred takes ten times as long: the pass is as good as it was, and nothing of a slow one is lost. */
export async function slowOnes(servers: number, tell: Tell): Promise<void> {
  const live = await startLive({ servers });
  const { control } = live.sandbox.emulator;
  const slow = Math.max(1, Math.round(servers / 100));
  const usualMs = 15;
  try {
    await live.installCrds();
    await live.onboard();
    control.fail({ id: 'usual', action: { kind: 'latency', ms: usualMs } });
    await live.pass({ settle: true, deadlineMs: 300_000 });
    const one = await process(live);
    await one.pass();
    const timed = async (): Promise<{ ms: number; failed: string[] }> => {
      one.later(intervalMs);
      const started = performance.now();
      const { report } = await one.pass();
      const failed = report.objects.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
      return { ms: Math.round(performance.now() - started), failed };
    };
    await timed();
    const before = await timed();
    for (let n = 1; n <= slow; n += 1)
      control.fail({ id: `slow-${n}`, match: { bmc: `bmc-${n}` }, action: { kind: 'latency', ms: usualMs * 9 } });
    const during = await timed();
    await one.close();
    assert.deepEqual([before.failed, during.failed], [[], []]);
    const states = (await live.servers()).map(({ status }) => status?.state);
    assert.deepEqual([...new Set(states)], ['Available']);
    tell(`${slow} of ${servers} BMCs ten times slower: a pass of ${during.ms} ms against ${before.ms} ms, 0 failed`);
  } finally {
    await live.close();
  }
}

/** A fifth of the BMCs is away for ten minutes: all is as before within two intervals, and no machine was told anything. */
export async function outage(servers: number, tell: Tell): Promise<void> {
  const live = await startLive({ servers });
  const { control, log } = live.sandbox.emulator;
  const away = Math.max(1, Math.round(servers / 5));
  try {
    await live.installCrds();
    await live.onboard();
    await live.pass({ settle: true, deadlineMs: 300_000 });
    const one = await process(live, true);
    await one.pass();
    const stateOf = async () => (await live.servers()).map(({ metadata, status }) => [metadata.name, status?.state]);
    const before = await stateOf();
    const actions = log.actions().length;
    for (let n = 1; n <= away; n += 1)
      control.fail({ id: `away-${n}`, match: { bmc: `bmc-${n}` }, action: { kind: 'connection', how: 'refuse' } });
    let failed = 0;
    for (let minute = 0; minute < 10; minute += 2) {
      one.later(120_000);
      const { report } = await one.pass();
      failed = Math.max(failed, report.objects.filter(({ outcome }) => outcome === 'failed').length);
    }
    assert.ok(failed >= away, 'the outage was seen');
    control.heal();
    let passes = 0;
    const isWell = async () =>
      [...(await live.ports.cluster.list(BMC)).items, ...(await live.servers())].every(({ status }) =>
        isReady(status?.conditions),
      );
    // The breaker's pause is at most five minutes.
    one.later(300_000);
    while (passes < 2 && !(await isWell())) {
      await one.pass();
      one.later(intervalMs);
      passes += 1;
    }
    await one.close();
    assert.ok(await isWell(), 'not all Ready after two intervals');
    assert.deepEqual(await stateOf(), before);
    assert.equal(log.actions().length, actions, 'a machine was told something');
    tell(
      `${away} of ${servers} BMCs away for ten minutes: all Ready after ${passes} intervals, no state lost, 0 power actions`,
    );
  } finally {
    await live.close();
  }
}

const isReady = (conditions: readonly { type: string; status: string }[] = []): boolean =>
  conditions.every(({ type, status }) => type !== 'Ready' || status === 'True');

function p99({ objects }: ReconcileReport, isAsked: (name: string) => boolean): number {
  const times = objects.filter(({ name }) => isAsked(name)).map(({ durationMs }) => durationMs);
  return Math.round(times.sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? 0);
}
