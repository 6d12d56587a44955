/** How a view ends when nobody asked it to: the terminal is given back, or the next run says how to mend it. And the terminals it draws on. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Cli, startCli } from './cli-process.js';
import { openTerminal, ptyMissing, type Terminal } from './terminal.js';

const skip = await ptyMissing();
const throwing = new URL('./throwing-view.ts', import.meta.url).pathname;

let cli: Cli;
before(async () => {
  if (skip !== false) return;
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass({ settle: true, deadlineMs: 15_000 });
});
after(async () => cli?.close());

const state = (): string => cli.environment.METALCTL_STATE_DIR ?? '';
const marked = (): string[] => readdirSync(join(state(), 'views'));

async function shell(): Promise<Terminal> {
  const terminal = await openTerminal(cli.environment, { columns: 100, rows: 24 });
  await terminal.shows(/^\$/);
  terminal.type('stty -a >"$HOME/stty-before"; echo before the view\r');
  await terminal.shows(/^before the view\n\$/m);
  return terminal;
}

/** The screen as it was, with its cursor; echo and line editing as they were. */
async function isSane(terminal: Terminal, before: string): Promise<void> {
  terminal.type('stty -a >"$HOME/stty-after"; cmp "$HOME/stty-before" "$HOME/stty-after" && echo "stty same"\r');
  await terminal.shows('\nstty same');
  assert.equal(terminal.isAlternate(), false);
  assert.equal(terminal.isCursorShown(), true);
  assert.ok(terminal.screen().startsWith(before), terminal.screen());
}

for (const [key, said] of [
  ['x', 'thrown while drawing'],
  ['y', 'thrown while a key was handled'],
  ['z', 'thrown where nobody waits'],
] as const) {
  test(`an error ${said}: the terminal is as before, and the error is read below`, { skip }, async () => {
    const terminal = await shell();
    try {
      const screen = terminal.screen();
      terminal.type(`"${process.execPath}" --import tsx "${throwing}"; echo "exit $?"\r`);
      await terminal.shows(/^the view is ready$/m);
      terminal.type(key);
      await terminal.shows('\nexit 1');
      assert.ok(terminal.screen().includes(`it ended with: ${said}`), terminal.screen());
      await isSane(terminal, screen);
    } finally {
      terminal.close();
    }
  });
}

test('a view that is hung up gives the terminal back and leaves no mark', { skip }, async () => {
  const terminal = await shell();
  try {
    const screen = terminal.screen();
    terminal.type('metalctl top servers; echo "exit $?"\r');
    await terminal.shows(/SERVERS/);
    const [pid] = marked();
    process.kill(Number(pid), 'SIGHUP');
    await terminal.shows('\nexit 129');
    assert.deepEqual(marked(), []);
    await isSane(terminal, screen);
  } finally {
    terminal.close();
  }
});

test('after a view that was killed outright the next run says reset, once, and only on that terminal', {
  skip,
}, async () => {
  const terminal = await shell();
  const other = await shell();
  try {
    terminal.type('metalctl top servers; echo "exit $?"\r');
    await terminal.shows(/SERVERS/);
    const [pid] = marked();
    process.kill(Number(pid), 'SIGKILL');
    await terminal.shows(/exit 137/);
    const hint = /A view was killed here .* reset/;
    other.type('metalctl version --client; echo "first $?"\r');
    await other.shows('\nfirst 0');
    assert.doesNotMatch(other.screen(), hint);
    // What the person would do now; until then Enter is no end of a line, and Ctrl-J is.
    terminal.type('stty sane; clear; printf "\\033[?1049l\\033[?25h\\033[?2004l"; echo mended\n');
    await terminal.shows(/^mended$/m);
    terminal.type('metalctl version --client; echo "first $?"\r');
    await terminal.shows('\nfirst 0');
    assert.match(terminal.screen(), hint);
    terminal.type('clear; metalctl version --client; echo "second $?"\r');
    await terminal.shows('\nsecond 0');
    assert.doesNotMatch(terminal.screen(), hint);
    assert.deepEqual(marked(), []);
  } finally {
    terminal.close();
    other.close();
  }
});

for (const [setting, ascii] of [
  ['TERM=screen', false],
  ['TERM=linux', false],
  ['TERM=xterm-256color', false],
  ['TERM=xterm-256color LANG=C LC_ALL=C', true],
] as const) {
  test(`${setting}: every view starts, draws, and leaves nothing behind`, { skip }, async () => {
    const terminal = await shell();
    try {
      const server = (await cli.live.servers())[0]?.metadata.name ?? '';
      for (const [command, loaded] of [
        ['top servers', /SERVERS \d/],
        ['claim x -i --image img', /\d servers?/],
        [`describe server/${server} -i`, /\[Overview\]/],
        [`discover -i ${[...cli.range, ...cli.account].join(' ')}`, /2\/2 {2}2 found/],
      ] as const) {
        const screen = terminal.screen();
        terminal.type(`${setting} metalctl ${command}; echo "exit $?"\r`);
        await terminal.shows(loaded);
        await terminal.shows(ascii ? /^-{100}$/m : /^─{100}$/m);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what is ASCII begins with them
        if (ascii) assert.doesNotMatch(terminal.screen(), /[^\x00-\x7f]/);
        terminal.type('q');
        await terminal.shows(/exit \d+\n\$$/);
        assert.ok(terminal.screen().startsWith(screen), terminal.screen());
        terminal.type('clear\r');
        await terminal.shows(/^\$$/);
      }
    } finally {
      terminal.close();
    }
  });
}

test('METALCTL_DEBUG=tui: keys and frames are in a file, a typed password is not, and the screen shows none of it', {
  skip,
}, async () => {
  const terminal = await shell();
  try {
    terminal.type(
      `METALCTL_DEBUG=tui metalctl discover -i ${[...cli.range, ...cli.account].join(' ')}; echo "exit $?"\r`,
    );
    await terminal.shows(/2\/2 {2}2 found/);
    terminal.type('c');
    await terminal.shows(/user name \[_\]/);
    terminal.type('jack\r');
    await terminal.shows(/password of jack \[_\]/);
    terminal.type('zyxwvu');
    await terminal.shows(/password of jack \[…_\]/);
    terminal.type('\u001b');
    await terminal.shows(/^(?![\s\S]*password of jack)/);
    terminal.type('q');
    await terminal.shows('\nexit 0');
    const lines = readFileSync(join(state(), 'tui.log'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; press?: string; bytes?: number; event?: string });
    const pressed = lines.flatMap(({ press }) => press ?? []);
    assert.deepEqual(pressed, ['c', 'j', 'a', 'c', 'k', 'return', '…', '…', '…', '…', '…', '…', '…', 'q']);
    assert.ok(lines.some(({ msg, bytes }) => msg === 'frame' && (bytes ?? 0) > 0));
    assert.ok(lines.some(({ msg, event }) => msg === 'event' && event === 'finding'));
  } finally {
    terminal.close();
  }
});
