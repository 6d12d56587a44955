/** The daemon's listeners in a real sandbox: BMCs are subscribed and heard, monitors answer, everything ends with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReconcileRun } from '../../../../src/commands/impl/reconcile.js';
import { serveListeners } from '../../../../src/commands/impl/reconcile-listeners.js';
import { isMetalError } from '../../../../src/errors/classes.js';
import { reconcileLoop, reconcilers } from '../../../../src/reconcile/index.js';
import * as serving from '../../../../src/serve/index.js';
import { startLive } from '../../../support/live.js';

/** A run with these flags, as far as listeners look at it. */
function runWith(ports: unknown, flags: Record<string, unknown>) {
  const notes: string[] = [];
  const talk = { note: (text: string) => void notes.push(text) };
  const run = { flags, ports, talk, listeners: async () => serving } as unknown as ReconcileRun;
  const urlOf = (what: string): string => {
    const note = notes.find((each) => each.startsWith(`${what} on `));
    return note?.slice(`${what} on `.length) ?? assert.fail(`${what} does not listen`);
  };
  return { run, urlOf };
}
const free = '127.0.0.1:0';

test('a daemon with every listener: events come in, metrics count, and nothing is left behind', async () => {
  const live = await startLive({});
  try {
    await live.installCrds();
    await live.onboard();
    const ports = { ...live.ports, bmc: live.ports.bmcs };
    const flags = { healthAddress: free, metricsAddress: free, eventAddress: free, eventAnySource: true };
    const { run, urlOf } = runWith(ports, flags);
    const listeners = await serveListeners(run);
    const textOf = async (url: string): Promise<string> => (await fetch(url)).text();
    assert.equal(await textOf(`${urlOf('health')}/readyz`), 'the first lists are not complete\n');
    const stop = new AbortController();
    const loop = reconcileLoop(live.ports, {
      registrations: reconcilers,
      settings: { ...live.settings, ...(listeners.eventUrl && { eventUrl: listeners.eventUrl }) },
      lease: { name: 'test', namespace: 'default', identity: 'test' },
      signal: stop.signal,
      onStart: listeners.started,
      onLeading: listeners.leading,
    });
    const heard = /redfish_event_alert_total\{hostname="bmc-1",severity="OK",message_id="ResourceEvent/;
    let metrics = '';
    for (let tries = 0; tries < 120 && !heard.test(metrics); tries += 1) {
      metrics = await textOf(`${urlOf('metrics')}/metrics`);
      await live.ports.clock.sleep(250);
    }
    assert.match(metrics, heard, 'the BMC was subscribed, and its event arrived');
    assert.match(metrics, /^metalctl_leader 1$/m);
    assert.match(metrics, /^metal_server_reconciliation_total\{result="success"\} \d+$/m);
    assert.match(metrics, /^metal_server_state\{server="bmc-1-system-0",state="\w+"\} 1$/m);
    assert.equal(await textOf(`${urlOf('health')}/readyz`), 'ok\n');
    stop.abort();
    await loop;
    await listeners.close();
    await assert.rejects(fetch(`${urlOf('health')}/healthz`));
  } finally {
    await live.close();
  }
});

test('a port in use closes what was opened before it', async () => {
  const taken = await serving.startHealth(
    { host: '127.0.0.1', port: 0 },
    { healthz: () => undefined, readyz: () => undefined },
  );
  try {
    const clock = { monotonicMs: () => 0, after: () => () => undefined };
    const metricsAddress = new URL(taken.url).host;
    const { run, urlOf } = runWith({ clock }, { healthAddress: free, metricsAddress });
    await assert.rejects(serveListeners(run), (error: unknown) => isMetalError(error) && error.code === 'PORT_IN_USE');
    await assert.rejects(fetch(`${urlOf('health')}/healthz`));
  } finally {
    await taken.close();
  }
});

test('webhooks without a certificate are refused', async () => {
  const clock = { monotonicMs: () => 0, after: () => () => undefined };
  const { run } = runWith({ clock }, { webhookAddress: free });
  await assert.rejects(serveListeners(run), /served over TLS only/);
});
