/**
 * Error: something a person must resolve. Entered where nobody's workload is at stake; looked at again with growing
 * pauses, at once when asked by the annotation `retry`, and left when the machine is in order.
 * Reads   the machine.
 * Asks    nothing of the machine: what answers may be another one.
 * Leaves  Initial, or Reserved where a claim holds the server.
 * Source  upstream §8.4 has the state without a way in or out; §15 wants both.
 */
import { annotations, operations, ownAnnotations, type Server } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { leftMs } from '../runtime/age.js';
import { timestamp } from '../runtime/conditions.js';
import { type Decision, go, rest } from '../runtime/decision.js';
import { readJson } from './intent.js';
import { observed, readMachine, type ServerInput } from './reader.js';

/** What went wrong how often in a row. Kept beyond Error until a discovery succeeds, so that pauses grow. */
export interface Failure {
  readonly reason: string;
  readonly why: string;
  /** How often it was found, one after the other. */
  readonly tries: number;
  /** When it was found last, RFC 3339. */
  readonly at: string;
}

export const failureOf = (server: Server): Failure | undefined => readJson(server, ownAnnotations.failure);

/** Discoveries that fail one after the other before a person is asked. */
export const maxDiscoveries = 3;

const quarterMs = 15 * 60_000;
const capMs = 6 * 60 * 60_000;

/**
 * Pause before a failed server is looked at again by itself.
 *
 * | tries | 1      | 2      | 3   | 4   | 5   | … | cap |
 * | pause | 15 min | 30 min | 1 h | 2 h | 4 h | … | 6 h |
 */
export const failurePauseMs = (tries: number): number => Math.min(quarterMs * 2 ** Math.min(tries - 1, 10), capMs);

/** The failure one more time, as an effect of the decision that found it. */
export function recordFailure(reason: string, why: string, { server, now }: ServerInput): Effect {
  const before = failureOf(server);
  const tries = before?.reason === reason ? before.tries + 1 : 1;
  const failure: Failure = { reason, why, tries, at: timestamp(now) };
  return patchSelf({ metadata: { annotations: { [ownAnnotations.failure]: JSON.stringify(failure) } } });
}

/** What ends a failure: nothing to write where there is none. */
export const forgetFailure = ({ server }: ServerInput): Effect[] =>
  server.metadata.annotations?.[ownAnnotations.failure] === undefined
    ? []
    : [patchSelf({ metadata: { annotations: { [ownAnnotations.failure]: null } } })];

/** A phase whose machine turns out to be another one goes to Error instead of failing again and again. */
export const orError =
  <To extends string>(run: (input: ServerInput) => Promise<Decision<To>>) =>
  async (input: ServerInput): Promise<Decision<To | 'Error'>> => {
    try {
      return await run(input);
    } catch (error) {
      if (!isMetalError(error) || error.code !== 'IDENTITY_CHANGED') throw error;
      return toError(
        'IdentityChanged',
        error.why === undefined ? error.message : `${error.message}: ${error.why}`,
        input,
      );
    }
  };

/** Into Error, with the reason on record and a warning. */
export function toError(
  reason: string,
  why: string,
  input: ServerInput,
  effects: readonly Effect[] = [],
): Decision<'Error'> {
  const message = sentence(reason, why, input.server);
  return go('Error', reason, {
    message,
    effects: [...effects, recordFailure(reason, why, input), warn(reason, 'Fail', message)],
  });
}

/** What a person can do about it. */
export function remedyOf(reason: string, name: string): string {
  const again = `kubectl annotate server ${name} ${annotations.operation}=${operations.retry}`;
  if (reason === 'IdentityChanged')
    return `Put the machine back, or delete server ${name} so that it is found anew; then: ${again}`;
  return `Look at its console, network boot and boot operator; then: ${again}`;
}

export async function recover(input: ServerInput): Promise<Decision<'Initial' | 'Reserved'>> {
  const { server, now } = input;
  const failure = failureOf(server);
  const isAsked = server.metadata.annotations?.[annotations.operation] === operations.retry;
  const asked = isAsked ? [patchSelf({ metadata: { annotations: { [annotations.operation]: null } } })] : [];
  const left = failure === undefined ? 0 : leftMs(failure.at, failurePauseMs(failure.tries), now);
  if (!isAsked && left > 0) return pause(failure, left, input);
  try {
    const machine = await readMachine(input, 0);
    const next = server.spec?.serverClaimRef === undefined ? 'Initial' : 'Reserved';
    return go(next, isAsked ? 'RetryRequested' : 'TriedAgain', { status: observed(machine), effects: asked });
  } catch (error) {
    if (!isMetalError(error) || error.code !== 'IDENTITY_CHANGED') throw error;
    const why = error.why === undefined ? error.message : `${error.message}: ${error.why}`;
    const effects = [...asked, recordFailure('IdentityChanged', why, input)];
    const message = sentence('IdentityChanged', why, server);
    return rest('IdentityChanged', { message, effects, needsPerson: true, recheckMs: quarterMs });
  }
}

const sentence = (reason: string, why: string, { metadata }: Server): string =>
  `${why}. ${remedyOf(reason, metadata.name)}`;

/** Says the same as when the state was entered: nothing is written while nothing changes. */
function pause(failure: Failure | undefined, leftMs: number, { server }: ServerInput): Decision<never> {
  const { reason = 'Failed', why = 'It failed' } = failure ?? {};
  return rest(reason, { message: sentence(reason, why, server), needsPerson: true, recheckMs: leftMs });
}
