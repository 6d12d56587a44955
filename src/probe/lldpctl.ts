/** Asks the machine's lldpd, through `lldpctl`, until it answers. The only program a probe runs. */
import { execFile } from 'node:child_process';
import { parseLldp } from './lldp.js';
import type { Pace } from './pace.js';
import type { LldpInterface } from './wire.js';

export interface LldpOptions {
  readonly intervalMs: number;
  /** How long an lldpd without an answer is asked. */
  readonly limitMs: number;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Runs `lldpctl -f json` and gives its output; a test's own in tests. */
  readonly run?: (signal: AbortSignal) => Promise<string>;
}

/** The first answer, even one without neighbours. @throws Error when lldpctl is missing, fails or stays silent */
export async function readLldp({ intervalMs, limitMs, pace, signal, run = lldpctl }: LldpOptions) {
  for (let waitedMs = 0; ; waitedMs += intervalMs) {
    const text = await run(signal);
    if (text.trim() !== '') return parseLldp(text) as readonly LldpInterface[];
    if (waitedMs + intervalMs > limitMs) throw new Error(`lldpctl said nothing for ${limitMs} ms`);
    await pace.sleep(intervalMs, signal);
  }
}

const outputLimitBytes = 8 * 1_048_576;

function lldpctl(signal: AbortSignal): Promise<string> {
  const options = { signal, maxBuffer: outputLimitBytes, timeout: 10_000 };
  return new Promise((resolve, reject) => {
    execFile('lldpctl', ['-f', 'json'], options, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}
