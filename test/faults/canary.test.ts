/**
 * Secrets stay where they are kept: the main job at its most talkative, with every tenth request failing, leaves no
 * password, token or key in any output, file, process list or object other than the Secrets themselves.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { KindDef } from '../../src/api/kind.js';
import { ConfigMap, Event, Lease } from '../../src/api/kubernetes.js';
import { BMC, Server, ServerBootConfiguration, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { startLive } from '../support/live.js';
import { type Ended, openShell } from '../support/process.js';
import { randomFrom } from '../support/random.js';

test('S-SEC-1, cli.md §18.6: no secret leaves its place, at highest verbosity and under faults', async (t) => {
  const seed = Number(process.env.METALCTL_SEED ?? 3);
  const random = randomFrom(seed);
  const live = await startLive({ servers: 2, vendors: 'dell,generic' });
  const shell = openShell();
  await live.installCrds();
  const authority = await live.sandbox.folder.authority();
  const isWork = (path: string) =>
    !/\/(leases|events|api|apis|version)(\/|$)/.test(path) || /metal\.ironcore/.test(path);
  let faults = 0;
  const proxy = new FaultProxy({
    tls: (hosts) => authority.issue({ hosts }),
    ca: live.sandbox.ca,
    fault: ({ path, to }) => {
      if ((to === 'api' && !isWork(path)) || random() > 0.1) return undefined;
      faults += 1;
      return random() < 0.5 ? 'fail' : 'lose answer';
    },
  });
  const cmdlines = new Set<string>();
  const watch = setInterval(() => sample(cmdlines), 20);
  try {
    const { sandbox } = live;
    const api = await proxy.open('api', sandbox.api.url);
    const doors = await Promise.all(sandbox.emulator.bmcs.map(({ name, url, host }) => proxy.open(name, url, host)));
    const given = {
      kubeconfig: shell.file('kubeconfig', sandbox.api.kubeconfig().replaceAll(sandbox.api.url, api.origin)),
      ca: shell.file('ca.pem', sandbox.ca),
      password: shell.file('password', `${sandbox.bmcPassword}\n`),
      ignition: shell.file('user.ign', JSON.stringify({ ignition: { version: '3.4.0' }, canary: ignitionCanary })),
    };
    const env = { KUBECONFIG: given.kubeconfig, METALCTL_BMC_CA: given.ca };
    const outputs: Ended[] = [];
    const run = async (...words: string[]) => {
      const ended = await shell.run([...words, '--log-level', 'trace'], { env, deadlineMs: 90_000 });
      outputs.push(ended);
      return ended;
    };
    const targets = doors.flatMap(({ host }) => ['--target', host]);
    const account = ['--bmc-username', 'admin', '--bmc-password-file', given.password];
    await run('discover', ...targets, ...account, '-o', 'json');
    for (let again = 0; again < 3; again += 1) {
      await run('discover', ...targets, ...account);
      await run('onboard', '--from', 'last', ...account, '--yes');
    }
    const pass = ['reconcile', '--once', '--settle', '--registry-address', '127.0.0.1:0', '--deadline', '20s'];
    await run(...pass, '--hold-for-probe', '20s');
    await run('claim', 'canary', '--image', 'os:1', '--ignition', given.ignition, '--timeout', '15s');
    await run(...pass);
    for (const kind of ['bmc', 'bmcsecret', 'server', 'serverclaim']) await run('get', kind, '-A', '-o', 'yaml');
    await run('describe', 'server', 'no-such-server');
    const servers = await live.servers();
    assert.ok(servers.length > 0 && proxy.tokens.size > 0 && faults > 0, 'the run did its work, and was disturbed');
    clearInterval(watch);

    const secrets = [sandbox.bmcPassword, sandbox.api.adminToken, ignitionCanary, ...proxy.tokens];
    const isClean = (where: string, text: string) => {
      for (const form of secrets.flatMap(forms))
        assert.ok(!text.includes(form), `${where} has a secret (seed ${seed})`);
    };
    for (const { stdout, stderr } of outputs) isClean('output', `${stdout}${stderr}`);
    isClean('a process list', [...cmdlines].join('\n'));
    const files = filesBelow(shell.folder).filter((path) => !Object.values(given).includes(path));
    for (const path of files) isClean(path, readFileSync(path, 'utf8'));
    let objects = 0;
    for (const kind of [BMC, Server, ServerClaim, ServerBootConfiguration, Event, Lease, ConfigMap] as KindDef[]) {
      const { items } = await live.ports.cluster.list(kind);
      objects += items.length;
      isClean(kind.kind, JSON.stringify(items));
    }
    const bytes = outputs.reduce((sum, { stdout, stderr }) => sum + stdout.length + stderr.length, 0);
    t.diagnostic(
      `0 of ${secrets.length} secrets in ${bytes} bytes of output, ${files.length} files, ${objects} objects, ${cmdlines.size} command lines; ${faults} faults (seed ${seed})`,
    );
  } finally {
    clearInterval(watch);
    await shell.close();
    await proxy.close();
    await live.close();
  }
});

const ignitionCanary = 'canary-b7f1d2a94c';

/** As it is, in base64 at each of the three offsets a longer text may give it, and escaped for a URL. */
function forms(secret: string): string[] {
  const shifted = [0, 1, 2].map((pad) => {
    const text = Buffer.from(`${' '.repeat(pad)}${secret}`).toString('base64');
    return text.slice(pad === 0 ? 0 : pad + 1, -4);
  });
  return [secret, encodeURIComponent(secret), ...shifted.filter(({ length }) => length >= 10)];
}

/** The command lines of this test's children. */
function sample(into: Set<string>): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (line.includes('metalctl')) into.add(line);
    } catch {
      // Gone since the folder was read.
    }
  }
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
