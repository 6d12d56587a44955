/** What a machine is discovered with: its ignition, the account on it, and values that cannot change either. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { type Ignition, ignitionProblem } from '../../../../src/api/ignition.js';
import { Secret } from '../../../../src/api/kubernetes.js';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { sha512Crypt } from '../../../../src/lib/crypt.js';
import { renderIgnition, type Settings, sampleBoot } from '../../../../src/reconcile/index.js';
import { world } from '../../../support/world.js';

/** A machine that was made ready for discovery; the Secrets it left. */
async function prepared(
  settings: Partial<Settings> = {},
  again = (_w: ReturnType<typeof world>): unknown => undefined,
) {
  const w = world(settings);
  w.addMachine('rack1');
  await w.pass();
  await again(w);
  await w.clock.tick(5_000);
  await w.pass();
  const text = (name: string) => {
    const secret = w.cluster.peek(Secret, { namespace: w.settings.managerNamespace, name });
    const entries = Object.entries(secret?.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]);
    return { secret, data: Object.fromEntries(entries) as Record<string, string> };
  };
  return { w, boot: text('rack1-system-0-discovery'), account: text('rack1-system-0-discovery-ssh') };
}
const unitOf = ({ systemd }: Ignition, name: string) => systemd?.units?.find((unit) => unit.name === name);

test('ours is valid Ignition, starts the probe with its token, and lets the account in', async () => {
  const { w, boot, account } = await prepared();
  const ignition = JSON.parse(boot.data.ignition ?? '') as Ignition;
  assert.equal(ignitionProblem(ignition), undefined);
  assert.equal(boot.data.format, undefined, 'it is served as it is');
  const unit = unitOf(ignition, 'metalprobe.service')?.contents ?? '';
  const uuid = w.cluster.peek(Server, { name: 'rack1-system-0' })?.spec?.systemUUID;
  assert.match(unit, new RegExp(`--registry-url=\\S+/t/token\\d+ --server-uuid=${uuid}\n`));
  assert.match(unit, /images pull --skip-metadata ghcr\.io\/ironcore-dev\/metalprobe:latest\n/);
  assert.ok(unitOf(ignition, 'var-lib-containerd.mount')?.enabled);
  assert.equal(unitOf(ignition, 'containerd.service')?.dropins?.[0]?.name, '10-wait-mount.conf');
  const [user] = ignition.passwd?.users ?? [];
  assert.deepEqual(
    [user?.name, user?.groups, user?.sshAuthorizedKeys],
    ['metal', ['wheel'], [account.data.pub?.trim()]],
  );
  const hash = user?.passwordHash ?? '';
  const [, , rounds = '', salt = ''] = hash.split('$');
  assert.equal(sha512Crypt(account.data.password ?? '', salt, Number(rounds.slice(7))), hash);
});

test('S-SEC-4: the account has a key and twenty random characters, and goes with its boot configuration', async () => {
  const { account, boot } = await prepared();
  assert.deepEqual(Object.keys(account.data).sort(), ['password', 'pem', 'pub']);
  assert.match(account.data.password ?? '', /^[a-zA-Z0-9]{20}$/);
  assert.match(account.data.pem ?? '', /^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
  assert.match(account.data.pub ?? '', /^ssh-ed25519 \S+\n$/);
  for (const { secret } of [account, boot]) {
    const [owner] = secret?.metadata.ownerReferences ?? [];
    assert.deepEqual(
      [owner?.kind, owner?.name, owner?.controller, secret?.type],
      ['ServerBootConfiguration', 'rack1-system-0-discovery', true, 'Opaque'],
    );
  }
});

test('an account that is on record is kept when the rest is made again', async () => {
  let before: unknown;
  const { account, boot } = await prepared({}, async (w) => {
    const key = { namespace: w.settings.managerNamespace, name: 'rack1-system-0-discovery-ssh' };
    before = w.cluster.peek(Secret, key)?.data;
    await w.cluster.delete(Secret, { ...key, name: 'rack1-system-0-discovery' });
    await w.cluster.patch(Server, { name: 'rack1-system-0' }, { status: { state: 'Initial' } }, 'merge', {
      subresource: 'status',
    });
  });
  assert.ok(before !== undefined);
  assert.deepEqual(account.secret?.data, before);
  assert.ok((boot.data.ignition ?? '').includes(account.data.pub?.trim() ?? 'nothing'));
});

test('S-TPL-1: a UUID that is more than a word starts nothing', async () => {
  const { w, boot } = await prepared({}, async ({ cluster }) => {
    await cluster.delete(Secret, { namespace: 'metalctl-system', name: 'rack1-system-0-discovery' });
    const hostile = { spec: { systemUUID: 'x\nExecStart=/bin/sh' }, status: { state: 'Initial' } };
    await cluster.patch(Server, { name: 'rack1-system-0' }, { spec: hostile.spec }, 'merge');
    await cluster.patch(Server, { name: 'rack1-system-0' }, { status: hostile.status }, 'merge', {
      subresource: 'status',
    });
  });
  assert.equal(boot.secret, undefined);
  assert.ok(!JSON.stringify(w.cluster.stored(Secret)).includes(Buffer.from('ExecStart=/bin/sh').toString('base64')));
});

test('a template is filled in with upstream’s names, and told to be Butane', async () => {
  const discoveryIgnition =
    '\nvariant: fcos\nimage: {{.Image}}\nflags: "{{.Flags}}"\nkeys: [ {{.SSHPublicKey}} ]\nhash: {{.PasswordHash}}\n\n';
  const { boot, account } = await prepared({ discoveryIgnition, probeImage: 'example/probe:2' });
  assert.equal(boot.data.format, 'fcos');
  const made = parseYaml(boot.data.ignition ?? '') as Record<string, unknown>;
  assert.equal(made.image, 'example/probe:2');
  assert.deepEqual(made.keys, [account.data.pub?.trim()]);
  assert.match(String(made.hash), /^\$6\$/);
  assert.ok(!boot.data.ignition?.endsWith('\n') && boot.data.ignition?.startsWith('variant'));
});

const theirs = fileURLToPath(
  new URL(
    '../../../../../shared/upstream/fixtures/metal-operator/config/manager/ignition-template.yaml',
    import.meta.url,
  ),
);
test('upstream’s own template is rendered as it is', { skip: !existsSync(theirs) && `absent: ${theirs}` }, () => {
  const made = renderIgnition(readFileSync(theirs, 'utf8'), sampleBoot);
  // The key comes with its line's end, inside a flow list: YAML for Go's parser, and not for every other.
  assert.ok(made.includes(`ssh_authorized_keys: [ ${sampleBoot.SSHPublicKey} ]`));
  assert.ok(made.includes(`password_hash: ${sampleBoot.PasswordHash}\n`));
  assert.ok(made.includes(`ctr images pull --skip-metadata ${sampleBoot.Image}\n`));
  assert.ok(made.includes(`metalprobe ./launch.sh ${sampleBoot.Flags}\n`));
});

test('a template that asks for what there is not, or calls what nobody knows, is refused', () => {
  assert.throws(() => renderIgnition('{{.Token}}', sampleBoot), /there is no field \.Token/);
  assert.throws(() => renderIgnition('{{quote .Image}}', sampleBoot), /quote/);
});
