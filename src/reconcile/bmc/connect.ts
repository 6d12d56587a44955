/**
 * Step 1: an authenticated read of the manager, and what it says as status.
 * Source  upstream §6.2; §15: wrong credentials are noticed, remembered and not tried again; a manager without
 *         Status.State is usable because it answered.
 */
import { type BMC, Endpoint, ownAnnotations } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import { effectivePatch } from '../../lib/merge-patch.js';
import type { ManagerInfo } from '../../ports/bmc.js';
import { accessToBmc, addressOf } from '../access.js';
import { type Effect, patchSelf, record } from '../effects.js';
import { type Decision, rest, stay } from '../runtime/decision.js';
import type { BmcInput } from './machine.js';
import { resetAfterFailures } from './reset.js';

export async function connect(input: BmcInput): Promise<Decision | undefined> {
  const { bmc, read, settings } = input;
  const access = accessToBmc(bmc, input);
  try {
    const manager = await read.bmc(access).manager(settings.managerMaxAgeMs);
    const status = bmcStatus(manager, addressOf(bmc, input), macOf(input));
    const isNews = effectivePatch(bmc.status ?? {}, status) !== undefined;
    const effects = forgetRefusal(bmc);
    if (!isNews && effects.length === 0) return undefined;
    return rest('Connected', { message: 'BMC is connected', status, effects, recheckMs: 1 });
  } catch (error) {
    if (isMetalError(error) && error.code === 'BMC_AUTH_FAILED')
      return refused(access.credentialVersion, error.why ?? error.message);
    const restart = isMetalError(error) && error.class === 'transient' ? resetAfterFailures(input) : undefined;
    if (restart !== undefined) return restart;
    throw error;
  }
}

/** Remembered on the object, so that a restart does not try the same password again and lock the account. */
function refused(credentialVersion: string, why: string): Decision {
  const mark = patchSelf({ metadata: { annotations: { [ownAnnotations.credentialsRefused]: credentialVersion } } });
  return stay('AuthenticationFailed', {
    message: `BMC credentials are invalid: ${why}`,
    status: { state: 'Error' },
    effects: [record(mark)],
  });
}

const forgetRefusal = (bmc: BMC): Effect[] =>
  bmc.metadata.annotations?.[ownAnnotations.credentialsRefused] === undefined
    ? []
    : [record(patchSelf({ metadata: { annotations: { [ownAnnotations.credentialsRefused]: null } } }))];

const macPattern = /^([0-9A-Fa-f]{2}[:-]){5}([0-9A-Fa-f]{2})$/;

/** A state the manager reports while it cannot serve; anything else that answers is Enabled. */
const unusable = new Set(['Starting', 'Updating', 'InTest', 'Disabled', 'UnavailableOffline']);

/** Inline, or the Endpoint's; one that is written in another way would have the whole status refused, and is left out. */
function macOf({ bmc, read }: BmcInput): string | undefined {
  const endpoint = read.get(Endpoint, { name: bmc.spec?.endpointRef?.name ?? '' });
  const mac = bmc.spec?.access?.macAddress ?? endpoint?.spec?.macAddress;
  return mac !== undefined && macPattern.test(mac) ? mac : undefined;
}

function bmcStatus(manager: ManagerInfo, ip: string, macAddress: string | undefined): Record<string, unknown> {
  return {
    state: manager.state !== undefined && unusable.has(manager.state) ? 'Pending' : 'Enabled',
    ip,
    ...(macAddress === undefined ? {} : { macAddress }),
    manufacturer: manager.manufacturer ?? null,
    model: manager.model ?? null,
    sku: manager.partNumber ?? null,
    serialNumber: manager.serialNumber ?? null,
    firmwareVersion: manager.firmwareVersion ?? null,
    powerState: manager.powerState ?? 'Unknown',
    ...(manager.lastResetTime === undefined ? {} : { lastResetTime: manager.lastResetTime }),
  };
}
