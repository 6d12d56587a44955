/** Butane to Ignition: what boot servers make of a Secret of format fcos. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ButaneError, convertButane } from '../../../../src/lib/butane/index.js';
import { escapePath } from '../../../../src/lib/butane/mount-unit.js';
import { yamlReader } from '../../../../src/lib/read-yaml.js';
import { renderIgnition, sampleBoot } from '../../../../src/reconcile/index.js';

const read = await yamlReader({ likeGo: true });
const convert = (text: string, head = 'variant: fcos\nversion: "1.4.0"\n') => convertButane(read(head + text));
const config = (text: string) => convert(text).config;

for (const [variant, version, ignition] of [
  ['fcos', '1.0.0', '3.0.0'],
  ['fcos', '1.1.0', '3.1.0'],
  ['fcos', '1.2.0', '3.2.0'],
  ['fcos', '1.3.0', '3.2.0'],
  ['fcos', '1.4.0', '3.3.0'],
  ['fcos', '1.5.0', '3.4.0'],
  ['fcos', '1.6.0', '3.5.0'],
  ['fcos', '1.7.0', '3.6.0'],
  ['flatcar', '1.0.0', '3.3.0'],
  ['flatcar', '1.1.0', '3.4.0'],
]) {
  test(`${variant} ${version} is Ignition ${ignition}`, () => {
    assert.deepEqual(convertButane({ variant, version }), {
      config: { ignition: { version: ignition } },
      warnings: [],
    });
  });
}

test('names become camel case, what is empty is left out', () => {
  const made = config(`
ignition: { proxy: { https_proxy: 'http://p', no_proxy: [] }, timeouts: { http_total: 30 } }
storage:
  files: []
  disks: [{ device: /dev/sda, wipe_table: true, partitions: [{ number: 1, size_mib: 0, start_mib: 0, type_guid: a, wipe_partition_entry: false }] }]
passwd:
  users: [{ name: metal, password_hash: $6$a$b, ssh_authorized_keys: [k], home_dir: '', no_create_home: true, should_exist: false }]
systemd: { units: [{ name: a.service, enabled: true, contents: '' }] }
kernel_arguments: { should_exist: [quiet], should_not_exist: [] }
`);
  assert.deepEqual(made, {
    ignition: { version: '3.3.0', proxy: { httpsProxy: 'http://p' }, timeouts: { httpTotal: 30 } },
    storage: {
      disks: [
        {
          device: '/dev/sda',
          wipeTable: true,
          partitions: [{ number: 1, sizeMiB: 0, startMiB: 0, typeGuid: 'a', wipePartitionEntry: false }],
        },
      ],
    },
    passwd: {
      users: [
        { name: 'metal', passwordHash: '$6$a$b', sshAuthorizedKeys: ['k'], noCreateHome: true, shouldExist: false },
      ],
    },
    systemd: { units: [{ name: 'a.service', enabled: true }] },
    kernelArguments: { shouldExist: ['quiet'] },
  });
});

test('a mode with a leading zero is octal, as Go reads YAML', () => {
  const files = (mode: string) => config(`storage: { files: [{ path: /a, mode: ${mode} }] }`);
  const modeOf = (text: string) =>
    (files(text) as unknown as { storage: { files: { mode: number }[] } }).storage.files[0]?.mode;
  assert.deepEqual([modeOf('0644'), modeOf('0o644'), modeOf('420'), modeOf('0')], [420, 420, 420, 0]);
});

test('inline contents become the shorter data URL, percent signs where both are as long', () => {
  const sourceOf = (inline: string) =>
    (
      convertButane({
        variant: 'fcos',
        version: '1.4.0',
        storage: { files: [{ path: '/a', contents: { inline } }] },
      }).config as unknown as { storage: { files: { contents: object }[] } }
    ).storage.files[0]?.contents;
  assert.deepEqual(sourceOf('hi there'), { source: 'data:,hi%20there', compression: '' });
  assert.deepEqual(sourceOf('äöü€'), { source: 'data:;base64,w6TDtsO84oKs', compression: '' });
  assert.deepEqual(sourceOf("-_.!~*'()"), { source: "data:,-_.!~*'()", compression: '' });
  assert.deepEqual(sourceOf(''), { source: 'data:,', compression: '' });
  // Half of a surrogate pair is replaced, and nothing breaks.
  assert.deepEqual(sourceOf('a\ud800'), { source: 'data:,a%EF%BF%BD', compression: '' });
});

test('a source stays as it is, with its headers and its hash', () => {
  const made = config(
    'storage: { files: [{ path: /a, contents: { source: "https://h/x", compression: gzip, http_headers: [{ name: A, value: b }], verification: { hash: sha512-0 } } }] }',
  );
  assert.deepEqual((made.storage as { files: object[] }).files[0], {
    path: '/a',
    contents: {
      source: 'https://h/x',
      compression: 'gzip',
      httpHeaders: [{ name: 'A', value: 'b' }],
      verification: { hash: 'sha512-0' },
    },
  });
});

test('with_mount_unit makes a unit that is mounted at boot', () => {
  const made = config(
    'storage: { filesystems: [{ path: /var/lib/my data, device: /dev/disk/by-label/var, format: ext4, mount_options: [ro, noatime], with_mount_unit: true }] }',
  );
  const [unit] = (made.systemd as { units: { name: string; enabled: boolean; contents: string }[] }).units;
  assert.deepEqual([unit?.name, unit?.enabled], ['var-lib-my\\x20data.mount', true]);
  const fsck = 'systemd-fsck@dev-disk-by\\x2dlabel-var.service';
  for (const line of [
    `Requires=${fsck}`,
    `After=${fsck}`,
    'Where=/var/lib/my data',
    'What=/dev/disk/by-label/var',
    'Type=ext4',
    'Options=ro,noatime',
    'RequiredBy=local-fs.target',
  ])
    assert.ok(unit?.contents.split('\n').includes(line), line);
  assert.ok(!JSON.stringify(made.storage).includes('MountUnit'));
});

test('a volume whose key comes over the network is mounted after the network', () => {
  const made = config(`
storage:
  luks: [{ name: data, device: /dev/sdb, clevis: { tang: [{ url: http://t, thumbprint: x }] } }]
  filesystems: [{ path: /data, device: /dev/mapper/data, format: xfs, with_mount_unit: true }]
`);
  const text = JSON.stringify(made.systemd);
  assert.match(text, /Options=_netdev/);
  assert.match(text, /RequiredBy=remote-fs\.target/);
});

test('what somebody wrote about a mount unit himself goes before what is generated', () => {
  const made = config(`
storage: { filesystems: [{ path: /data, device: /dev/sdb, format: xfs, with_mount_unit: true }] }
systemd: { units: [{ name: data.mount, enabled: false }, { name: a.service }] }
`);
  const units = (made.systemd as { units: { name: string; enabled?: boolean; contents?: string }[] }).units;
  assert.deepEqual(
    units.map(({ name, enabled }) => [name, enabled]),
    [
      ['data.mount', false],
      ['a.service', undefined],
    ],
  );
  assert.match(units[0]?.contents ?? '', /Where=\/data/);
});

for (const [path, name] of [
  ['/', '-'],
  ['/var//lib/', 'var-lib'],
  ['/.snapshots', '\\x2esnapshots'],
  ['/a-b', 'a\\x2db'],
  ['/ä', '\\xc3\\xa4'],
]) {
  test(`systemd calls ${path} ${name}`, () => assert.equal(escapePath(path as string), name));
}

test('members nobody knows are left out, and said', () => {
  const { config: made, warnings } = convert(
    'storage: { files: [{ path: /a, contnets: { inline: SECRET } }] }\nextra: {}',
  );
  assert.deepEqual(made.storage, { files: [{ path: '/a' }] });
  assert.deepEqual(warnings, ['storage.files.0.contnets: not known, left out', 'extra: not known, left out']);
});

test('kernel arguments of a version that has none are left out, and said', () => {
  const { config: made, warnings } = convert(
    'kernel_arguments: { should_exist: [quiet] }',
    'variant: fcos\nversion: 1.3.0\n',
  );
  assert.equal(made.kernelArguments, undefined);
  assert.match(warnings[0] ?? '', /^kernel_arguments: /);
});

const refused: readonly [string, string, RegExp][] = [
  ['no variant', 'version: 1.4.0', /no variant/],
  ['no version', 'variant: fcos', /its version/],
  ['a version that is a number', 'variant: fcos\nversion: 1.4', /its version/],
  ['a pair nobody knows', 'variant: fcos\nversion: 9.0.0', /is none of fcos 1\.0\.0/],
  ['a variant of another distribution', 'variant: openshift\nversion: 4.14.0', /is none of/],
  ['a list', '[]', /is no mapping/],
  ['boot_device', 'variant: fcos\nversion: 1.4.0\nboot_device: { mirror: {} }', /boot_device is not supported/],
  ['trees', 'variant: fcos\nversion: 1.4.0\nstorage: { trees: [{ local: a }] }', /storage\.trees names files/],
  [
    'a local file',
    'variant: fcos\nversion: 1.4.0\nstorage: { files: [{ path: /a, contents: { local: a } }] }',
    /contents\.local names a file/,
  ],
  [
    'two places contents come from',
    'variant: fcos\nversion: 1.4.0\nstorage: { files: [{ path: /a, contents: { inline: a, source: "data:," } }] }',
    /has both source and inline/,
  ],
  [
    'a mapping in place of a list',
    'variant: fcos\nversion: 1.4.0\nstorage: { files: {} }',
    /storage\.files is no list/,
  ],
  ['a text in place of a mapping', 'variant: fcos\nversion: 1.4.0\nstorage: SECRET', /storage is no mapping/],
  [
    'a mount unit without a format',
    'variant: fcos\nversion: 1.4.0\nstorage: { filesystems: [{ path: /a, device: /b, with_mount_unit: true }] }',
    /needs format/,
  ],
  [
    'a path that would be another line of its unit',
    'variant: fcos\nversion: 1.4.0\nstorage: { filesystems: [{ path: "/a\\nExecStart=x", device: /b, format: c, with_mount_unit: true }] }',
    /needs path, on one line/,
  ],
];
for (const [what, text, words] of refused) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => convertButane(read(text)),
      (error) => error instanceof ButaneError && words.test(error.message) && !error.message.includes('SECRET'),
    );
  });
}

test('a member called __proto__ changes no object', () => {
  convertButane(read('variant: fcos\nversion: 1.4.0\nstorage: { __proto__: { polluted: 1 } }'));
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

const template = fileURLToPath(
  new URL(
    '../../../../../shared/upstream/fixtures/metal-operator/config/manager/ignition-template.yaml',
    import.meta.url,
  ),
);
const skip = existsSync(template) ? false : `reference data absent: ${template}`;

test('upstream’s discovery template, rendered and converted, starts its probe', { skip }, () => {
  const { config: made, warnings } = convertButane(read(renderIgnition(readFileSync(template, 'utf8'), sampleBoot)));
  assert.deepEqual(warnings, []);
  assert.deepEqual(made.ignition, { version: '3.2.0' });
  assert.equal(made.storage, undefined);
  const { units } = made.systemd as { units: { name: string; contents?: string }[] };
  assert.deepEqual(
    units.map(({ name }) => name),
    ['var-lib-containerd.mount', 'containerd.service', 'metalprobe.service'],
  );
  assert.match(units[2]?.contents ?? '', /--registry-url=\S+ --server-uuid=/);
  const { users } = made.passwd as { users: object[] };
  assert.deepEqual(users, [
    {
      name: 'metal',
      passwordHash: sampleBoot.PasswordHash,
      groups: ['wheel'],
      sshAuthorizedKeys: [sampleBoot.SSHPublicKey.trim()],
    },
  ]);
});

test('a closing bracket may stand further out than its key, as in upstream’s template', () => {
  const keys = (text: string) => (read(text) as { a: { k: unknown } }).a;
  assert.deepEqual(keys('a:\n    k: [ one\n ]\n    l: |\n      [\n      ]\n'), { k: ['one'], l: '[\n]\n' });
  assert.throws(() => read('a:\n  k: [ one\n'));
  assert.throws(() => read(`a:\n  k: ${'[ '.repeat(30)}${'\n]'.repeat(30)}\n`));
});
