/** What doctor sees of objects that are left over, and of what booting machines need: each check red and green. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { KubeObject } from '../../../../src/api/kind.js';
import { BMC, type ServerBootConfiguration } from '../../../../src/api/metal/v1alpha1/index.js';
import { reach } from '../../../../src/commands/impl/doctor-reach.js';
import { toolChecks } from '../../../../src/commands/impl/doctor-tools.js';
import { bootChecks } from '../../../../src/workflows/doctor/boot.js';
import { type Check, examine, type Patient, type Result } from '../../../../src/workflows/doctor/check.js';
import { objectChecks } from '../../../../src/workflows/doctor/objects.js';
import { daemonDeployment } from '../../../../src/workflows/install/workloads.js';
import { type World, world } from '../../../support/world.js';
import { aClaim, addAvailable, aServer } from '../support/servers.js';

async function look(w: World, checks: readonly Check[], id: string): Promise<Result> {
  const { cluster, clock } = w;
  const signal = new AbortController().signal;
  const patient = { cluster, clock, signal, managerNamespace: 'metalctl-system', reach } as unknown as Patient;
  const results = await examine(checks, patient);
  return results.find((each) => each.id === id) ?? assert.fail(id);
}

const boot = (namespace: string, name: string, more: object = {}): ServerBootConfiguration =>
  ({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'ServerBootConfiguration',
    metadata: { namespace, name, ...more },
    spec: { serverRef: { name: 'node1-system-0' } },
  }) as ServerBootConfiguration;

test('D037: a boot configuration without a claim is named; those of claims, servers and discoveries are let be', async () => {
  const w = world();
  addAvailable(w, 'node1');
  const internal = { annotations: { 'metal.ironcore.dev/type': 'Internal' } };
  w.cluster.seed<KubeObject>(aClaim('team', 'db'), boot('team', 'db'), boot('metalctl-system', 'd', internal));
  w.cluster.seed(aServer('other', { spec: { bootConfigurationRef: { namespace: 'team', name: 'by-hand' } } }));
  w.cluster.seed(boot('team', 'by-hand'));
  assert.equal((await look(w, objectChecks, 'D037')).verdict, 'ok');
  w.cluster.seed(boot('team', 'left'));
  const { verdict, targets, fix } = await look(w, objectChecks, 'D037');
  assert.deepEqual([verdict, targets], ['warning', ['serverbootconfiguration/team/left']]);
  assert.match(fix ?? '', /metalctl delete serverbootconfiguration/);
});

test('D038: what a killed move or restore left paused is named, with the way to end it', async () => {
  const w = world();
  addAvailable(w, 'node1');
  assert.equal((await look(w, objectChecks, 'D038')).verdict, 'ok');
  const mark = { metadata: { annotations: { 'metalctl.dev/move': 'restore-1' } } };
  await w.cluster.patch(BMC, { name: 'node1' }, mark, 'merge');
  const { verdict, targets, fix } = await look(w, objectChecks, 'D038');
  assert.deepEqual([verdict, targets], ['warning', ['bmc/node1']]);
  assert.match(fix ?? '', /move --resume FILE, or the same metalctl restore again/);
});

test('D051: where the daemon tells machines to report must take connections', async () => {
  const w = world();
  assert.equal((await look(w, bootChecks, 'D051')).verdict, 'skipped');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registryUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  w.cluster.seed(daemonDeployment({ image: 'i', namespace: 'metalctl-system', registryUrl }).object);
  assert.equal((await look(w, bootChecks, 'D051')).evidence, `${registryUrl} can be reached from here`);
  await new Promise((resolve) => server.close(resolve));
  const { verdict, evidence, fix } = await look(w, bootChecks, 'D051');
  assert.equal(verdict, 'failure');
  assert.match(evidence, /127\.0\.0\.1:\d+: ECONNREFUSED/);
  assert.match(fix ?? '', /--registry-url/);
});

/** A folder with an ssh that says it is this version. */
function sshOf(t: TestContext, version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-ssh-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\necho "${version}, OpenSSL 3.0" >&2\n`, { mode: 0o755 });
  return folder;
}

test('D061: an OpenSSH that can be handed a password safely, one that cannot, and none', async (t) => {
  const path = process.env.PATH;
  t.after(() => {
    process.env.PATH = path;
  });
  const seenIn = (folder: string): Promise<Result> => {
    process.env.PATH = folder;
    return look(world(), toolChecks, 'D061');
  };
  assert.equal((await seenIn(sshOf(t, 'OpenSSH_9.6p1'))).verdict, 'ok');
  const old = await seenIn(sshOf(t, 'OpenSSH_7.4p1'));
  assert.deepEqual(
    [old.verdict, /too old: it says OpenSSH_7\.4p1/.test(old.evidence)],
    ['warning', true],
    old.evidence,
  );
  const missing = await seenIn('/nonexistent');
  assert.equal(missing.verdict, 'warning');
  assert.match(missing.evidence, /ssh cannot be started: OpenSSH is not installed here/);
  assert.match(missing.fix ?? '', /OpenSSH 8\.4 or later/);
});

test('D062: what a terminal can show is told, and one that is dumb or knows no UTF-8 is warned about', async (t) => {
  const { TERM, LC_ALL } = process.env;
  const { isTTY, getColorDepth } = process.stderr;
  t.after(() => {
    Object.assign(process.stderr, { isTTY, getColorDepth });
    for (const [name, value] of Object.entries({ TERM, LC_ALL }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });
  const seenAs = (term: string, locale: string): Promise<Result> => {
    Object.assign(process.stderr, { isTTY: true, getColorDepth: () => 8 });
    Object.assign(process.env, { TERM: term, LC_ALL: locale });
    return look(world(), toolChecks, 'D062');
  };
  const good = await seenAs('xterm-256color', 'C.UTF-8');
  assert.deepEqual([good.verdict, /UTF-8, 8 bits of colour/.test(good.evidence)], ['ok', true], good.evidence);
  assert.equal((await seenAs('dumb', 'C.UTF-8')).verdict, 'warning');
  assert.match((await seenAs('xterm', 'C')).evidence, /no UTF-8/);
  Object.assign(process.stderr, { isTTY: false });
  assert.equal((await look(world(), toolChecks, 'D062')).verdict, 'skipped');
});
