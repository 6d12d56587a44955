/**
 * The probe image as a running machine: it posts what it found to `${registryUrl}/register`, again every 30 s, and
 * backs off while the registry does not take it. It stops with the power.
 */
import type { JsonObject } from '../json.js';
import { delays } from './types.js';

export interface ProbeHost {
  /** Runs `fn` after `ms` of hardware time (divided by the speed of the emulator). */
  after(ms: number, fn: () => void): () => void;
  /** Runs `fn` after `ms` of clock time, whatever the speed. */
  delay(ms: number, fn: () => void): () => void;
  /** POSTs JSON; resolves to the status. Rejects when the connection fails or `signal` aborts. */
  post(url: string, body: JsonObject, signal: AbortSignal): Promise<number>;
  /** The `data` of a registration, taken anew each time. */
  probeData(): JsonObject;
  recordProbe(status: number | 'failed'): void;
  /** How the probe misbehaves, if a fault says so. */
  probeFault(): ProbeFault | undefined;
}

export type ProbeFault = 'neverRegisters' | 'wrongUuidByteOrder' | 'missingNic' | 'vanishes';

/** However fast hardware time goes by, the registry is a real one: a rack of machines must not drown it in repetitions. */
const leastRepeatMs = 1_000;

export class ProbeAgent {
  readonly #host: ProbeHost;
  #stop: AbortController | undefined;
  #cancel: (() => void) | undefined;

  constructor(host: ProbeHost) {
    this.#host = host;
  }

  start(registryUrl: string, serverUUID: string): void {
    this.stop();
    this.#stop = new AbortController();
    void this.#register(registryUrl, serverUUID, 0, this.#stop.signal);
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #register(registryUrl: string, serverUUID: string, failures: number, signal: AbortSignal): Promise<void> {
    const fault = this.#host.probeFault();
    const isTaken = fault !== 'neverRegisters' && (await this.#post(registryUrl, serverUUID, fault, signal));
    if (signal.aborted || (isTaken && fault === 'vanishes')) return;
    const failed = isTaken ? 0 : failures + 1;
    const waitMs = isTaken ? delays.probeRepeat : backoffMs(failed);
    const again = () => void this.#register(registryUrl, serverUUID, failed, signal);
    this.#cancel = isTaken ? this.#afterAtLeast(waitMs, leastRepeatMs, again) : this.#host.after(waitMs, again);
  }

  /** After so much hardware time, and not before so much time of the clock. */
  #afterAtLeast(hardwareMs: number, clockMs: number, fn: () => void): () => void {
    let isHalf = false;
    const half = () => {
      if (isHalf) fn();
      isHalf = true;
    };
    const cancels = [this.#host.after(hardwareMs, half), this.#host.delay(clockMs, half)];
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  async #post(registryUrl: string, serverUUID: string, fault: ProbeFault | undefined, signal: AbortSignal) {
    const systemUUID = fault === 'wrongUuidByteOrder' ? swapByteOrder(serverUUID) : serverUUID;
    const url = `${registryUrl.replace(/\/$/, '')}/register`;
    try {
      const status = await this.#host.post(url, { systemUUID, data: this.#data(fault) }, signal);
      this.#host.recordProbe(status);
      return status === 200 || status === 201;
    } catch {
      if (!signal.aborted) this.#host.recordProbe('failed');
      return false;
    }
  }

  #data(fault: ProbeFault | undefined): JsonObject {
    const data = this.#host.probeData();
    const { networkInterfaces } = data;
    if (fault !== 'missingNic' || !Array.isArray(networkInterfaces)) return data;
    return { ...data, networkInterfaces: networkInterfaces.slice(1) };
  }
}

const backoffMs = (failures: number): number =>
  Math.min(delays.probeRetryFirst * 2 ** (failures - 1), delays.probeRetryMax);

/** SMBIOS writes the first three groups little-endian; some tools forget to turn them. */
function swapByteOrder(uuid: string): string {
  const turn = (group: string): string => (group.match(/../g) ?? []).reverse().join('');
  const [a = '', b = '', c = '', ...rest] = uuid.split('-');
  return [turn(a), turn(b), turn(c), ...rest].join('-');
}
