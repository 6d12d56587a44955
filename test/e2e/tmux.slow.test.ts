/**
 * Every view in a real terminal: tmux. A table of views and cases, walked view by view in one pane each; an empty cell does
 * not compile, and does not pass. After each leaving, the screen, the cursor and `stty -a` are as they were before.
 */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { BMC } from '../../src/api/metal/v1alpha1/bmc.js';
import { BMCSecret } from '../../src/api/metal/v1alpha1/bmcsecret.js';
import { Server } from '../../src/api/metal/v1alpha1/server.js';
import { type Cli, startCli } from './cli-process.js';
import { endTmux, isRestored, type Pane, shell, startTmux, tmuxMissing } from './tmux-pane.js';
import { type Wire, wired } from './wire.js';

const skip = tmuxMissing;

let cli: Cli;
let wire: Wire;
let server = '';
let bmc = '';
before(async () => {
  if (skip !== false) return;
  cli = await startCli(3);
  await cli.live.onboard();
  // The third one is new to the cluster: somebody has to discover it.
  const fresh = cli.live.sandbox.emulator.bmcs[2]?.name ?? '';
  await cli.live.ports.cluster.delete(BMC, { name: fresh });
  await cli.live.ports.cluster.delete(BMCSecret, { name: fresh });
  await cli.live.pass({ settle: true, deadlineMs: 60_000 });
  const [first] = await cli.live.servers();
  server = first?.metadata.name ?? '';
  bmc = first?.spec?.bmcRef?.name ?? '';
  const { wire: made, environment } = await wired(cli);
  wire = made;
  startTmux(environment);
});
after(async () => {
  if (skip !== false) return;
  endTmux();
  wire.cut();
  await cli.close();
});

/** In the order they are walked: the view stays open from the first to `cancel`. */
const cases = [
  'resize',
  'filter without match',
  'Ctrl-Z and fg',
  'API cut and back',
  'BMC fault',
  'cancel',
  'Ctrl-C',
  'happy path',
] as const;
type Case = (typeof cases)[number];
type Cell = ((pane: Pane, view: View) => Promise<void>) | `none: ${string}`;

interface View {
  readonly command: () => string;
  /** On the screen once everything is read. */
  readonly loaded: RegExp;
  readonly cells: Readonly<Record<Case, Cell>>;
}

/** A whole frame without this text. */
const without = (text: string): RegExp => new RegExp(`^(?![\\s\\S]*${text})[\\s\\S]*─{80}`);

const resize: Cell = async (pane) => {
  for (const [columns, rows] of [
    [120, 40],
    [50, 12],
    [80, 24],
  ] as const) {
    pane.resize(columns, rows);
    await pane.shows(new RegExp(`^─{${columns}}$`, 'm'));
  }
};

const filter: Cell = async (pane) => {
  pane.keys('/zzzz', 'Enter');
  await pane.shows(/0 of \d+ match "zzzz"/);
  pane.keys('Escape');
  await pane.shows(without('0 of \\d+ match'));
};

const suspension: Cell = async (pane, { loaded }) => {
  pane.keys('C-z');
  await pane.shows(/[Ss]topped/);
  assert.equal(pane.isAlternate(), false);
  pane.keys('fg', 'Enter');
  await pane.shows(loaded);
};

const cut: Cell = async (pane) => {
  wire.cut();
  await pane.shows(/reconnecting \d+s \(try \d+\)/);
  await pane.shows(/stale \d+s/);
  await wire.mend();
  await pane.shows(without('reconnecting'));
};

const cancel: Cell = async (pane) => {
  pane.keys('q');
  // The shell went on with the rest of its line at the suspension: what ends now is the job, and the prompt is back.
  await isRestored(pane, 'before the view');
};

const interrupt: Cell = async (pane, { command, loaded }) => {
  for (const shown of [/^(?:metalctl|server\/)/, loaded]) {
    pane.keys(`clear; echo before the view; ${command()}; echo "exit $?"`, 'Enter');
    await pane.shows(shown);
    pane.keys('C-c');
    await pane.shows(/^exit \d+\n\$$/m);
    assert.equal(pane.isAlternate(), false);
  }
  await isRestored(pane, 'before the view');
};

/** What the reconcilers write of a BMC that does not answer, and of one that does. */
async function bmcIs(status: 'True' | 'False'): Promise<void> {
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '');
  const [reason, message] = status === 'True' ? ['Answers', ''] : ['BmcUnreachable', '503 from Redfish'];
  const conditions = [{ type: 'Ready', status, reason, message, lastTransitionTime }];
  await cli.live.ports.cluster.patch(BMC, { name: bmc }, { status: { conditions } }, 'merge', {
    subresource: 'status',
  });
}

const serverIs = (state: 'Available' | 'Error') =>
  cli.live.ports.cluster.patch(Server, { name: server }, { status: { state } }, 'merge', { subresource: 'status' });

const views: Readonly<Record<'discover' | 'claim' | 'top' | 'server', View>> = {
  discover: {
    command: () => `metalctl discover -i --request-timeout 2s ${[...cli.range, ...cli.account].join(' ')}`,
    loaded: /3\/3 {2}3 found/,
    cells: {
      resize,
      'filter without match': filter,
      'Ctrl-Z and fg': suspension,
      'API cut and back': async (pane) => {
        pane.keys('a');
        await pane.shows(/1 selected/);
        wire.cut();
        pane.keys('Enter');
        await pane.shows(/^! /m);
        await wire.mend();
        pane.keys('Enter');
        await pane.shows(/^PLAN /m);
        pane.keys('Escape');
        await pane.shows(/nothing was created/);
      },
      'BMC fault': async (pane, { command }) => {
        pane.keys('q');
        await isRestored(pane, 'before the view');
        // A password that is refused: one attempt, and the row says so.
        const wrong = cli.file('wrong', 'not it\n');
        const faulty = command().replace(/--bmc-password-file \S+/, `--bmc-password-file ${wrong}`);
        pane.keys(`clear; echo before the view; ${faulty}`, 'Enter');
        await pane.shows(/✖ auth/);
      },
      cancel,
      'Ctrl-C': interrupt,
      'happy path': async (pane, { command, loaded }) => {
        pane.keys(`clear; echo before the view; ${command()} -o name >"$HOME/result"; cat "$HOME/result"`, 'Enter');
        await pane.shows(loaded);
        pane.keys('a', 'Enter');
        await pane.shows(/Enter or y creates it/);
        pane.keys('Enter');
        await pane.shows(/created[\s\S]*onboarded[^\n]*; q leaves/);
        pane.keys('q');
        await pane.shows(/^bmc\.metal\.ironcore\.dev\/\S+$/m);
        await isRestored(pane, 'before the view');
      },
    },
  },
  claim: {
    command: () => 'metalctl claim db-07 -i --image img',
    loaded: /2 servers >/,
    cells: {
      resize,
      'filter without match': filter,
      'Ctrl-Z and fg': suspension,
      'API cut and back': cut,
      'BMC fault': async (pane) => {
        await serverIs('Error');
        await pane.shows(new RegExp(`${server} +◆ busy`));
        await serverIs('Available');
        await pane.shows(new RegExp(`${server} +✔ ready`));
      },
      cancel,
      'Ctrl-C': interrupt,
      'happy path': async (pane, { command, loaded }) => {
        const words = `${command()} -o name --driver none`;
        pane.keys(`clear; echo before the view; ${words} >"$HOME/result"; cat "$HOME/result"`, 'Enter');
        await pane.shows(loaded);
        pane.keys('Enter');
        await pane.shows(/Will create: ServerClaim default\/db-07/);
        pane.keys('y');
        await pane.shows(/^serverclaim\.metal\.ironcore\.dev\/db-07$/m);
        await isRestored(pane, 'before the view');
      },
    },
  },
  top: {
    command: () => 'metalctl top servers',
    loaded: /SERVERS 2/,
    cells: {
      resize,
      'filter without match': filter,
      'Ctrl-Z and fg': suspension,
      'API cut and back': cut,
      'BMC fault': async (pane) => {
        await bmcIs('False');
        pane.keys('1');
        await pane.shows(new RegExp(`✖ bmc/${bmc}.*503 from Redfish`));
        await bmcIs('True');
        await pane.shows(/Nothing needs attention/);
      },
      cancel,
      'Ctrl-C': interrupt,
      'happy path': async (pane, { command, loaded }) => {
        pane.keys(`clear; echo before the view; ${command()}`, 'Enter');
        await pane.shows(loaded);
        pane.keys(':');
        await pane.shows(/^: \[_\]$/m);
        pane.keys(`why server/${server}`, 'Enter');
        await pane.shows(/can be claimed[\s\S]*Enter: back to the view/);
        assert.equal(pane.isAlternate(), false);
        pane.keys('Enter');
        await pane.shows(loaded);
        pane.keys('Enter');
        await pane.shows(/\[Overview\]/);
        pane.keys('Escape');
        await pane.shows(loaded);
        pane.keys('q');
        await pane.shows(/same as: metalctl top/);
        await isRestored(pane, 'before the view');
      },
    },
  },
  server: {
    command: () => `metalctl describe server/${server} -i`,
    loaded: /\[Overview\]/,
    cells: {
      resize,
      'filter without match': 'none: it has no list',
      'Ctrl-Z and fg': suspension,
      'API cut and back': cut,
      'BMC fault': async (pane) => {
        await bmcIs('False');
        pane.keys('l', 'l', 'l', 'l', 'l');
        await pane.shows(/\[BMC\][\s\S]*✖ Ready False +BmcUnreachable +503 from Redfish/);
        await bmcIs('True');
        await pane.shows(/✔ Ready True/);
      },
      cancel,
      'Ctrl-C': interrupt,
      'happy path': async (pane, { command, loaded }) => {
        pane.keys(`clear; echo before the view; ${command()}`, 'Enter');
        await pane.shows(loaded);
        for (const tab of ['Why', 'Hardware', 'Network', 'Storage', 'BMC', 'BIOS/FW', 'Events', 'History', 'YAML']) {
          pane.keys('Tab');
          await pane.shows(new RegExp(`\\[${tab}\\]`));
        }
        pane.keys('c');
        await pane.shows(/u uncordon/);
        pane.keys('u');
        await pane.shows(/c cordon/);
        // The sandbox has no console: the hand-over says so, and the view comes back.
        pane.keys('o');
        await pane.shows(/Enter: back to the view/);
        pane.keys('Enter');
        await pane.shows(/\[YAML\]/);
        pane.keys('q');
        await pane.shows(/same as: metalctl describe/);
        await isRestored(pane, 'before the view');
      },
    },
  },
};

async function walk(t: TestContext, name: string, view: View): Promise<void> {
  const pane = await shell(name);
  try {
    pane.keys(`clear; echo before the view; ${view.command()}`, 'Enter');
    await pane.shows(view.loaded);
    assert.equal(pane.isAlternate(), true);
    for (const each of cases) {
      const cell = view.cells[each];
      if (typeof cell === 'string') continue;
      await t.test(each, () => cell(pane, view));
    }
  } finally {
    pane.close();
  }
}

for (const [name, view] of Object.entries(views)) {
  test(`tmux, ${name}`, { skip }, (t) => walk(t, name, view));
}

test('the table of views and cases has no empty cell, but where a view has no such thing', () => {
  const empty = Object.entries(views).flatMap(([name, { cells }]) =>
    cases.filter((each) => typeof cells[each] !== 'function').map((each) => `${name}: ${each}: ${cells[each]}`),
  );
  assert.deepEqual(empty, ['server: filter without match: none: it has no list']);
});
