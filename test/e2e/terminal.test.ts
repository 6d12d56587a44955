/** The two views on a real pseudo-terminal, drawn into a terminal emulator: what a person sees, before, during and after. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cli, startCli } from './cli-process.js';
import { openTerminal, ptyMissing, type Terminal } from './terminal.js';

const skip = await ptyMissing();

let cli: Cli;
before(async () => {
  if (skip === false) cli = await startCli(2);
});
after(async () => cli?.close());

/** A shell that has something on its screen, so that what a view leaves behind would show. */
async function shell(size: { readonly columns: number; readonly rows: number }): Promise<Terminal> {
  const terminal = await openTerminal(cli.environment, size);
  // Typed before its prompt, a command would be echoed twice.
  await terminal.shows(/^\$/);
  terminal.type('stty -a >"$HOME/stty-before"; echo before the view\r');
  await terminal.shows(/^before the view\n\$/m);
  return terminal;
}

/** After a view: the screen as it was, plus the lines after the command; the line discipline as it was. */
async function isRestored(terminal: Terminal, before: string): Promise<void> {
  terminal.type('stty -a >"$HOME/stty-after"; cmp "$HOME/stty-before" "$HOME/stty-after" && echo "stty same"\r');
  await terminal.shows('\nstty same');
  assert.ok(terminal.screen().startsWith(before), terminal.screen());
  assert.equal(terminal.isAlternate(), false);
}

const discover = (): string => `metalctl discover -i ${[...cli.range, ...cli.account].join(' ')}; echo "exit $?"\r`;

test('discover -i: choose, preview, create, and the screen is as before', { skip }, async () => {
  const terminal = await shell({ columns: 100, rows: 24 });
  try {
    const screen = terminal.screen();
    terminal.type(discover());
    await terminal.shows(/✔ 2\/2 {2}2 found/);
    assert.equal(terminal.isAlternate(), true);
    // Both keys at once, as a fast hand or a slow line sends them.
    terminal.type('a\r');
    await terminal.shows('PLAN  2 BMCs · 2 BMCSecrets');
    terminal.type('\r');
    await terminal.shows(/✔ \d BMCs? onboarded.*; q leaves/);
    terminal.type('q');
    await terminal.shows('\nexit 0');
    assert.match(terminal.screen(), /bmc\.metal\.ironcore\.dev\/\S+ created\n/);
    await isRestored(terminal, screen);
  } finally {
    terminal.close();
  }
});

test('discover -i: resize down, too small and back; Ctrl-C leaves everything as it was', { skip }, async () => {
  const terminal = await shell({ columns: 120, rows: 30 });
  try {
    terminal.type(discover());
    await terminal.shows(/✔ 2\/2 {2}2 found/);
    await terminal.resize({ columns: 60, rows: 16 });
    await terminal.shows(/^─{60}$/m);
    await terminal.resize({ columns: 30, rows: 8 });
    await terminal.shows('Too small for the discover');
    await terminal.resize({ columns: 120, rows: 30 });
    await terminal.shows(/^─{120}$/m);
    terminal.type('\u0003');
    await terminal.shows('\nexit 130');
    assert.equal(terminal.isAlternate(), false);
    assert.match(terminal.screen(), /before the view/);
  } finally {
    terminal.close();
  }
});

test('a pasted text is never run as keys', { skip }, async () => {
  const terminal = await shell({ columns: 100, rows: 24 });
  try {
    terminal.type(discover());
    await terminal.shows(/✔ 2\/2 {2}2 found/);
    terminal.type('\u001b[200~q\u001b[201~');
    terminal.type('?');
    await terminal.shows('enter              see what would be created');
    terminal.type('qq');
    await terminal.shows('\nexit 0');
  } finally {
    terminal.close();
  }
});

test('claim -i -o name: the view on the terminal, the result in the pipe', { skip }, async () => {
  // The machines the first test created come to Available.
  await cli.live.pass({ settle: true, deadlineMs: 15_000 });
  const terminal = await shell({ columns: 100, rows: 24 });
  try {
    const screen = terminal.screen();
    terminal.type('metalctl claim db-07 -i -o name --image img --driver none >"$HOME/result"; echo "exit $?"\r');
    await terminal.shows('2 servers > 2 claimable');
    terminal.type('\r');
    await terminal.shows('Will create: ServerClaim default/db-07');
    terminal.type('y');
    await terminal.shows('\nexit 0');
    terminal.type('cat "$HOME/result"\r');
    await terminal.shows('\nserverclaim.metal.ironcore.dev/db-07\n');
    await isRestored(terminal, screen);
  } finally {
    terminal.close();
  }
});

test('claim -i: Ctrl-C while the claim is followed says what is there and how to go on', { skip }, async () => {
  const terminal = await shell({ columns: 100, rows: 24 });
  try {
    const screen = terminal.screen();
    terminal.type('metalctl claim db-08 -i --image img --driver none --wait; echo "exit $?"\r');
    await terminal.shows(/2 servers > \d claimable/);
    terminal.type('\r');
    await terminal.shows('Will create: ServerClaim default/db-08');
    terminal.type('y');
    // Nobody reconciles: it would wait for half an hour.
    await terminal.shows('claim written');
    terminal.type('\u0003');
    await terminal.shows('\nexit 130');
    assert.match(terminal.screen(), /interrupted: claim default\/db-08 is written[\s\S]*metalctl wait/);
    await isRestored(terminal, screen);
  } finally {
    terminal.close();
  }
});
