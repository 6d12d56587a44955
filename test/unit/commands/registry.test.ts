import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from '../../../src/cli.js';
import { completionScript, fileOf, shells } from '../../../src/commands/completion-scripts.js';
import { globalFlags } from '../../../src/commands/globals.js';
import { commandPage, exitsOf, overview } from '../../../src/commands/help.js';
import { commands } from '../../../src/commands/index.js';
import { UserError } from '../../../src/errors/classes.js';
import { Exit } from '../../../src/errors/exit.js';

for (const command of commands) {
  test(`cli.md §18.1: ${command.name}: its body loads, its help names examples and exit codes, its examples parse`, async () => {
    const body = (await command.run()) as { default?: unknown };
    assert.equal(typeof body.default, 'function');
    const page = commandPage(command, 'metalctl');
    assert.ok(command.examples.length >= 3);
    for (const name of exitsOf(command)) assert.ok(page.includes(`${Exit[name]} ${name}`), name);
    assert.ok(!Object.keys(command.flags).some((key) => key in globalFlags), 'a flag hides a global one');
    for (const [line] of command.examples) {
      const words =
        line
          .split(/[|>]/)[0]
          ?.match(/"[^"]*"|'[^']*'|\S+/g)
          ?.map((word) => word.replace(/^["']|["']$/g, '')) ?? [];
      if (words[0] === 'metalctl' && !/[<$(]/.test(line))
        assert.ok('command' in parse(words.slice(1), 'metalctl'), line);
    }
  });
}

test('help fits 80 columns, but for what must not be broken: commands to copy, the usage line, single words', () => {
  const tooLong = commands.flatMap((command) => {
    const whole = new Set(command.examples.map(([line]) => `  ${line}`));
    return commandPage(command, 'metalctl')
      .split('\n')
      .filter(
        (line) => line.length > 80 && !whole.has(line) && !line.startsWith('Usage: ') && line.trim().includes(' '),
      )
      .map((line) => `${command.name}: ${line}`);
  });
  assert.deepEqual(tooLong, []);
});

test('the overview names every area once', () => {
  const text = overview(commands, 'metalctl');
  const words = (isHidden: boolean) =>
    new Set(commands.filter(({ hidden = false }) => hidden === isHidden).map(({ name }) => name.split(' ')[0]));
  for (const word of words(false)) assert.match(text, new RegExp(`\\b${word}\\b`));
  for (const word of words(true)) assert.doesNotMatch(text, new RegExp(`\\b${word}\\b`));
});

test('names are unique, and only the last argument takes several values', () => {
  assert.equal(new Set(commands.map(({ name }) => name)).size, commands.length);
  for (const { args } of commands) {
    assert.ok(
      Object.values(args)
        .slice(0, -1)
        .every(({ arity }) => arity === 'one' || arity === 'optional'),
    );
  }
});

test('shipped completions are what the program prints', () => {
  for (const shell of shells) {
    const shipped = readFileSync(new URL(`../../../completions/${fileOf(shell)}`, import.meta.url), 'utf8');
    assert.equal(shipped, completionScript(shell), `${shell}: run npm run generate`);
  }
});

const usage = (words: readonly string[], message: RegExp, hint?: RegExp): void => {
  assert.throws(
    () => parse(words, 'metalctl'),
    (error) =>
      error instanceof UserError &&
      error.code === 'USAGE' &&
      message.test(error.message) &&
      (hint === undefined || hint.test(error.hints.join())),
    words.join(' '),
  );
};

test('typos are named with what was meant', () => {
  usage(['gte'], /unknown command "gte"/, /did you mean: get/);
  usage(['power', 'onn'], /unknown command "power onn"/, /power on/);
  usage(['get', 'servers', '--wath'], /unknown flag "--wath"/, /--watch/);
  usage(['edit'], /^edit needs KIND/);
  usage(['power'], /"power" needs a word behind it: .*off/, /metalctl power --help/);
  usage(['bmc', 'users'], /"bmc users" needs a word behind it: list/, /metalctl bmc users --help/);
  usage(['version', 'extra'], /too many|excess|expected/i);
  usage(['get', 'servers', '-o'], /argument missing/);
  usage(['get', 'servers', '--dry-run'], /has no dry run/);
});

test('flags stand anywhere, have --no- forms, and a bare --dry-run eats no word', () => {
  const request = parse(
    ['-n', 'db', 'cordon', '--dry-run', 'node-07', '-vv', '--no-interactive', '--', '-x'],
    'metalctl',
  );
  assert.ok('command' in request);
  assert.equal(request.command.name, 'cordon');
  assert.deepEqual(request.args.servers, ['node-07', '-x']);
  const { namespace, dryRun, verbose, interactive } = request.globals;
  assert.deepEqual(
    { namespace, dryRun, verbose, interactive },
    { namespace: 'db', dryRun: 'server', verbose: 2, interactive: false },
  );
});

test('an argument that is lacking is named as the usage line spells it, with a line that has it', () => {
  assert.throws(
    () => parse(['tree'], 'metalctl'),
    (error: UserError) => {
      assert.deepEqual(
        [error.code, error.message, error.hints],
        ['USAGE', 'tree needs KIND/NAME', ['metalctl tree server/node-07', 'metalctl tree --help']],
      );
      return true;
    },
  );
  assert.throws(() => parse(['bmc', 'settings', 'set'], 'kubectl metal'), /^UserError: bmc settings set needs /);
});

test('help is shown whatever else is missing', () => {
  for (const words of [
    ['get', '--help'],
    ['help', 'get'],
    ['power', '--help'],
    ['power', 'on', '-h'],
    ['--help'],
    [],
  ]) {
    const request = parse(words, 'metalctl');
    assert.ok('help' in request && request.help.includes('Usage: metalctl'), words.join(' '));
  }
});
