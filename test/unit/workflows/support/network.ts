/** A management network in memory: what each URL answers to an identification, and who asked. */
import { PermanentError, TransientError } from '../../../../src/errors/classes.js';
import type { Identification, ProbeAnswer } from '../../../../src/ports/bmc.js';

export interface FakeNetwork extends Identification {
  /** A Redfish service; unlike defaults are given. */
  serve(url: string, answer?: Partial<ProbeAnswer>): void;
  /** Something that is not Redfish, or a failure of another kind. */
  fail(url: string, error: Error): void;
  /** An address that accepts and never answers: the probe ends with its signal only. */
  hang(url: string): void;
  readonly asked: string[];
  /** Most probes that were under way at once. */
  peak(): number;
}

export function fakeNetwork(): FakeNetwork {
  const answers = new Map<string, ProbeAnswer | Error | 'hang'>();
  const asked: string[] = [];
  let underWay = 0;
  let peak = 0;
  const identify: Identification['identify'] = async (url, { signal }) => {
    asked.push(url);
    underWay += 1;
    peak = Math.max(peak, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    const answer = answers.get(url);
    if (answer === 'hang') await aborted(signal);
    if (answer === undefined || answer === 'hang') throw new TransientError('BMC_UNREACHABLE', `connecting to ${url}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {
    identify,
    asked,
    peak: () => peak,
    hang: (url) => void answers.set(url, 'hang'),
    fail: (url, error) => void answers.set(url, error),
    serve: (url, answer = {}) =>
      void answers.set(url, {
        redfishVersion: '1.17.0',
        vendor: 'Contoso',
        serviceUUID: `service-${url}`,
        fingerprint: `f1${Buffer.from(url).toString('hex')}`,
        isTrusted: true,
        hasSystems: true,
        ...answer,
      }),
  };
}

const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));

export const notRedfish = (url: string): Error =>
  new PermanentError('BMC_NOT_REDFISH', `${url} does not serve Redfish`, { why: 'it answered HTML' });
