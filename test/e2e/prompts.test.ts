/** Questions of commands on a real terminal: what they say when asked back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cli, startCli } from './cli-process.js';
import { openTerminal, ptyMissing } from './terminal.js';

const skip = await ptyMissing();

let cli: Cli;
let server = '';
before(async () => {
  if (skip !== false) return;
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass({ settle: true, deadlineMs: 15_000 });
  server = (await cli.live.servers())[0]?.metadata.name ?? '';
});
after(async () => cli?.close());

test('asked back, a question says what answers it and the flag that does; no other answer changes anything', {
  skip,
}, async () => {
  const terminal = await openTerminal(cli.environment, { columns: 100, rows: 30 });
  try {
    await terminal.shows(/^\$/);
    terminal.type(`metalctl delete server ${server}; echo "exit $?"\r`);
    await terminal.shows(`Type ${server} to proceed:`);
    terminal.type('?\r');
    await terminal.shows(`--confirm ${server}`);
    terminal.type('y\r');
    await terminal.shows('\nexit 12');
    assert.equal((await cli.live.servers()).length, 2);
  } finally {
    terminal.close();
  }
});
