/** Shells in tmux: what a person has in front of them, with everything a terminal multiplexer does to it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Under load a process alone may take seconds to start. */
const patienceMs = 60_000;

/** Why there is no tmux here; false when there is one. */
export const tmuxMissing = spawnSync('tmux', ['-V']).status === 0 ? false : 'no tmux here';
const bin = new URL('../../bin', import.meta.url).pathname;
const socket = `metalctl-${process.pid}`;
let environment: NodeJS.ProcessEnv = {};

const tmux = (...args: string[]): string =>
  execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: environment });

/** Starts a server of its own. Without a session it would end, which the next one would race with. */
export function startTmux(env: NodeJS.ProcessEnv): void {
  environment = env;
  tmux('new-session', '-d', '-s', 'keeper', 'cat');
}

export const endTmux = (): void => void spawnSync('tmux', ['-L', socket, 'kill-server']);

/** A shell in a window of its own, with something on its screen. */
export class Pane {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    const words = Object.entries({ ...environment, PATH: `${bin}:${process.env.PATH}`, PS1: '$ ', ENV: '' }).map(
      ([key, value]) => `${key}=${value}`,
    );
    // Said to the shell itself: the one tmux would start first sets some of it to its own liking.
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
    const until = performance.now() + patienceMs;
    while (!what.test(this.screen())) {
      if (performance.now() > until) throw new Error(`tmux never showed ${what}:\n${this.screen()}`);
      await sleep(50);
    }
  }

  close(): void {
    tmux('kill-session', '-t', this.#name);
  }
}

/** A pane at its prompt; how the terminal is set is kept, to be compared after each view. */
export async function shell(name: string): Promise<Pane> {
  const pane = new Pane(name);
  await pane.shows(/^\$/);
  pane.keys('stty -a >"$HOME/stty-before"; echo kept', 'Enter');
  await pane.shows(/^kept\n\$$/m);
  return pane;
}

/** The screen begins as it did, the line discipline and the cursor are as they were. */
export async function isRestored(pane: Pane, before: string): Promise<void> {
  // Keys that come before the prompt may be thrown away when the terminal changes hands.
  await pane.shows(/\n\$$/);
  assert.equal(pane.isAlternate(), false);
  assert.equal(pane.isCursorShown(), true);
  assert.ok(pane.screen().startsWith(before), pane.screen());
  pane.keys('stty -a >"$HOME/stty-after"; cmp "$HOME/stty-before" "$HOME/stty-after" && echo "stty same"', 'Enter');
  await pane.shows(/^stty same$/m);
}
