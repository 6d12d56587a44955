/** Every view on a real pseudo-terminal: leaving, interrupts, sizes, suspension, filters, an API that goes and comes back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cli, startCli } from './cli-process.js';
import { openTerminal, ptyMissing, type Terminal } from './terminal.js';
import { type Wire, wired } from './wire.js';

const skip = await ptyMissing();

let cli: Cli;
let wire: Wire;
let server = '';
let environment: NodeJS.ProcessEnv;
before(async () => {
  if (skip !== false) return;
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass({ settle: true, deadlineMs: 15_000 });
  server = (await cli.live.servers())[0]?.metadata.name ?? '';
  ({ wire, environment } = await wired(cli));
});
after(async () => {
  wire?.cut();
  await cli?.close();
});

interface Case {
  readonly name: string;
  readonly command: () => string;
  /** On the screen once it is loaded. */
  readonly loaded: RegExp;
  readonly tooSmall: string;
  readonly hasFilter: boolean;
  /** Whether it follows the API. */
  readonly isLive: boolean;
}

const cases: readonly Case[] = [
  {
    name: 'discover',
    command: () => `metalctl discover -i ${[...cli.range, ...cli.account].join(' ')}`,
    loaded: /2\/2 {2}2 found/,
    tooSmall: 'Too small for the discover',
    hasFilter: true,
    isLive: false,
  },
  {
    name: 'claim',
    command: () => 'metalctl claim db-07 -i --image img',
    loaded: /2 servers/,
    tooSmall: 'Too small for the claim',
    hasFilter: true,
    isLive: true,
  },
  {
    name: 'top',
    command: () => 'metalctl top servers',
    loaded: /SERVERS 2/,
    tooSmall: 'Too small for the dashboard',
    hasFilter: true,
    isLive: true,
  },
  {
    name: 'server',
    command: () => `metalctl describe server/${server} -i`,
    loaded: /\[Overview\]/,
    tooSmall: 'Too small for the server',
    hasFilter: false,
    isLive: true,
  },
];

async function shell(): Promise<Terminal> {
  const terminal = await openTerminal(environment, { columns: 80, rows: 24 });
  await terminal.shows(/^\$/);
  terminal.type('stty -a >"$HOME/stty-before"; echo before the view\r');
  await terminal.shows(/^before the view\n\$/m);
  return terminal;
}

for (const { name, command, loaded, tooSmall, hasFilter, isLive } of cases) {
  test(`${name}: sizes, suspension, filter, a cut API, and the terminal as before`, { skip }, async () => {
    const terminal = await shell();
    try {
      const before = terminal.screen();
      terminal.type(`${command()}; echo "exit $?"\r`);
      await terminal.shows(loaded);
      assert.equal(terminal.isAlternate(), true);
      await terminal.resize({ columns: 120, rows: 40 });
      await terminal.shows(/^─{120}$/m);
      await terminal.resize({ columns: 50, rows: 12 });
      await terminal.shows(/^─{50}$/m);
      await terminal.resize({ columns: 30, rows: 8 });
      await terminal.shows(tooSmall);
      await terminal.resize({ columns: 80, rows: 24 });
      await terminal.shows(loaded);
      if (hasFilter) {
        terminal.type('/zzzz\r');
        await terminal.shows(/0 of \d+ match "zzzz"/);
        terminal.type('\u001b');
        await terminal.shows(/^(?![\s\S]*0 of \d+ match)[\s\S]*─{80}/);
      }
      terminal.type('\u001a');
      await terminal.shows(/[Ss]topped/);
      assert.equal(terminal.isAlternate(), false);
      assert.match(terminal.screen(), /before the view/);
      // Told to the shell, which has the terminal now.
      await terminal.resize({ columns: 100, rows: 30 });
      terminal.type('fg\r');
      await terminal.shows(/^─{100}$/m);
      assert.equal(terminal.isAlternate(), true);
      await terminal.resize({ columns: 80, rows: 24 });
      await terminal.shows(loaded);
      if (isLive) {
        wire.cut();
        await terminal.shows(/reconnecting \d+s \(try \d+\)/);
        await terminal.shows(/stale \d+s/);
        await wire.mend();
        await terminal.shows(/^(?![\s\S]*reconnecting)[\s\S]*─{80}/);
      }
      terminal.type('q');
      // The shell went on with the rest of its line at the suspension: what ends now is the job, and the prompt is back.
      await terminal.shows(/\n\$$/);
      terminal.type('stty -a >"$HOME/stty-after"; cmp "$HOME/stty-before" "$HOME/stty-after" && echo "stty same"\r');
      await terminal.shows('\nstty same');
      assert.ok(terminal.screen().startsWith(before), terminal.screen());
      assert.equal(terminal.isAlternate(), false);
    } finally {
      terminal.close();
    }
  });

  test(`${name}: Ctrl-C leaves everything as it was`, { skip }, async () => {
    const terminal = await shell();
    try {
      const before = terminal.screen();
      terminal.type(`${command()}; echo "exit $?"\r`);
      await terminal.shows(loaded);
      terminal.type('\u0003');
      await terminal.shows(/\nexit \d+/);
      assert.equal(terminal.isAlternate(), false);
      assert.ok(terminal.screen().startsWith(before), terminal.screen());
    } finally {
      terminal.close();
    }
  });
}

test('top opens a server, cordons it there, and comes back; a BMC fault is what needs attention', {
  skip,
}, async () => {
  const terminal = await shell();
  try {
    terminal.type('metalctl top servers; echo "exit $?"\r');
    await terminal.shows(/SERVERS 2/);
    terminal.type('\r');
    await terminal.shows(/\[Overview\][\s\S]*c cordon/);
    terminal.type('c');
    await terminal.shows(/cordoned/);
    await terminal.shows(/u uncordon/);
    terminal.type('u');
    await terminal.shows(/c cordon/);
    terminal.type('\u001b');
    await terminal.shows(/SERVERS 2/);
    const bmc = (await cli.live.servers())[0]?.spec?.bmcRef?.name ?? '';
    await cli.live.ports.cluster.patch(
      (await import('../../src/api/metal/v1alpha1/bmc.js')).BMC,
      { name: bmc },
      {
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'BmcUnreachable',
              message: '503 from Redfish',
              lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ''),
            },
          ],
        },
      },
      'merge',
      { subresource: 'status' },
    );
    terminal.type('1');
    await terminal.shows(new RegExp(`✖ bmc/${bmc}.*503 from Redfish`));
    terminal.type('q');
    await terminal.shows('\nexit 0');
  } finally {
    terminal.close();
  }
});

test('without a terminal each view names what replaces it, and ends with NEEDS_INPUT', { skip }, async () => {
  for (const args of [
    ['discover', '-i', ...cli.range],
    ['claim', 'x', '-i'],
    ['describe', `server/${server}`, '-i'],
  ]) {
    const { code, stderr } = await cli.run(args);
    assert.equal(code, 12, stderr);
    assert.match(stderr, /needs a terminal/);
  }
  const { code, stdout } = await cli.run(['top', 'servers']);
  assert.equal(code, 0);
  assert.match(stdout, /^KIND +NAME +STATE/);
});

test('a dumb terminal gets rows instead of a dashboard, and is told what replaces a view', { skip }, async () => {
  const terminal = await shell();
  try {
    terminal.type('export TERM=dumb; metalctl top servers; echo "exit $?"\r');
    await terminal.shows(/^KIND +NAME +STATE[\s\S]*\nexit 0/m);
    terminal.type('clear; metalctl claim x -i; echo "exit $?"\r');
    await terminal.shows(/the claim view needs a terminal[\s\S]*--server NAME[\s\S]*\nexit 12/);
    assert.equal(terminal.isAlternate(), false);
  } finally {
    terminal.close();
  }
});

test('twenty columns: one sentence that says what to do instead, and leaving works', { skip }, async () => {
  const terminal = await shell();
  try {
    terminal.type('metalctl top servers; echo "exit $?"\r');
    await terminal.shows(/SERVERS 2/);
    await terminal.resize({ columns: 20, rows: 24 });
    await terminal.shows('Too small for the d');
    await terminal.shows('metalctl top --once');
    terminal.type('q');
    await terminal.shows(/\nexit 0/);
    assert.equal(terminal.isAlternate(), false);
  } finally {
    terminal.close();
  }
});

test('NO_COLOR: not one sequence of colour; without it there are some', { skip }, async () => {
  for (const [words, hasColour] of [
    ['NO_COLOR=1 metalctl top servers', false],
    ['metalctl top servers', true],
  ] as const) {
    const terminal = await shell();
    try {
      terminal.type(`${words}\r`);
      await terminal.shows(/SERVERS 2/);
      await terminal.shows(/✔ bmc-/);
      assert.equal(terminal.hasColour(), hasColour, words);
      terminal.type('q');
      await terminal.shows(/same as: metalctl top/);
    } finally {
      terminal.close();
    }
  }
});
