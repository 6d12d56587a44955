/**
 * Parking: an operator takes a machine out of the claim's hands for work of his own. Requested by the operation annotation,
 * kept by the marker `metal.ironcore.dev/parked`, which survives a lost status.
 * Reads   the machine.
 * Asks    power off (as a release does), then the marker; nothing at all while parked.
 * Leaves  Parked when the marker is set; Reserved or Available when it is removed again.
 * Source  upstream §8.3, §8.10; §15: a deferred request is said once, and a parked machine's power stays in sight.
 */
import { annotations, operations } from '../../api/metal/v1alpha1/index.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { type ConditionChange, type Decision, type DecisionParts, go, rest, stay } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import { intentOf, intentPatch, isReset } from './intent.js';
import { leftAlone, reject } from './operations.js';
import { powerSettled, stayForPower, steer } from './power.js';
import { observed, readMachine, type ServerInput } from './reader.js';
import { systemStatus } from './status.js';

const operationOf = ({ server }: ServerInput): string | undefined =>
  server.metadata.annotations?.[annotations.operation];

/** Only presence counts. */
export const isParked = ({ server }: Pick<ServerInput, 'server'>): boolean =>
  server.metadata.annotations?.[annotations.parked] !== undefined;

const mark = (parked: 'true' | null): Effect =>
  patchSelf({ metadata: { annotations: { [annotations.parked]: parked, [annotations.operation]: null } } });

const announce = (reason: string, action: string, note: string): Effect => ({
  do: 'announce',
  event: { type: 'Normal', reason, action, note },
});

/** Stands before the table: a parked server is not reconciled, and a request to park comes before its state's own work. */
export const parking: Interrupt<ServerInput> = {
  name: 'parking',
  to: ['Parked'],
  run: async (input) => {
    const operation = operationOf(input);
    if (operation === operations.unpark) return unpark(input);
    if (isParked(input)) return isDropped(operation) ? standDown(input, operation) : whileParked(input, operation);
    if (operation !== operations.park) return isDeferred(input) ? withdrawn() : undefined;
    if (mayPark(input)) return park(input);
    return isDeferred(input) ? undefined : defer(input);
  },
};

/** Requests a parked server does not take: another park, and what would touch the machine. */
const isDropped = (operation: string | undefined): boolean => operation === operations.park || isReset(operation);

/** Nothing to drop: what no Server knows is refused, and what others read stays. */
function whileParked(input: ServerInput, operation = ''): Promise<Decision> | Decision {
  if (operation !== '' && !leftAlone.has(operation)) return reject(operation);
  return standDown(input, undefined);
}

/** Parking waits until a discovery or a release is over; the state's own work goes on meanwhile. */
const mayPark = ({ server }: ServerInput): boolean => ['Available', 'Reserved'].includes(server.status?.state ?? '');

const isDeferred = ({ server }: ServerInput): boolean =>
  server.status?.conditions?.some(({ type, reason }) => type === 'Parking' && reason === 'ParkDeferred') ?? false;

/** Said once, by condition and event; the state's own work goes on with the next visit. */
function defer({ server }: ServerInput): Decision {
  const note = `Park request deferred because server is in state ${server.status?.state ?? 'none'}`;
  const conditions = [parkingIs('False', 'ParkDeferred', note)];
  return stay('ParkDeferred', {
    message: note,
    effects: [warn('ParkDeferred', 'DeferPark', note)],
    conditions,
    recheckMs: 1_000,
  });
}

const withdrawn = (): Decision =>
  stay('ParkWithdrawn', { conditions: [parkingIs('False', 'ParkWithdrawn', 'No park request')], recheckMs: 1_000 });

const parkingIs = (status: 'True' | 'False', reason: string, message: string): ConditionChange => ({
  type: 'Parking',
  status,
  reason,
  message,
});

function unpark(input: ServerInput): Decision {
  if (!isParked(input)) return stay('NotParked', { effects: [mark(null)], recheckMs: 1_000 });
  const effects = [mark(null), announce('Unparking', 'Unpark', 'Unpark requested, releasing server')];
  return stay('Unparking', { effects, recheckMs: 1_000 });
}

/** Nothing is asked of the machine; its power is looked at, so that nobody works from a stale picture. */
async function standDown(input: ServerInput, operation: string | undefined): Promise<Decision> {
  const dropped = operation === undefined ? [] : [mark('true')];
  const isNews = operation !== undefined && operation !== operations.park;
  const warning: Effect[] = isNews ? [dropWarning(operation)] : [];
  const parts: DecisionParts = { effects: [...dropped, ...warning], message: 'Parked: reconciliation stands down' };
  if (input.server.status?.state !== 'Parked') return go('Parked', 'Parked', parts);
  const machine = await readMachine(input);
  return rest('Parked', { ...parts, status: observed(machine), recheckMs: input.settings.serverResyncMs });
}

const dropWarning = (operation: string): Effect => ({
  do: 'announce',
  event: {
    type: 'Warning',
    reason: 'ParkedOperationDropped',
    action: 'ClearOperationAnnotation',
    note: `Operation ${operation} dropped because server is parked`,
  },
});

async function park(input: ServerInput): Promise<Decision> {
  const machine = await readMachine(input, 0);
  const status = observed(machine);
  const step = steer('Off', machine, input);
  if (step.is !== 'reached') return stayForPower(step, input, { status });
  const intent = intentOf(input.server) === undefined ? [] : [patchSelf(intentPatch(undefined))];
  const effects = [mark('true'), ...intent, announce('Parked', 'PowerOff', 'Parked Server, powered off')];
  const conditions = [
    ...powerSettled,
    { ...parkingIs('True', 'Parked', 'The deferred park request was carried out'), onlyIfPresent: true },
  ];
  return stay('Parking', { status, effects, conditions, recheckMs: 1_000 });
}

/** Parked without its marker: back to where the claim reference says, with the machine looked at anew. */
export async function resume(input: ServerInput): Promise<Decision<'Available' | 'Reserved'>> {
  const machine = await readMachine(input, 0);
  const status = { ...systemStatus(machine.system), ...observed(machine) };
  const next = input.server.spec?.serverClaimRef === undefined ? 'Available' : 'Reserved';
  const effects = [announce('Resumed', 'Resume', `Resumed Server from Parked state to ${next}`)];
  return go(next, 'Resumed', { status, effects });
}
