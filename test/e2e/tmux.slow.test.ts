/**
 * Every view in a real terminal: tmux. Happy path, cancel, Ctrl-C, sizes, suspension, a filter without a match, a BMC
 * fault; before and after, the screen and `stty -a` are equal. What needs an API that is cut is in views.test.ts.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BMC } from '../../src/api/metal/v1alpha1/bmc.js';
import { type Cli, startCli } from './cli-process.js';

const skip = spawnSync('tmux', ['-V']).status === 0 ? false : 'no tmux here';
const bin = new URL('../../bin', import.meta.url).pathname;
const socket = `metalctl-${process.pid}`;
const tmux = (...args: string[]): string =>
  execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: cli.environment });

let cli: Cli;
let server = '';
before(async () => {
  if (skip !== false) return;
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass({ settle: true, deadlineMs: 30_000 });
  server = (await cli.live.servers())[0]?.metadata.name ?? '';
  // Without a session tmux ends, which the next one would race with.
  tmux('new-session', '-d', '-s', 'keeper', 'cat');
});
after(async () => {
  if (skip !== false) return;
  spawnSync('tmux', ['-L', socket, 'kill-server']);
  await cli.close();
});

/** A shell in a window of its own, with something on its screen. */
class Pane {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    const environment = { ...cli.environment, PATH: `${bin}:${process.env.PATH}`, PS1: '$ ', ENV: '' };
    // Said to the shell itself: the one tmux would start first sets some of it to its own liking.
    const words = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
    tmux('new-session', '-d', '-s', name, '-x', '80', '-y', '24', 'env', ...words, '/bin/sh', '-i');
  }

  keys(...keys: string[]): void {
    tmux('send-keys', '-t', this.#name, ...keys);
  }

  resize(columns: number, rows: number): void {
    tmux('resize-window', '-t', this.#name, '-x', String(columns), '-y', String(rows));
  }

  screen(): string {
    return tmux('capture-pane', '-p', '-t', this.#name).trimEnd();
  }

  isAlternate(): boolean {
    return tmux('display-message', '-p', '-t', this.#name, '#{alternate_on}').trim() === '1';
  }

  isCursorShown(): boolean {
    return tmux('display-message', '-p', '-t', this.#name, '#{cursor_flag}').trim() === '1';
  }

  async shows(what: RegExp): Promise<void> {
    const until = performance.now() + 20_000;
    while (!what.test(this.screen())) {
      if (performance.now() > until) throw new Error(`tmux never showed ${what}:\n${this.screen()}`);
      await sleep(50);
    }
  }

  close(): void {
    tmux('kill-session', '-t', this.#name);
  }
}

interface Case {
  readonly name: string;
  readonly command: () => string;
  readonly loaded: RegExp;
  readonly hasFilter: boolean;
}

const cases: readonly Case[] = [
  {
    name: 'discover',
    command: () => `metalctl discover -i ${[...cli.range, ...cli.account].join(' ')}`,
    loaded: /2\/2 {2}2 found/,
    hasFilter: true,
  },
  { name: 'claim', command: () => 'metalctl claim db-07 -i --image img', loaded: /2 servers >/, hasFilter: true },
  { name: 'top', command: () => 'metalctl top servers', loaded: /SERVERS 2/, hasFilter: true },
  { name: 'server', command: () => `metalctl describe server/${server} -i`, loaded: /\[Overview\]/, hasFilter: false },
];

async function shell(name: string): Promise<{ readonly pane: Pane; readonly before: string }> {
  const pane = new Pane(name);
  await pane.shows(/^\$/);
  pane.keys('clear; stty -a >"$HOME/stty-before"; echo before the view', 'Enter');
  await pane.shows(/^before the view\n\$/m);
  return { pane, before: pane.screen() };
}

/** The screen begins as it did, the line discipline and the cursor are as they were. */
async function isRestored(pane: Pane, before: string): Promise<void> {
  // Keys that come before the prompt may be thrown away when the terminal changes hands.
  await pane.shows(/\n\$$/);
  assert.equal(pane.isAlternate(), false);
  assert.equal(pane.isCursorShown(), true);
  assert.ok(pane.screen().startsWith(before), pane.screen());
  pane.keys('stty -a >"$HOME/stty-after"; cmp "$HOME/stty-before" "$HOME/stty-after" && echo "stty same"', 'Enter');
  await pane.shows(/^stty same$/m);
}

for (const { name, command, loaded, hasFilter } of cases) {
  test(`tmux, ${name}: sizes, a filter without match, suspension, cancel`, { skip }, async () => {
    const { pane, before } = await shell(`${name}-walk`);
    try {
      pane.keys(command(), 'Enter');
      await pane.shows(loaded);
      assert.equal(pane.isAlternate(), true);
      pane.resize(120, 40);
      await pane.shows(/^─{120}$/m);
      pane.resize(50, 12);
      await pane.shows(/^─{50}$/m);
      pane.resize(80, 24);
      await pane.shows(/^─{80}$/m);
      if (hasFilter) {
        pane.keys('/zzzz', 'Enter');
        await pane.shows(/0 of \d+ match "zzzz"/);
        pane.keys('Escape');
        await pane.shows(/^(?![\s\S]*0 of \d+ match)[\s\S]*─{80}/);
      }
      pane.keys('C-z');
      await pane.shows(/[Ss]topped/);
      assert.equal(pane.isAlternate(), false);
      pane.keys('fg', 'Enter');
      await pane.shows(loaded);
      pane.keys('q');
      await pane.shows(/fg\n[\s\S]*\n\$$/);
      await isRestored(pane, before);
    } finally {
      pane.close();
    }
  });

  test(`tmux, ${name}: Ctrl-C, also before anything is read`, { skip }, async () => {
    const { pane, before } = await shell(`${name}-interrupt`);
    try {
      for (const shown of [/^(?:metalctl|server\/)/, loaded]) {
        pane.keys(`clear; echo before the view; ${command()}; echo "exit $?"`, 'Enter');
        await pane.shows(shown);
        pane.keys('C-c');
        await pane.shows(/^exit \d+\n\$$/m);
        assert.equal(pane.isAlternate(), false);
      }
      await isRestored(pane, 'before the view');
      assert.match(before, /before the view/);
    } finally {
      pane.close();
    }
  });
}

test('tmux, top: a BMC fault is what needs attention, Enter opens the server behind it', { skip }, async () => {
  const { pane, before } = await shell('fault');
  try {
    pane.keys('metalctl top', 'Enter');
    await pane.shows(/Nothing needs attention/);
    const name = (await cli.live.servers())[0]?.spec?.bmcRef?.name ?? '';
    const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '');
    const fault = { type: 'Ready', status: 'False', reason: 'BmcUnreachable', message: '503 from Redfish' };
    const status = { conditions: [{ ...fault, lastTransitionTime }] };
    await cli.live.ports.cluster.patch(BMC, { name }, { status }, 'merge', { subresource: 'status' });
    await pane.shows(new RegExp(`✖ bmc/${name}.*503 from Redfish`));
    pane.keys('2');
    await pane.shows(/SERVERS 2/);
    pane.keys('Enter');
    await pane.shows(/\[Overview\]/);
    pane.keys('q');
    await pane.shows(/same as: metalctl top/);
    await isRestored(pane, before);
  } finally {
    pane.close();
  }
});

test('tmux, claim: the view on the terminal, the result in the pipe', { skip }, async () => {
  const { pane, before } = await shell('claim');
  try {
    pane.keys('metalctl claim db-07 -i -o name --image img --driver none >"$HOME/result"; cat "$HOME/result"', 'Enter');
    await pane.shows(/2 servers > \d claimable/);
    pane.keys('Enter');
    await pane.shows(/Will create: ServerClaim default\/db-07/);
    pane.keys('y');
    await pane.shows(/^serverclaim\.metal\.ironcore\.dev\/db-07$/m);
    await isRestored(pane, before);
  } finally {
    pane.close();
  }
});
