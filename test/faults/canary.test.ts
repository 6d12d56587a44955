/**
 * Secrets stay where they are kept: the main job at its most talkative, with every tenth request failing, leaves no
 * password, token or key in any output, file, process list or object other than the Secrets themselves.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { KindDef } from '../../src/api/kind.js';
import { ConfigMap, Event, Lease, Secret } from '../../src/api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  BMCUser,
  Endpoint,
  Server,
  ServerBootConfiguration,
  ServerClaim,
  ServerReadinessRule,
} from '../../src/api/metal/v1alpha1/index.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { type Live, startLive } from '../support/live.js';
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
  const stop = new AbortController();
  const kept = secretsMade(live, stop.signal);
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
    const env: Record<string, string> = { KUBECONFIG: given.kubeconfig, METALCTL_BMC_CA: given.ca };
    const outputs: Ended[] = [];
    const recordings = join(shell.folder, 'recordings');
    const audit = join(shell.folder, 'audit.log');
    const everything = ['--log-level', 'trace', '-vvv', '--trace-redfish', recordings, '--audit-log', audit];
    const run = async (...words: string[]) => {
      const ended = await shell.run([...words, ...everything], { env, deadlineMs: 90_000 });
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
    await live.ports.cluster.create(BMCUser, {
      apiVersion: 'metal.ironcore.dev/v1alpha1',
      kind: 'BMCUser',
      metadata: { name: 'canary' },
      spec: { userName: 'ops', roleID: 'Operator', bmcRef: { name: await nameOfBmc(live) } },
    } as BMCUser);
    await run(...pass, '--hold-for-probe', '20s');
    await run('claim', 'canary', '--image', 'os:1', '--ignition', given.ignition, '--timeout', '15s');
    await run(...pass);
    for (const kind of ['bmc', 'bmcsecret', 'server', 'serverclaim']) await run('get', kind, '-A', '-o', 'yaml');
    await run('describe', 'server', 'no-such-server');
    const crash = shell.file('crash.mjs', crashing(sandbox.bmcPassword, sandbox.api.adminToken));
    env.NODE_OPTIONS = `--import=${crash}`;
    const crashed = await run('get', 'server', '-o', 'json');
    assert.match(crashed.stderr, /"code":"UNKNOWN"/, 'a bug was met');
    delete env.NODE_OPTIONS;
    const servers = await live.servers();
    assert.ok(servers.length > 0 && proxy.tokens.size > 0 && faults > 0, 'the run did its work, and was disturbed');
    clearInterval(watch);
    stop.abort();

    const made = await kept;
    assert.ok(made.size >= 3, 'accounts and discoveries made secrets of their own');
    const secrets = [sandbox.bmcPassword, sandbox.api.adminToken, ignitionCanary, ...proxy.tokens, ...made];
    const isClean = (where: string, text: string) => {
      for (const form of secrets.flatMap(forms))
        assert.ok(!text.includes(form), `${where} has a secret (seed ${seed})`);
    };
    for (const { stdout, stderr } of outputs) isClean('output', `${stdout}${stderr}`);
    isClean('a process list', [...cmdlines].join('\n'));
    const files = filesBelow(shell.folder).filter((path) => ![...Object.values(given), crash].includes(path));
    for (const path of files) isClean(path, readFileSync(path, 'utf8'));
    for (const [what, form] of channels)
      assert.ok(
        files.some((path) => form.test(path.slice(shell.folder.length))),
        `${what} was written: ${files}`,
      );
    let objects = 0;
    for (const kind of open) {
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
    stop.abort();
    await kept;
    await shell.close();
    await proxy.close();
    await live.close();
  }
});

/** Kinds that anybody who looks at a cluster may see: all but Secrets and BMCSecrets. */
const open = [
  ...[BMC, BMCUser, Endpoint, Server, ServerClaim, ServerBootConfiguration, ServerReadinessRule],
  ...[Event, Lease, ConfigMap],
] as readonly KindDef[];

/** Files that a run at this verbosity must leave, or the channel was not looked at. */
const channels: readonly (readonly [string, RegExp])[] = [
  ['a recording of BMC traffic', /recordings/],
  ['the audit log', /audit\.log$/],
  ['a crash report', /crashes\/.*\.txt$/],
  ['a snapshot of discover', /discover/],
];

const nameOfBmc = async ({ ports }: Live): Promise<string> =>
  (await ports.cluster.list(BMC)).items[0]?.metadata.name ?? '';

/** A bug in the middle of a command, with an error as libraries make them: the request and its headers in the text. */
const crashing = (password: string, token: string): string => `
  const real = JSON.stringify;
  JSON.stringify = () => {
    JSON.stringify = real;
    const request = 'POST https://admin:${password}@127.0.0.1/redfish/v1 Authorization: Bearer ${token}';
    throw new Error(request, { cause: new Error(request) });
  };
`;

/** What the program made secret by itself while it ran: passwords, private keys, tokens of discoveries. */
async function secretsMade({ ports }: Live, signal: AbortSignal): Promise<Set<string>> {
  const made = new Set<string>();
  while (!signal.aborted) {
    for (const kind of [Secret, BMCSecret] as readonly KindDef<Secret>[]) {
      for (const { data = {} } of (await ports.cluster.list(kind)).items) {
        const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
        const token = /\/t\/([\w-]{20,})/.exec(text('ignition'))?.[1];
        for (const secret of [text('password'), token, text('pem').split('\n')[3]])
          if (secret !== undefined && secret.length >= 12) made.add(secret);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return made;
}

const ignitionCanary = 'canary-b7f1d2a94c';

/** As it is, in base64 at each of the three offsets a longer text may give it, and escaped for a URL. */
function forms(secret: string): string[] {
  const shifted = [0, 1, 2].map((pad) => {
    const text = Buffer.from(`${' '.repeat(pad)}${secret}`).toString('base64');
    return text.slice(pad === 0 ? 0 : pad + 1, -4);
  });
  return [secret, encodeURIComponent(secret), ...shifted.filter(({ length }) => length >= 10)];
}

/** Command lines and environments of this test's children. */
function sample(into: Set<string>): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (!line.includes('metalctl')) continue;
      into.add(line);
      into.add(readFileSync(`/proc/${pid}/environ`, 'utf8'));
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
