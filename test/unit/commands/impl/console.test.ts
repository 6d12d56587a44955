/** The parts of the console: keys, screen, arguments of ssh, and the program it asks for the password. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Keys } from '../../../../src/commands/impl/console-keys.js';
import { Screen } from '../../../../src/commands/impl/console-screen.js';
import { Secret } from '../../../../src/lib/secret.js';
import { openAskpass } from '../../../../src/ssh/askpass.js';
import { checkedHost, sshArguments, sshFailure } from '../../../../src/ssh/program.js';

test('escapes count after Enter only, and ssh never takes one for its own', () => {
  const rows: readonly (readonly [typed: readonly string[], events: readonly unknown[], key?: string])[] = [
    [['~.'], [{ do: 'leave' }]],
    [['ls\r~.'], [{ send: 'ls\r' }, { do: 'leave' }]],
    [['a~.'], [{ send: 'a~.' }]],
    [
      ['\r', '~', '.'],
      [{ send: '\r' }, { do: 'leave' }],
    ],
    [['~B'], [{ send: '~B' }]],
    [['~R'], [{ do: 'reset' }]],
    [['~?'], [{ do: 'help' }]],
    [
      ['~?', '~.'],
      [{ do: 'help' }, { do: 'leave' }],
    ],
    [['~~'], [{ send: '~~' }]],
    [['~x'], [{ send: '~~x' }]],
    [['~C'], [{ send: '~~C' }]],
    [['~#'], [{ send: '~~#' }]],
    [['\r~&'], [{ send: '\r~~&' }]],
    [['~.'], [{ send: '~~.' }], '^'],
    [['^.'], [{ do: 'leave' }], '^'],
    [['~.'], [{ send: '~~.' }], ''],
    [['\u0003'], [{ send: '\u0003' }]],
  ];
  for (const [typed, events, key = '~'] of rows) {
    const keys = new Keys(key);
    assert.deepEqual(
      typed.flatMap((text) => keys.typed(text)),
      events,
      JSON.stringify([typed, key]),
    );
  }
});

const hostile = [
  '\u001b]52;c;aGk=\u0007',
  '\u001b]0;title\u001b\\',
  '\u001b]8;;http://evil\u001b\\',
  '\u009d52;c;aGk=\u009c',
  '\u001bP$q q\u001b\\',
  '\u001b_G\u001b\\',
  '\u001b^x\u001b\\',
  '\u001bXx\u001b\\',
  '\u001b[6n',
  '\u001b[c',
  '\u001b[>c',
  '\u001b[21t',
  '\u001b[5i',
  '\u009b6n',
  '\u0005',
  '\u001b]52;c;\u001b]0;x\u0007',
  `\u001b[${'1;'.repeat(100)}m`,
];

test('what reaches beyond the screen is taken out, however it is cut', () => {
  for (const payload of hostile) {
    const text = `a${payload}b`;
    for (let cut = 0; cut <= text.length; cut += 1) {
      const screen = new Screen();
      const shown = screen.shown(text.slice(0, cut)) + screen.shown(text.slice(cut));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      assert.doesNotMatch(shown, /[\u0005\u001b\u0080-\u009f]/, JSON.stringify([payload, cut]));
      assert.ok(shown.startsWith('a') && shown.endsWith('b'), JSON.stringify([payload, shown]));
    }
  }
});

test('colours, cursor and text are shown as they come', () => {
  const text = '\u001b[31mred\u001b[0m\r\n\u001b[2J\u001b[1;1H\u001b7\u001b8 login: ü 漢\t\b';
  assert.equal(new Screen().shown(text), text);
});

test('arguments of ssh leave nothing to configuration, and end before the host', () => {
  const place = { host: '10.0.0.1', port: 2200, user: 'admin', knownHosts: '/s/known', command: 'console com2' };
  const args = sshArguments(place);
  assert.deepEqual(args.slice(-3), ['--', '10.0.0.1', 'console com2']);
  assert.ok(args.includes('StrictHostKeyChecking=yes'));
  assert.ok(!args.some((arg) => /StrictHostKeyChecking=(no|accept-new|off)/.test(arg)));
  assert.deepEqual(args.slice(0, 2), ['-F', '/dev/null']);
  for (const host of ['-oProxyCommand=touch /tmp/x', 'a b', '', '$(x)', 'a;b', '-', 'user@host', '../x'])
    assert.throws(() => sshArguments({ ...place, host }), { code: 'USAGE' }, host);
  assert.equal(checkedHost('[fe80::1]'), 'fe80::1');
  assert.equal(checkedHost('::1'), '::1');
});

test('failures of ssh are told for what they are', () => {
  const place = { host: '10.0.0.1', port: 22, user: 'admin', knownHosts: '/s/known' };
  const changed =
    '@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@\nSHA256:offered\nHost key verification failed.';
  const error = sshFailure(changed, 'node', place, 'SHA256:accepted');
  assert.equal(error.code, 'SSH_HOST_KEY');
  assert.match(error.why ?? '', /accepted SHA256:accepted; offered SHA256:offered; no password was sent/);
  assert.match(error.hints.join(), /bmc hostkey accept node/);
  assert.equal(sshFailure('admin@h: Permission denied (password).', 'node', place, '').code, 'BMC_AUTH_FAILED');
  assert.equal(sshFailure('connect to host h port 22: Connection refused', 'node', place, '').code, 'BMC_UNREACHABLE');
});

test('the password is told once, to a question for one, and lies in no file', async () => {
  const canary = 'Canary-Askpass-1';
  const askpass = await openAskpass(new Secret(canary));
  const program = askpass.env.SSH_ASKPASS ?? '';
  const folder = dirname(program);
  const ask = (question: string) =>
    promisify(execFile)(program, [question]).then(
      ({ stdout }) => stdout,
      () => 'nothing',
    );
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder)) {
    const info = statSync(join(folder, name));
    assert.equal(info.mode & 0o077, 0, name);
    if (info.isFile()) assert.ok(!readFileSync(join(folder, name), 'utf8').includes(canary), name);
  }
  assert.ok(!JSON.stringify(askpass.env).includes(canary));
  assert.equal(await ask('Are you sure you want to continue connecting (yes/no)?'), 'nothing');
  assert.equal(await ask("Enter passphrase for key '/x':"), 'nothing');
  assert.equal(askpass.wasAsked(), false);
  assert.equal(await ask("admin@10.0.0.1's password: "), `${canary}\n`);
  assert.equal(await ask("admin@10.0.0.1's password: "), 'nothing');
  await askpass.close();
  assert.throws(() => statSync(folder), { code: 'ENOENT' });
});
