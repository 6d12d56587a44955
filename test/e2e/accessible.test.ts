/** Views as conversations on a real terminal: the whole onboarding and claim in lines, no escape byte, no password. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerClaim } from '../../src/api/metal/v1alpha1/serverclaim.js';
import { type Cli, startCli } from './cli-process.js';
import { openTerminal, ptyMissing, type Terminal } from './terminal.js';

const skip = await ptyMissing();

let cli: Cli;
before(async () => {
  if (skip === false) cli = await startCli(3);
});
after(() => cli?.close());

async function shell(): Promise<Terminal> {
  const terminal = await openTerminal({ ...cli.environment, ACCESSIBLE: '1' }, { columns: 160, rows: 40 });
  await terminal.shows(/^\$/);
  return terminal;
}

/** A question at the end of the screen, and its answer. */
async function answer(terminal: Terminal, question: string, text: string): Promise<void> {
  await terminal.shows(new RegExp(`\\n${question}:$`));
  terminal.type(`${text}\r`);
}

const plain = (terminal: Terminal): void => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
  assert.doesNotMatch(terminal.written(), /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f✔◐◆●✖○]/);
};

test('discover: an account is typed unseen and tried, rows are named, and BMCs made; one can go on with a report', {
  skip,
}, async () => {
  const terminal = await shell();
  try {
    terminal.type(`metalctl discover -i ${cli.range.join(' ')}; echo "exit $?"\r`);
    const ask = 'Numbers with commas, all, f to filter, \\? for more, q to quit';
    await answer(terminal, ask, 'c');
    await answer(terminal, 'Addresses or numbers with commas for the account, or nothing to go back', '1,2');
    await answer(terminal, 'User name, or nothing to go back', 'admin');
    await terminal.shows(/Password, which is not shown, or nothing to go back:$/);
    terminal.type(`wrong\u0015x\u007f${cli.live.sandbox.bmcPassword}\r`);
    await terminal.shows(/2 let admin in\.\n3 of 3\./);
    assert.ok(!terminal.written().includes(cli.live.sandbox.bmcPassword));
    await answer(terminal, ask, 'n');
    await answer(terminal, 'Numbers with commas or all for those to name, or nothing to go back', '1,2');
    await answer(terminal, 'Name, or a template such as .*, or nothing to go back', 'rack-{n}');
    await answer(terminal, ask, '1,2');
    await answer(terminal, 'Labels as key=value with blanks, or nothing', 'location=fra');
    await terminal.shows(/PLAN {2}2 BMCs · 2 BMCSecrets/);
    await answer(terminal, 'Will create 2 BMC objects. Continue, yes or no', 'yes');
    await terminal.shows(/bmc\/rack-2 {2}created[\s\S]*\nexit 0/);
    assert.match(terminal.screen(), /--location fra --name-template 'rack-\{n\}'/);
    terminal.type('metalctl discover -i --resume last; echo "exit $?"\r');
    await terminal.shows(/3 found, 3 can be onboarded/);
    await answer(terminal, ask, 'q');
    await terminal.shows(/\nexit 0/);
    plain(terminal);
  } finally {
    terminal.close();
  }
});

test('claim: two servers by their numbers, told in lines without glyphs', { skip }, async () => {
  await cli.live.pass({ settle: true, deadlineMs: 60_000 });
  const terminal = await shell();
  try {
    terminal.type('metalctl claim web -i --count 2 -o name --image img --wait=bound --driver local; echo "exit $?"\r');
    const ask = '2 numbers or names with commas, a for the first 2, w .*, f to filter, \\? for more, q to quit';
    await answer(terminal, ask, 'r');
    await answer(terminal, 'Requirement, one of .*, or nothing to go back', 'cores');
    await answer(terminal, 'At least how much cores, or nothing for any', '1');
    await answer(terminal, ask, '2,1');
    await answer(terminal, 'Will create 2 ServerClaims and power them on. Continue, yes or no', 'yes');
    await terminal.shows(/Claim default\/web-[01] bound to \S+ after \d+ seconds?\./);
    await terminal.shows(
      /same as: metalctl claim web .*--count 2 --server \S+ --server \S+ --image img --cpu 1 --wait=bound\n/,
    );
    await terminal.shows(/serverclaim\.metal\.ironcore\.dev\/web-1\nexit 0/);
    assert.equal((await cli.live.ports.cluster.list(ServerClaim)).items.length, 2);
    plain(terminal);
  } finally {
    terminal.close();
  }
});

test('Ctrl-C while a question is open, or a password typed, ends with 130 and a terminal that echoes', {
  skip,
}, async () => {
  const terminal = await shell();
  try {
    for (const isTyping of [false, true]) {
      terminal.type(`clear; metalctl discover -i ${cli.range.join(' ')} --no-login; echo "exit $?"\r`);
      await terminal.shows(/q to quit:$/);
      if (isTyping) {
        await answer(terminal, '.*q to quit', 'c');
        await answer(terminal, 'Addresses or numbers .* to go back', '1');
        await answer(terminal, 'User name, or nothing to go back', 'admin');
        await terminal.shows(/not shown, or nothing to go back:$/);
      }
      terminal.type('\u0003');
      await terminal.shows(/\nexit 130/);
      terminal.type('clear; echo it echoes\r');
      await terminal.shows(/^it echoes/m);
    }
  } finally {
    terminal.close();
  }
});
