/** What is said of an ignition Secret’s text: one reason, one sentence, and nothing of what it holds. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { ignitionProblem } from '../../../src/api/ignition.js';
import { judgeIgnition } from '../../../src/api/ignition-judge.js';
import { probeIgnition, sampleBoot } from '../../../src/reconcile/index.js';

const config = (more: object = {}, version = '3.4.0') => JSON.stringify({ ignition: { version }, ...more });
const butane = (more: string) => `variant: fcos\nversion: 1.5.0\n${more}`;

const verdicts: readonly [string, string, string | undefined, string, RegExp][] = [
  ['the least there can be', config(), undefined, 'Valid', /^Ignition 3\.4\.0$/],
  ['a format nobody knows is JSON', config(), 'ignition', 'Valid', /3\.4\.0/],
  ['Butane, its format with blanks around it', butane(''), ' fcos\n', 'Valid', /3\.4\.0/],
  ['Butane that is not called so', butane(''), undefined, 'InvalidJSON', /looks like Butane/],
  ['half a JSON', '{"ignition":', undefined, 'InvalidJSON', /is no JSON/],
  ['JSON in place of Butane is YAML too, without a variant', config(), 'fcos', 'ConversionFailed', /no variant/],
  ['YAML that breaks', 'a: [', 'fcos', 'ConversionFailed', /no YAML at line \d+/],
  ['a list', '[]', undefined, 'SchemaViolation', /no ignition\.version/],
  ['null', 'null', undefined, 'SchemaViolation', /no ignition\.version/],
  ['a version of long ago', config({}, '2.3.0'), undefined, 'UnsupportedVersion', /2\.3\.0 is not 3\.2\.0/],
  ['a version that is not out', config({}, '3.7.0'), undefined, 'UnsupportedVersion', /3\.7\.0/],
  ['Butane for an older Ignition', 'variant: fcos\nversion: 1.0.0', 'fcos', 'UnsupportedVersion', /3\.0\.0/],
  [
    'a relative path, through Butane',
    butane('storage: { files: [{ path: a }] }'),
    'fcos',
    'SchemaViolation',
    /storage\.files\.0\.path/,
  ],
  [
    'a mode read in decimal',
    config({ storage: { files: [{ path: '/a', mode: 644 }] } }),
    undefined,
    'Valid',
    /a warning: storage\.files\.0\.mode: 644 is decimal; 0644 would be written 420/,
  ],
  ['a member nobody knows', butane('storge: {}'), 'fcos', 'Valid', /a warning: storge: not known/],
];
for (const [what, text, format, reason, words] of verdicts) {
  test(`${reason}: ${what}`, async () => {
    const verdict = await judgeIgnition(text, format);
    assert.equal(verdict.reason, reason, verdict.message);
    assert.match(verdict.message, words);
    assert.equal(verdict.config === undefined, reason !== 'Valid');
  });
}

test('420, 0o755 and 1023 are no slips', async () => {
  const modes = [420, 493, 1023, 0, 4095].map((mode, at) => ({ path: `/${at}`, mode }));
  assert.deepEqual((await judgeIgnition(config({ storage: { files: modes } }))).warnings, []);
});

test('no verdict quotes what a Secret holds', async () => {
  const canary = 'canary-9f31';
  const texts: [string, string?][] = [
    [`{"ignition": ${canary}`],
    [config({ passwd: { users: [{ name: 'a', passwordHash: canary }] } })],
    [config({ storage: { files: [{ path: '/a', contents: { source: canary } }] } })],
    [config({ passwd: { users: [{ name: 'a', sshAuthorizedKeys: [canary] }] } })],
    [config({ storage: { files: [{ path: '/a', contents: { compression: canary } }] } })],
    [`a: [${canary}`, 'fcos'],
    [`"${canary}`, 'fcos'],
    [butane(`storage: ${canary}`), 'fcos'],
    [butane(`storage: { files: [{ path: /a, mode: ${canary} }] }`), 'fcos'],
    [butane(`systemd: { units: [{ name: a.service, enabled: ${canary} }] }`), 'fcos'],
  ];
  for (const [text, format] of texts) {
    const verdict = await judgeIgnition(text, format);
    assert.notEqual(verdict.reason, 'Valid');
    assert.doesNotMatch(JSON.stringify(verdict), /canary/, text);
  }
});

test('a verdict is one short line, whatever the names of members are', async () => {
  const { message, warnings } = await judgeIgnition(butane(`"a\\nb\\e[2J${'x'.repeat(5_000)}": 1`), 'fcos');
  for (const said of [message, ...warnings]) {
    assert.ok(said.length <= 400);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    assert.doesNotMatch(said, /[\x00-\x1f]/);
  }
});

test('data URLs must be readable', () => {
  const problem = (source: string) =>
    ignitionProblem(JSON.parse(config({ storage: { files: [{ path: '/a', contents: { source } }] } })));
  for (const source of ['data:,a%20b', 'data:;base64,YWI=', 'data:text/plain;charset=utf-8;base64,YWI%3D', 'data:,'])
    assert.equal(problem(source), undefined, source);
  for (const source of ['data:;base64,YW', 'data:;base64,a b=', 'data:,50%', 'data:,%zz', 'data:nothing'])
    assert.match(problem(source) ?? '', /cannot be decoded/, source);
});

test('a line of authorized_keys must hold the key it says it holds', () => {
  const key = sampleBoot.SSHPublicKey.trim();
  const problem = (line: string) =>
    ignitionProblem(JSON.parse(config({ passwd: { users: [{ name: 'a', sshAuthorizedKeys: [line] }] } })));
  for (const line of [key, `${key} me@here`, `from="10.0.0.1",command="echo hi" ${key}`, `${key}\n`])
    assert.equal(problem(line), undefined, line);
  for (const line of ['hello', 'ssh-ed25519', 'ssh-ed25519 AAAA', key.replace('ed25519 ', 'rsa '), key.slice(12)])
    assert.match(problem(line) ?? '', /is no SSH key/, line);
});

const schemas = fileURLToPath(new URL('../../../../shared/upstream/fixtures/ignition-schema/', import.meta.url));
const skip = existsSync(schemas) ? false : `reference data absent: ${schemas}`;

/** A config with nearly every member, to be spoiled at one place at a time. */
const whole = {
  ignition: {
    version: '3.4.0',
    config: { merge: [{ source: 'https://h/a' }], replace: { source: 'https://h/b', compression: 'gzip' } },
    timeouts: { httpResponseHeaders: 1, httpTotal: 2 },
    security: { tls: { certificateAuthorities: [{ source: 'data:,x' }] } },
    proxy: { httpProxy: 'a', httpsProxy: 'b', noProxy: ['c'] },
  },
  kernelArguments: { shouldExist: ['a'], shouldNotExist: ['b'] },
  passwd: { ...probeIgnition(sampleBoot).passwd, groups: [{ name: 'g', gid: 1, system: true }] },
  storage: {
    disks: [{ device: '/dev/sda', wipeTable: true, partitions: [{ number: 1, sizeMiB: 2, label: 'l', resize: true }] }],
    raid: [{ name: 'r', level: 'raid1', devices: ['/dev/a'], spares: 0, options: ['o'] }],
    luks: [
      {
        name: 'l',
        device: '/dev/l',
        keyFile: { source: 'data:,k' },
        clevis: {
          tpm2: true,
          threshold: 1,
          tang: [{ url: 'http://t', thumbprint: 't' }],
          custom: { pin: 'p', needsNetwork: true },
        },
      },
    ],
    filesystems: [{ device: '/dev/f', path: '/f', format: 'xfs', mountOptions: ['m'], wipeFilesystem: false }],
    files: [
      {
        path: '/a',
        mode: 420,
        overwrite: true,
        user: { id: 1, name: 'u' },
        contents: {
          source: 'data:,x',
          httpHeaders: [{ name: 'n', value: 'v' }],
          verification: { hash: 'sha512-0' },
        },
        append: [{ source: 'data:,y' }],
      },
    ],
    directories: [{ path: '/d', mode: 493 }],
    links: [{ path: '/l', target: '/a', hard: false }],
  },
  systemd: {
    units: [
      { name: 'a.service', enabled: true, mask: false, contents: 'c', dropins: [{ name: 'd.conf', contents: '' }] },
    ],
  },
};

/** Every way to put a value of another kind in one place. */
function* spoiled(value: unknown, path: (string | number)[] = []): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const at = [...path, name];
    for (const other of ['text', 7.5, true, {}, []])
      yield [`${at.join('.')} = ${JSON.stringify(other)}`, put(at, other)];
    yield [`${at.join('.')} is missing`, put(at, undefined)];
    yield* spoiled(member, at);
  }
}

function put(path: (string | number)[], value: unknown): unknown {
  const copy = structuredClone(whole) as unknown;
  const parent = path.slice(0, -1).reduce((each, name) => (each as Record<string, unknown>)[name], copy) as object;
  const last = path.at(-1) as string;
  if (value === undefined && Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (value === undefined) delete (parent as Record<string, unknown>)[last];
  else (parent as Record<string, unknown>)[last] = value;
  return copy;
}

test('what the schemas of Ignition refuse, we refuse: nearly every member, spoiled one at a time', { skip }, () => {
  const validators = new Map<number, ValidateFunction>();
  for (const minor of [2, 3, 4, 5, 6]) {
    const { $schema: _, ...schema } = JSON.parse(readFileSync(`${schemas}v3_${minor}.json`, 'utf8'));
    validators.set(minor, new Ajv({ strict: false }).compile(schema));
  }
  const validate = validators.get(4);
  assert.ok(validate?.(whole), JSON.stringify(validate?.errors));
  assert.equal(ignitionProblem(whole), undefined);
  let refused = 0;
  for (const [what, value] of spoiled(whole)) {
    if (validate?.(value)) continue;
    refused += 1;
    assert.notEqual(ignitionProblem(value), undefined, what);
  }
  assert.ok(refused > 300, `only ${refused} were refused`);
});
