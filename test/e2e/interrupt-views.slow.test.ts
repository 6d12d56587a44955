/** Ctrl-C at every step of the discover and claim views: what was done, what is in flight, how to go on; 130; the terminal as before. */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { BMC } from '../../src/api/metal/v1alpha1/bmc.js';
import { ServerClaim } from '../../src/api/metal/v1alpha1/serverclaim.js';
import { type Cli, startCli } from './cli-process.js';
import { openTerminal, ptyMissing, type Terminal } from './terminal.js';
import { type Wire, wired } from './wire.js';

const skip = await ptyMissing();

let cli: Cli;
let wire: Wire;
let environment: NodeJS.ProcessEnv;
/** A place that takes connections, and never says a word. */
let silent: Server;
const heard = new Set<Socket>();
before(async () => {
  if (skip !== false) return;
  cli = await startCli(4);
  // One is onboarded, for claims; the others are new.
  await cli.live.onboard();
  await cli.live.pass({ settle: true, deadlineMs: 60_000 });
  ({ wire, environment } = await wired(cli));
  silent = createServer((socket) => void heard.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const [, ...others] = (await cli.live.ports.cluster.list(BMC)).items;
  for (const { metadata } of others) await cli.live.ports.cluster.delete(BMC, { name: metadata.name });
  await cli.live.pass({ settle: true, deadlineMs: 60_000 });
});
after(async () => {
  for (const socket of heard) socket.destroy();
  silent?.close();
  wire?.cut();
  await cli?.close();
});

interface Step {
  readonly at: string;
  readonly command: () => string;
  /** On the screen before keys are typed. */
  readonly loaded: RegExp;
  /** Keys, and what they lead to. */
  readonly keys: readonly (readonly [keys: string, shown: RegExp])[];
  readonly said: RegExp;
}

const discover = (): string => `metalctl discover -i ${[...cli.range, ...cli.account].join(' ')}`;
const found = /4\/4 {2}4 found/;
const nothing = /interrupted: nothing was created, nothing is in flight; the report is kept\n/;
const claim = (): string => 'metalctl claim db-07 -i --image img --driver none';

const steps: readonly Step[] = [
  {
    at: 'discover, sweep',
    command: () => `${discover()} --target 127.0.0.1:${(silent.address() as AddressInfo).port} --probe-timeout 60s`,
    loaded: /4\/5 {2}4 found/,
    keys: [],
    said: /interrupted: 4 of 5 addresses were asked; [\s\S]*go on {4}metalctl discover -i --resume last --bmc-username admin/,
  },
  {
    at: 'discover, choose',
    command: discover,
    loaded: found,
    keys: [],
    said: /interrupted: nothing was created, nothing is in flight; the report is kept\ngo on {4}metalctl discover -i --resume last --bmc-username admin/,
  },
  {
    at: 'discover, typing a name',
    command: discover,
    loaded: found,
    keys: [
      ['a', /3 selected/],
      ['n\u0015', /name of [^\n]* \[_\]/],
    ],
    said: new RegExp(`${nothing.source}go on {4}metalctl onboard --from last 127[^ ]* 127[^ ]* 127`),
  },
  {
    at: 'discover, typing a password',
    command: discover,
    loaded: found,
    keys: [
      ['a', /3 selected/],
      ['croot\r', /password of root \[_\]/],
      ['hunter2', /password of root \[…_\]/],
    ],
    said: /interrupted: the typed account was not tried, nothing was created, nothing is in flight; the report is kept\n/,
  },
  {
    at: 'discover, preview',
    command: discover,
    loaded: found,
    keys: [
      ['a', /3 selected/],
      ['\r', /Enter or y creates it/],
    ],
    said: new RegExp(`${nothing.source}go on {4}metalctl onboard --from last 127[^ ]* 127[^ ]* 127`),
  },
  {
    at: 'claim, before the servers are there',
    command: claim,
    loaded: /1 wanted/,
    keys: [],
    said: /interrupted: nothing was written, nothing is in flight[;\n]/,
  },
  {
    at: 'claim, choose',
    command: claim,
    loaded: / servers? > 1 claimable/,
    keys: [],
    said: /interrupted: nothing was written, nothing is in flight\ngo on {4}metalctl claim db-07 -n default --image img -i\n/,
  },
  {
    at: 'claim, form',
    command: claim,
    loaded: / servers? > 1 claimable/,
    keys: [['\t8', /cores >= \[8_/]],
    said: /interrupted: nothing was written, nothing is in flight\ngo on {4}metalctl claim db-07 -n default --image img --cpu 8 -i\n/,
  },
  {
    at: 'claim, preview',
    command: claim,
    loaded: / servers? > 1 claimable/,
    keys: [['\r', /Enter or y creates it/]],
    said: /interrupted: nothing was written, nothing is in flight\ngo on {4}metalctl claim db-07 -n default --server \S+ --image img\n/,
  },
];

async function shell(): Promise<Terminal> {
  const terminal = await openTerminal(environment, { columns: 200, rows: 40 });
  await terminal.shows(/^\$/);
  terminal.type('stty -a >"$HOME/stty-before"; echo before the view\r');
  await terminal.shows(/^before the view\n\$/m);
  return terminal;
}

/** The screen begins as before, lines are echoed, and the exit code is that of an interrupt. */
async function isRestored(terminal: Terminal, before: string): Promise<void> {
  await terminal.shows(/\nexit 130\n\$$/);
  assert.equal(terminal.isAlternate(), false);
  assert.ok(terminal.screen().startsWith(before), terminal.screen());
  terminal.type('stty -a >"$HOME/stty-after"; cmp "$HOME/stty-before" "$HOME/stty-after" && echo "stty same"\r');
  await terminal.shows('\nstty same');
}

async function walk(terminal: Terminal, { command, loaded, keys }: Step): Promise<string> {
  const before = terminal.screen();
  terminal.type(`${command()} >"$HOME/result"; echo "exit $?"\r`);
  await terminal.shows(loaded);
  for (const [typed, shown] of keys) {
    terminal.type(typed);
    await terminal.shows(shown);
  }
  terminal.type('\u0003');
  return before;
}

for (const step of steps) {
  test(`Ctrl-C: ${step.at}`, { skip }, async () => {
    const terminal = await shell();
    try {
      const before = await walk(terminal, step);
      await isRestored(terminal, before);
      assert.match(terminal.screen(), step.said);
      assert.ok(!terminal.written().includes('hunter2'));
      assert.equal((await cli.live.ports.cluster.list(BMC)).items.length, 1);
      assert.equal((await cli.live.ports.cluster.list(ServerClaim)).items.length, 0);
    } finally {
      terminal.close();
    }
  });
}

test('Ctrl-C: claim, claiming: what is written is named, with the commands that go on and back', { skip }, async () => {
  const terminal = await shell();
  try {
    const before = await walk(terminal, {
      at: 'claiming',
      command: () => `${claim()} --wait`,
      loaded: / servers? > 1 claimable/,
      keys: [
        ['\r', /Enter or y creates it/],
        ['y', /✔ claim written/],
      ],
      said: /./,
    });
    await isRestored(terminal, before);
    assert.match(
      terminal.screen(),
      /interrupted: claim default\/db-07 is written, no server is bound yet\ngo on {4}metalctl wait claim\/db-07 -n default --for phase=Bound\n.*\ngo back {2}metalctl release db-07 -n default\n/,
    );
    await cli.live.ports.cluster.delete(ServerClaim, { namespace: 'default', name: 'db-07' });
    await cli.live.pass({ settle: true, deadlineMs: 60_000 });
  } finally {
    terminal.close();
  }
});

test('Ctrl-C: discover, create: the object that is written is finished, and the rest is a command', {
  skip,
}, async () => {
  const terminal = await shell();
  const made = async (): Promise<number> => (await cli.live.ports.cluster.list(BMC)).items.length - 1;
  try {
    for (const [when, shown, count] of [
      ['before the first object is there', /Creating …/, 1],
      ['after the first', /created/, 1],
    ] as const) {
      const open = await made();
      terminal.type(`clear; ${discover()} >"$HOME/result"; echo "exit $?"\r`);
      await terminal.shows(found);
      terminal.type('a');
      await terminal.shows(new RegExp(`${3 - open} selected`));
      terminal.type('\r');
      await terminal.shows(/Enter or y creates it/);
      wire.slow(500);
      terminal.type('y');
      await terminal.shows(shown);
      terminal.type('\u0003');
      await terminal.shows(/\nexit 130/);
      wire.slow(0);
      const now = (await made()) - open;
      assert.ok(now >= count && now < 3 - open, `${when}: ${now} of ${3 - open}`);
      assert.match(
        terminal.screen(),
        new RegExp(
          `interrupted: ${now} of ${3 - open} BMCs onboarded; nothing is in flight, no machine was touched\\ngo on {4}metalctl onboard --from last 127[\\s\\S]*go back {2}metalctl delete bmc `,
        ),
      );
      assert.equal(terminal.isAlternate(), false);
      for (const { metadata } of (await cli.live.ports.cluster.list(BMC)).items.slice(1)) {
        await cli.live.ports.cluster.delete(BMC, { name: metadata.name });
      }
      await cli.live.pass({ settle: true, deadlineMs: 60_000 });
    }
  } finally {
    wire.slow(0);
    terminal.close();
  }
});
