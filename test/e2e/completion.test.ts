/** Real shells complete names of a sandbox; a cluster that is away stays silent. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cli, startCli } from './cli-process.js';
import { openTerminal, ptyMissing } from './terminal.js';

const root = new URL('../..', import.meta.url).pathname;
const path = `${root}bin:${process.env.PATH}`;
const hasShell = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const skipOf = (shell: string): string | false => (hasShell(shell) ? false : `no ${shell} here`);

let cli: Cli;
let server = '';
before(async () => {
  cli = await startCli(2);
  await cli.live.onboard();
  await cli.live.pass();
  server = (await cli.live.servers())[0]?.metadata.name ?? '';
  assert.notEqual(server, '');
  await warm();
});
after(async () => cli.close());

/** The first key press begins the reading; it is over when the names are answered. */
async function warm(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    const { stdout } = await cli.run(['__complete', '--shell', 'bash', '--', 'cordon', '']);
    if (stdout.includes(server)) return;
    await sleep(100);
  }
  assert.fail('names were never read');
}

const run = (shell: string, script: string): string =>
  execFileSync(shell, ['-c', script], {
    env: { ...cli.environment, PATH: path },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

test('cli.md §18.7: bash completes a server name', { skip: skipOf('bash') }, () => {
  const begun = server.slice(0, -4);
  const script = `source "${root}completions/metalctl.bash"; COMP_WORDS=(metalctl cordon ${begun}); COMP_CWORD=2; _metalctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  assert.equal(run('bash', script), `${server}\n`);
});

test('cli.md §18.7: fish completes a server name, with its state beside it', { skip: skipOf('fish') }, () => {
  const script = `source ${root}completions/metalctl.fish; complete -C "metalctl cordon ${server.slice(0, -4)}"`;
  assert.match(run('fish', script), new RegExp(`^${server}\t\\w+ · .+\n$`));
});

test('cli.md §18.7: zsh completes a server name', { skip: skipOf('zsh') || (await ptyMissing()) }, async () => {
  const terminal = await openTerminal(cli.environment, { columns: 120, rows: 24 });
  try {
    await terminal.shows(/^\$/);
    terminal.type("PS1='z> ' zsh -f\r");
    await terminal.shows(/^z>/m);
    terminal.type(`autoload -U compinit && compinit -D -u && source ${root}completions/metalctl.zsh && echo sourced\r`);
    await terminal.shows('\nsourced');
    terminal.type(`metalctl cordon ${server.slice(0, -4)}\t`);
    await terminal.shows(new RegExp(`metalctl cordon ${server}`));
  } finally {
    terminal.close();
  }
});

test('cli.md §18.7: a cluster that is away, or no kubeconfig at all, is silence and success', async () => {
  const gone = cli.file('gone.kubeconfig', 'apiVersion: v1\nkind: Config\nclusters: []\n');
  for (const kubeconfig of [gone, '/nonexistent']) {
    const ended = await cli.run(['__complete', '--shell', 'bash', '--', 'cordon', ''], {
      env: { KUBECONFIG: kubeconfig },
    });
    assert.deepEqual(ended, { code: 0, stdout: ':2\n', stderr: '' });
  }
});

test('names of the context and of its namespaces', async () => {
  const words = (...line: string[]) => cli.run(['__complete', '--shell', 'bash', '--', ...line]);
  for (const [flag, name] of [
    ['--context', /\S/],
    ['-n', /^default$/m],
  ] as const) {
    let stdout = '';
    for (let turn = 0; turn < 30 && !name.test(stdout.replace(/^:\d$/m, '')); turn += 1) {
      stdout = (await words('get', flag, '')).stdout;
      await sleep(50);
    }
    assert.match(stdout.replace(/^:\d$/m, ''), name);
  }
});
