/** The config file: what it presets, in which order it counts, and how a wrong one is told. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { expandAlias } from '../../../src/cli/alias.js';
import { defaultsFor } from '../../../src/cli/config.js';
import { findPlugin, runPlugin } from '../../../src/cli/plugin.js';
import { parse } from '../../../src/cli.js';
import { usualConfig } from '../../../src/commands/config-path.js';
import { defaultsOf } from '../../../src/commands/impl/kit/config/defaults.js';
import { readConfig } from '../../../src/commands/impl/kit/config/read.js';
import {
  changeConfig,
  openConfig,
  pathOfKey,
  typedValue,
  valueAt,
} from '../../../src/commands/impl/kit/config/write.js';
import { isMetalError } from '../../../src/errors/classes.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const whole = `apiVersion: cli.metalctl.dev/v1
kind: Config
currentProfile: fra
output: json
concurrency: 32
# kept
bmc: { tls: { caFile: ./oob-ca.pem, pin: first-use } }
discover:
  cidrs: [10.20.0.0/22]
  credentials: secret:oob-default
  nameTemplate: "{location}-{serial}"
columns:
  servers:
    rack: "NAME:.metadata.name,RACK:.metadata.labels['rack']"
safety: { confirm: normal, maxBlastRadius: 20, protectedSelector: "env=prod,critical=true" }
aliases: { free: "get servers --field state=Available,power=Off" }
profiles:
  fra: { context: fra-mgmt, namespace: metal, output: yaml }
  lab: { context: kind-metal, safety: { confirm: relaxed } }
`;
const defaults = (text: string) => defaultsOf(readConfig(join(folder, 'config.yaml'), text));

test('a file presets global flags, flags of commands, safety, columns and aliases; the profile wins', () => {
  const found = defaults(whole);
  assert.deepEqual(found.globals, {
    output: ['yaml'],
    concurrency: ['32'],
    bmcCa: [join(folder, 'oob-ca.pem')],
    context: ['fra-mgmt'],
    namespace: ['metal'],
  });
  assert.equal(found.sources.output, 'profile fra');
  assert.equal(found.sources.concurrency, 'config file');
  assert.deepEqual(found.commands.discover, {
    pin: ['first-use'],
    cidr: ['10.20.0.0/22'],
    bmcSecret: ['oob-default'],
    nameTemplate: ['{location}-{serial}'],
  });
  assert.deepEqual(found.safety, {
    confirm: 'normal',
    maxBlastRadius: 20,
    protectedSelector: 'env=prod,critical=true',
  });
  assert.equal(defaults(whole.replace('currentProfile: fra', 'currentProfile: lab')).safety.confirm, 'relaxed');
});

test('flag beats environment beats file', () => {
  const found = defaults(whole);
  const request = (...words: string[]) => {
    const parsed = parse(words, 'metalctl', found);
    assert.ok('command' in parsed);
    return parsed;
  };
  assert.equal(request('get', 'servers').globals.output, 'yaml');
  process.env.METALCTL_OUTPUT = 'csv';
  assert.equal(request('get', 'servers').globals.output, 'csv');
  assert.equal(request('get', 'servers', '-o', 'name').globals.output, 'name');
  delete process.env.METALCTL_OUTPUT;
  assert.deepEqual(request('discover').flags.cidr, ['10.20.0.0/22']);
  assert.deepEqual(request('discover', '--cidr', '10.9.0.0/24').flags.cidr, ['10.9.0.0/24']);
  assert.equal(request('get', 'servers').globals.concurrency, 32);
});

const refused: readonly (readonly [name: string, text: string, code: string, said: RegExp])[] = [
  [
    'unknown key',
    'output: json\ncolour: never\n',
    'CONFIG_KEY_UNKNOWN',
    /colour.*config.yaml:2:1.*did you mean: color/s,
  ],
  ['unknown key below', 'safety:\n  confrm: normal\n', 'CONFIG_KEY_UNKNOWN', /safety\.confrm.*:2:3.*confirm/s],
  ['a password', 'bmc: { password: x }\n', 'CONFIG_KEY_UNKNOWN', /bmc\.password/],
  ['an answer', 'yes: true\n', 'CONFIG_KEY_UNKNOWN', /"yes"/],
  ['wrong type', 'concurrency: many\n', 'CONFIG_INVALID', /concurrency is not a whole number.*:1:14/s],
  ['wrong choice', 'color: sometimes\n', 'CONFIG_INVALID', /color does not know "sometimes"/],
  ['wrong duration', 'requestTimeout: soon\n', 'CONFIG_INVALID', /not a duration/],
  ['a list for one', 'output: [a]\n', 'CONFIG_INVALID', /not a single value/],
  ['no mapping', '- a\n', 'CONFIG_INVALID', /not a mapping/],
  ['no YAML', 'a: [\n', 'CONFIG_INVALID', /config\.yaml:\d+:\d+ is not YAML/],
  ['twice', 'output: json\noutput: yaml\n', 'CONFIG_INVALID', /unique/],
  ['profile that is none', 'currentProfile: fr\nprofiles: { fra: {} }\n', 'NOT_FOUND', /no profile "fr".*fra/s],
  ['keys of no action', 'keys: { discover.onbord: [o] }\n', 'CONFIG_KEY_UNKNOWN', /onbord.*:1:9.*discover\.onboard/s],
  [
    'keys of no action of a view it has',
    'keys: { top.nosuchthing: [x] }\n',
    'CONFIG_KEY_UNKNOWN',
    /known: top\.\w+, top\./s,
  ],
  ['keys of no view', 'keys:\n  fleet.open: [o]\n', 'CONFIG_KEY_UNKNOWN', /"keys\.fleet\.open".*:2:3/s],
  [
    'a key no terminal has',
    'keys:\n  top.open: [o, f1]\n',
    'CONFIG_INVALID',
    /keys\.top\.open does not know the key "f1".*:2:17.*space, enter.*ctrl-LETTER/s,
  ],
  ['a key terminals send for another', 'keys: { top.open: ctrl-m }\n', 'CONFIG_INVALID', /"ctrl-m".*:1:19/s],
  ['a key every view has', 'keys: { top.open: [ctrl-z] }\n', 'CONFIG_INVALID', /"ctrl-z", which suspends every view/],
  [
    'a key of two actions',
    'keys:\n  discover.onboard: [o]\n',
    'CONFIG_INVALID',
    /keys\.discover\.onboard: "o" is the key of discover\.report too.*:2:21.*discover\.report: \[O\]/s,
  ],
  [
    'a key bound twice',
    'keys: { claim.why: [b], claim.choose: [b] }\n',
    'CONFIG_INVALID',
    /"b" is the key of claim\.(why|choose) too.*:1:\d+/s,
  ],
  ['aliases that multiply', `a: &a [x]\nb: ${'*a '.repeat(3)}\n`, 'CONFIG_INVALID', /./],
];
for (const [name, text, code, said] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => defaults(text),
      (error) => {
        assert.ok(isMetalError(error), String(error));
        assert.equal(error.code, code);
        assert.match([error.message, error.why, ...error.hints].join('\n'), said);
        return true;
      },
    );
  });
}

test('keys of views are read by view and action; one that another action gives up is free', () => {
  const found = defaults(
    'keys: { discover.onboard: [o, enter], discover.report: O, top.power-off: [], server.fix: [1] }\n',
  );
  assert.deepEqual(found.keys, {
    'discover.onboard': ['o', 'return'],
    'discover.report': ['O'],
    'top.power-off': [],
    'server.fix': ['1'],
  });
  assert.deepEqual(defaults(whole).keys, {});
});

test('the fix a conflict of keys names is a config that is right', () => {
  for (const [text, view] of [
    ['discover.onboard: [o]', 'discover'],
    ['top.open: ["/"]', 'top'],
    ['server.next: [space], server.fix: [enter], server.copy: [q]', 'server'],
    ['claim.why: ["?"]', 'claim'],
  ] as const) {
    assert.throws(
      () => defaults(`keys: { ${text} }\n`),
      (error) => {
        assert.ok(isMetalError(error));
        const fix = /keys: \{.*\}/.exec(error.hints[0] ?? '')?.[0] ?? '';
        assert.ok(fix.includes(`${view}.`), fix);
        assert.doesNotThrow(() => defaults(`${fix}\n`), fix);
        return true;
      },
    );
  }
});

test('config set takes the name of a key with its dot, and refuses one that is none', () => {
  const path = join(folder, 'keys', 'config.yaml');
  assert.throws(() => changeConfig(path, pathOfKey('keys.discover.onboard'), typedValue('[o]')), /discover\.report/);
  assert.equal(changeConfig(path, pathOfKey('keys.discover.report'), typedValue('R')), true);
  assert.equal(changeConfig(path, pathOfKey('keys.discover.onboard'), typedValue('[o, enter]')), true);
  assert.deepEqual(defaultsOf(openConfig(path)).keys, {
    'discover.report': ['R'],
    'discover.onboard': ['o', 'return'],
  });
  assert.throws(() => pathOfKey('keys.discover.onbord'), /unknown key "keys\.discover\.onbord"/);
  assert.throws(() => pathOfKey('keys.discover'), /unknown key "keys\.discover"/);
});

test('a named file must exist, the usual one need not; config commands work on a broken one', async () => {
  const env = { XDG_CONFIG_HOME: join(folder, 'nowhere') };
  assert.deepEqual((await defaultsFor(['get', 'servers'], env)).globals, {});
  await assert.rejects(defaultsFor(['get', '--config', '/nonexistent/x.yaml'], env), /does not exist/);
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, 'a: [');
  await assert.rejects(defaultsFor(['get'], { METALCTL_CONFIG: broken }), /not YAML/);
  assert.deepEqual((await defaultsFor(['config', 'edit'], { METALCTL_CONFIG: broken })).globals, {});
  assert.equal(usualConfig({ APPDATA: 'X' }, 'win32').startsWith('X'), true);
});

test('setting a value keeps comments, is checked, is 0600, and is unchanged the second time', () => {
  const path = join(folder, 'set', 'config.yaml');
  assert.equal(changeConfig(path, pathOfKey('color'), typedValue('never')), true);
  writeFileSync(path, `# mine\n${readFileSync(path, 'utf8')}`);
  assert.equal(changeConfig(path, pathOfKey('color'), typedValue('never')), false);
  assert.equal(changeConfig(path, pathOfKey('profiles.lab.context'), 'kind-metal'), true);
  assert.match(readFileSync(path, 'utf8'), /^# mine/);
  assert.equal(valueAt(openConfig(path), ['profiles', 'lab', 'context']), 'kind-metal');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.throws(() => changeConfig(path, pathOfKey('color'), 'sometimes'), /does not know/);
  assert.throws(() => pathOfKey('colour'), /unknown key "colour"/);
  assert.equal(changeConfig(path, pathOfKey('color'), undefined), true);
  assert.equal(valueAt(openConfig(path), ['color']), undefined);
});

test('aliases expand once, take words by number, and never hide a command', () => {
  const aliases = {
    free: 'get servers --field "state=Available"',
    say: 'why server/$1 --for $2',
    get: 'delete',
    loop: 'free',
    all: 'get $@ -A',
  };
  assert.deepEqual(expandAlias(['free', '-o', 'name'], aliases), [
    'get',
    'servers',
    '--field',
    'state=Available',
    '-o',
    'name',
  ]);
  assert.deepEqual(expandAlias(['say', 'a', 'b', '-q'], aliases), ['why', 'server/a', '--for', 'b', '-q']);
  assert.deepEqual(expandAlias(['get', 'x'], aliases), ['get', 'x']);
  assert.deepEqual(expandAlias(['loop'], aliases), ['free']);
  assert.deepEqual(expandAlias(['all', 'scl', '-w'], aliases), ['get', 'scl', '-w', '-A']);
  assert.deepEqual(expandAlias(['constructor'], aliases), ['constructor']);
  assert.throws(() => expandAlias(['say', 'a'], aliases), /wants 2 words/);
});

test('a program metalctl-foo is metalctl foo; built-in commands win; its exit code is ours', async () => {
  const program = (name: string, text: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program('metalctl-foo', 'exit 7');
  program('metalctl-foo-bar', 'test "$1" = --x');
  program('metalctl-get', 'exit 9');
  writeFileSync(join(folder, 'metalctl-plain'), 'no program', { mode: 0o644 });
  assert.deepEqual(findPlugin(['foo', 'bar', '--x'], folder), {
    program: join(folder, 'metalctl-foo-bar'),
    words: ['--x'],
  });
  assert.equal(findPlugin(['get'], folder), undefined);
  assert.equal(findPlugin(['plain'], folder), undefined);
  assert.equal(findPlugin(['../foo'], folder), undefined);
  assert.equal(await runPlugin(join(folder, 'metalctl-foo'), []), 7);
  assert.equal(await runPlugin(join(folder, 'metalctl-foo-bar'), ['--x']), 0);
});
