/**
 * A server name completed by real shells, from a fleet: `npm run build && node --import tsx bench/completion.ts [--objects
 * 10000] [--rounds 5]`. Prints the time from the key to the name, per shell, medians. Shells that are not here are named.
 */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openTerminal, ptyMissing } from '../test/e2e/terminal.js';
import { startFleet } from './fleet.js';

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '5' } },
});
const [count, rounds] = [Number(values.objects), Number(values.rounds)];
const root = fileURLToPath(new URL('..', import.meta.url));
const fleet = await startFleet(count);
const env = { ...process.env, ...fleet.env, PATH: `${root}bin:${process.env.PATH}` };
const last = count - 1;
const name = `rack${last >> 5}-${String(last).padStart(5, '0')}-system-0`;
const begun = name.slice(0, -4);

const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1] as number;
const isHere = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** Runs a script that prints milliseconds, one per line, after what was completed. */
function scripted(shell: string, script: string): number[] {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', script], { env, encoding: 'utf8' });
  if (status !== 0 || !stdout.includes(name)) throw new Error(`${shell} completed nothing: ${stdout}${stderr}`);
  return stdout.split('\n').flatMap((line) => (/^\d+(\.\d+)?$/.test(line) ? [Number(line)] : []));
}

const inBash = (): number[] =>
  scripted(
    'bash',
    `source "${root}completions/metalctl.bash"; COMP_WORDS=(metalctl cordon ${begun}); COMP_CWORD=2
for _ in $(seq ${rounds}); do a=$EPOCHREALTIME; _metalctl; b=$EPOCHREALTIME; echo $(( (\${b/./} - \${a/./}) / 1000 )); done
printf '%s\\n' "\${COMPREPLY[@]}"`,
  );

const inFish = (): number[] =>
  scripted(
    'fish',
    `source ${root}completions/metalctl.fish
for n in (seq ${rounds}); set a (date +%s%N); complete -C "metalctl cordon ${begun}"; set b (date +%s%N); math --scale 0 "($b - $a) / 1000000"; end`,
  );

/** In zsh only the line editor completes: from Tab to the name on the screen. */
async function inZsh(): Promise<number[]> {
  const terminal = await openTerminal(env, { columns: 120, rows: 40 });
  try {
    await terminal.shows(/^\$/);
    terminal.type("PS1='z> ' zsh -f\r");
    await terminal.shows(/^z>/m);
    terminal.type(`autoload -U compinit && compinit -D -u && source ${root}completions/metalctl.zsh && echo sourced\r`);
    await terminal.shows('\nsourced');
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      terminal.type(`clear\r`);
      await sleep(200);
      const started = performance.now();
      terminal.type(`metalctl cordon ${begun}\t`);
      await terminal.shows(new RegExp(`metalctl cordon ${name}`));
      times.push(performance.now() - started);
      terminal.type('\u0003');
      await sleep(100);
    }
    return times;
  } finally {
    terminal.close();
  }
}

/** The first press only begins the reading; it is over when the names are answered. */
async function warm(): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) {
    const words = ['__complete', '--shell', 'bash', '--', 'cordon', begun];
    if (spawnSync(`${root}bin/metalctl`, words, { env, encoding: 'utf8' }).stdout.includes(name)) return;
    await sleep(200);
  }
  throw new Error('names were never read');
}

try {
  await warm();
  const row = (shell: string, times: readonly number[]): void =>
    void process.stdout.write(
      `${shell.padEnd(5)} ${median(times).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} (${count} servers)\n`,
    );
  if (isHere('bash')) row('bash', inBash());
  if (isHere('fish')) row('fish', inFish());
  if (isHere('zsh') && (await ptyMissing()) === false) row('zsh', await inZsh());
  for (const shell of ['bash', 'fish', 'zsh']) if (!isHere(shell)) process.stdout.write(`${shell}: not here\n`);
} finally {
  await fleet.close();
}
