/**
 * Reserved: a claim holds the server; power follows the claim, and the first boot with each boot configuration is a
 * network boot.
 * Reads   the claim, its boot configuration (both fresh before a power-on), the machine.
 * Asks    one-time network boot directly before power-on; power as the claim says.
 * Leaves  Available or Released when the claim is gone and the BMC confirmed Off (release.ts).
 * Source  upstream §8.7; §15: a crash of the host is not answered with a re-installation.
 */
import type { KubeObject } from '../../api/kind.js';
import { ownAnnotations, ServerBootConfiguration, ServerClaim } from '../../api/metal/v1alpha1/index.js';
import { bootOnce, type Effect, patchSelf, record } from '../effects.js';
import { type Decision, rest, stay } from '../runtime/decision.js';
import type { GateLine } from '../runtime/gates.js';
import { ignitionObjection } from '../serverbootconfiguration/ignition.js';
import { factsOf, wantedPower } from './facts.js';
import { intentOf, intentPatch } from './intent.js';
import { powerSettled, stayForPower, steer, warnOnce } from './power.js';
import {
  atRest,
  bootConfigurationOf,
  holdingClaim,
  type Machine,
  observed,
  powerOf,
  type ServerInput,
} from './reader.js';
import { releaseServer } from './release.js';
import { serverGates } from './state-gates.js';
import { upkeep } from './upkeep.js';

export async function reserve(input: ServerInput): Promise<Decision<'Available' | 'Released'>> {
  const claim = await holdingClaim(input);
  if (claim === undefined) return releaseServer(input);

  return atRest(input, (machine) => serve(claim, machine, input));
}

async function serve(claim: ServerClaim, machine: Machine, input: ServerInput): Promise<Decision<never>> {
  const boot = bootConfigurationOf(input);
  const shut = serverGates.Reserved.firstShut(factsOf(input, { claim, ...powerOf(machine) }));
  if (boot === undefined || (shut !== undefined && shut.reason !== 'WaitingForPower')) {
    return held(shut, machine, input);
  }
  const objection = input.settings.ignitionValidation === 'enforce' ? ignitionObjection(boot) : undefined;
  if (objection !== undefined) return unfit(objection, machine, input);
  return followPower(claim, boot, machine, input);
}

/** What failed for good is looked at when it changes; the rest also by time. */
function held(shut: GateLine | undefined, machine: Machine, { server, settings }: ServerInput): Decision<never> {
  const { reason = 'WaitingForBootConfiguration', because = 'no boot configuration is in force yet' } = shut ?? {};
  const parts = { message: because, status: observed(machine) };
  if (reason !== 'BootConfigurationFailed') return stay(reason, { ...parts, recheckMs: settings.powerPollMs * 5 });
  return stay(reason, { ...parts, effects: warnOnce(server, { because: reason, message: because }) });
}

/** Enforced: a machine is neither switched on nor off because of an ignition it could not boot with. */
function unfit(objection: string, machine: Machine, { server, settings }: ServerInput): Decision<never> {
  const fix = `metalctl boot config ${server.metadata.name} --ignition FILE`;
  const message = `Its ignition is not valid: ${objection} (${fix})`;
  const effects = warnOnce(server, { because: 'IgnitionNotValid', message });
  return stay('IgnitionNotValid', { message, effects, status: observed(machine), recheckMs: settings.powerPollMs * 5 });
}

async function followPower(
  claim: ServerClaim,
  boot: ServerBootConfiguration,
  machine: Machine,
  input: ServerInput,
): Promise<Decision<never>> {
  const wanted = wantedPower(claim);
  const status = observed(machine);
  if (wanted === undefined) {
    const effects = upkeep(input.server, machine);
    return rest('PowerLeftAlone', { status, effects, recheckMs: input.settings.serverResyncMs });
  }
  const mark = `${boot.metadata.uid}/${boot.metadata.generation ?? 1}`;
  const step = steer(wanted, machine, input, wanted === 'On' ? mark : undefined);
  if (step.is === 'reached') return reached(wanted, machine, input);
  if (wanted === 'On' && step.is === 'acting' && !(await isStillWanted(claim, boot, input))) {
    const message = 'Its claim or boot configuration is going, or has changed';
    return stay('ClaimGoing', { message, status, recheckMs: input.settings.powerPollMs });
  }
  const needsNetwork = wanted === 'On' && step.is === 'acting' && bootedWith(input) !== mark;
  const effects = needsNetwork ? [bootOnce(machine.access, machine.uri, 'Pxe')] : [];
  return stayForPower(step, input, { status, effects });
}

/**
 * Right before a machine is switched on the cache does not count: a claim that is being deleted takes its boot
 * configuration along, and the machine would boot from its disk for somebody who has left.
 */
async function isStillWanted(
  claim: ServerClaim,
  boot: ServerBootConfiguration,
  { read }: ServerInput,
): Promise<boolean> {
  const [now, bootNow] = await Promise.all([
    read.fresh(ServerClaim, claim.metadata),
    read.fresh(ServerBootConfiguration, boot.metadata),
  ]);
  const isThere = (known: KubeObject, live: KubeObject | undefined): boolean =>
    live !== undefined && live.metadata.uid === known.metadata.uid && live.metadata.deletionTimestamp === undefined;
  return isThere(claim, now) && isThere(boot, bootNow) && bootNow?.status?.state === 'Ready';
}

const bootedWith = ({ server }: ServerInput): string | undefined =>
  server.metadata.annotations?.[ownAnnotations.bootedWith];

/** The wanted state is reached: the intent ends, and what was booted is remembered in the same write. */
function reached(wanted: 'On' | 'Off', machine: Machine, input: ServerInput): Decision<never> {
  return rest(wanted === 'On' ? 'PoweredOn' : 'PoweredOff', {
    message: `The server is ${wanted.toLowerCase()}, as its claim wants it`,
    status: observed(machine),
    effects: [...recordBoot(input), ...upkeep(input.server, machine)],
    conditions: powerSettled,
    recheckMs: input.settings.serverResyncMs,
  });
}

function recordBoot({ server }: ServerInput): Effect[] {
  const intent = intentOf(server);
  if (intent === undefined) return [];
  const ended = intentPatch(undefined) as { metadata: { annotations: Record<string, unknown> } };
  if (intent.action !== 'On' || intent.boot === undefined) return [record(patchSelf(ended))];
  const annotations = { ...ended.metadata.annotations, [ownAnnotations.bootedWith]: intent.boot };
  return [record(patchSelf({ metadata: { annotations } }))];
}
