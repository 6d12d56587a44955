/** The claim view of the built program beside others: several servers marked and claimed, and one that another claim takes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerClaim } from '../../src/api/metal/v1alpha1/serverclaim.js';
import { type Cli, startCli } from './cli-process.js';
import { openTerminal, ptyMissing, type Terminal } from './terminal.js';

const skip = await ptyMissing();

let cli: Cli;
before(async () => {
  if (skip !== false) return;
  cli = await startCli(3);
  await cli.live.onboard();
  await cli.live.pass({ settle: true, deadlineMs: 60_000 });
});
after(() => cli?.close());

const pairs = async (): Promise<(string | undefined)[][]> =>
  (await cli.live.ports.cluster.list(ServerClaim, { namespace: 'default' })).items
    .map(({ metadata, spec }) => [metadata.name, spec?.serverRef?.name])
    .sort();

async function released(...names: string[]): Promise<void> {
  const { code, stderr } = await cli.run(['release', ...names, '--yes', '--wait']);
  assert.equal(code, 0, stderr);
  await cli.live.pass({ settle: true, deadlineMs: 60_000 });
}

async function shell(): Promise<Terminal> {
  const terminal = await openTerminal(cli.environment, { columns: 120, rows: 40 });
  await terminal.shows(/^\$/);
  return terminal;
}

test('two of three are marked, claimed together, and the printed command does it again', { skip }, async () => {
  const terminal = await shell();
  try {
    const names = (await cli.live.servers()).map(({ metadata }) => metadata.name).sort();
    terminal.type('metalctl claim web -i --count 2 --image img -o name >"$HOME/out"; echo "exit $?"\r');
    await terminal.shows(/2 wanted, 0 marked +3 servers > 3 claimable/);
    terminal.type('\r');
    await terminal.shows('0 of 2 marked: space marks 2 more, a the first that fit');
    terminal.type('G k ');
    await terminal.shows(/2 wanted, 2 marked/);
    terminal.type('\r');
    await terminal.shows(new RegExp(`default/web-0 {2}${names[2]}\\n default/web-1 {2}${names[1]}`));
    terminal.type('y');
    await terminal.shows(/\nexit 0/);
    const made = await pairs();
    assert.deepEqual(made, [
      ['web-0', names[2]],
      ['web-1', names[1]],
    ]);
    const command = /same as: (metalctl [\s\S]*?)\nexit 0/.exec(terminal.screen())?.[1]?.replace(/\n/g, '') ?? '';
    assert.match(command, /--count 2 --server \S+ --server \S+ --image img$/);
    terminal.type('clear; cat "$HOME/out"\r');
    await terminal.shows(/serverclaim\.metal\.ironcore\.dev\/web-0\nserverclaim\.metal\.ironcore\.dev\/web-1\n/);
    await released('web-0', 'web-1');
    const { code, stderr } = await cli.run(command.split(' ').slice(1));
    assert.equal(code, 0, stderr);
    assert.deepEqual(await pairs(), made);
    await released('web-0', 'web-1');
  } finally {
    terminal.close();
  }
});

test('all or none: one of the names is taken already; the other claim is withdrawn, and the list comes back', {
  skip,
}, async () => {
  const terminal = await shell();
  try {
    terminal.type('metalctl claim ci-1 --server $(metalctl get servers -o name | tail -1 | cut -d/ -f2) --image img\r');
    await terminal.shows(/ci-1 created/);
    terminal.type('clear; metalctl claim ci -i --count 2 --atomic --image img --driver local; echo "exit $?"\r');
    await terminal.shows(/2 wanted, or none, 0 marked +3 servers > 3 claimable/);
    terminal.type('a\ry');
    await terminal.shows(/^! .*; none is claimed/m);
    assert.deepEqual(
      (await pairs()).map(([name]) => name),
      ['ci-1'],
    );
    terminal.type('q');
    await terminal.shows(/\nexit \d+/);
    await released('ci-1');
  } finally {
    terminal.close();
  }
});

test('another terminal takes the server under the cursor: the plan closes, the row says whose it is, nothing else is chosen', {
  skip,
}, async () => {
  const terminal = await shell();
  try {
    const [first = ''] = (await cli.live.servers()).map(({ metadata }) => metadata.name).sort();
    terminal.type('metalctl claim late -i --image img; echo "exit $?"\r');
    await terminal.shows(/1 wanted +3 servers > 3 claimable/);
    await terminal.shows(new RegExp(`^> {2}${first}`, 'm'));
    terminal.type('\r');
    await terminal.shows(/Enter or y creates it/);
    const other = ['claim', 'early', '--server', first, '--image', 'img', '--wait=bound', '--driver', 'local'];
    const { code, stderr } = await cli.run(other);
    assert.equal(code, 0, stderr);
    await terminal.shows(new RegExp(`not claimable now[\\s\\S]*^>- ${first} +◆ taken by default/early`, 'm'));
    await terminal.shows(`\n! ${first}: claim default/early holds it`);
    terminal.type('\r');
    await terminal.shows(/✖ claim default\/early holds it/);
    terminal.type('q');
    await terminal.shows(/nothing was claimed\nexit \d+/);
  } finally {
    terminal.close();
  }
});

test('a claim that is written but not bound in time is told when the view is left', { skip }, async () => {
  const terminal = await shell();
  try {
    terminal.type('metalctl claim slow -i --image img --wait --timeout 1s --driver none; echo "exit $?"\r');
    await terminal.shows(/1 wanted +3 servers > \d claimable/);
    terminal.type('\r');
    await terminal.shows(/Enter or y creates it/);
    terminal.type('y');
    await terminal.shows(/✔ claim written/);
    await terminal.shows(/\n! .*slow/);
    terminal.type('q');
    await terminal.shows(
      /claim default\/slow is written, no server is bound yet\n[\s\S]*go back {2}metalctl release slow -n default\nexit 130/,
    );
  } finally {
    terminal.close();
  }
});
