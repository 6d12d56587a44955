/**
 * Several BMC objects at one address: nobody knows which of them is meant, so none is asked anything, and neither are
 * the machines behind them. Both say so, until one of them is gone.
 * Source  reliability R-API-14.
 */
import { BMC, Endpoint } from '../../api/metal/v1alpha1/index.js';
import { sameHost } from '../../lib/ip.js';
import { warn } from '../effects.js';
import type { Reads } from '../reads.js';
import { type Condition, conditionOf } from '../runtime/conditions.js';
import { rest } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import { indexOf } from '../runtime/registration.js';
import type { BmcInput } from './machine.js';

type Known = Pick<Reads, 'get' | 'by'>;

const placeOf = (ip: string, port: number | undefined): string => `${sameHost(ip)} ${port ?? ''}`;

export const bmcsByAddress = indexOf(BMC, 'address', ({ spec }) =>
  spec?.access?.ip ? [placeOf(spec.access.ip, spec.protocol.port)] : [],
);
export const bmcsByEndpoint = indexOf(BMC, 'endpoint', ({ spec }) => [spec?.endpointRef?.name ?? '']);
export const endpointsByAddress = indexOf(Endpoint, 'ip', ({ spec }) => [sameHost(spec?.ip ?? '')]);

/** Other BMC objects that lead to the same place, inline or through an Endpoint. */
export function bmcTwinsOf(bmc: BMC, read: Known): string[] {
  const ip = bmc.spec?.access?.ip || read.get(Endpoint, { name: bmc.spec?.endpointRef?.name ?? '' })?.spec?.ip || '';
  if (ip === '') return [];
  const place = placeOf(ip, bmc.spec?.protocol.port);
  const through = read
    .by(Endpoint, 'ip', sameHost(ip))
    .flatMap(({ metadata }) => read.by(BMC, 'endpoint', metadata.name))
    .filter(({ spec }) => placeOf(ip, spec?.protocol.port) === place);
  const others = [...read.by(BMC, 'address', place), ...through].filter(
    ({ metadata }) => metadata.name !== bmc.metadata.name && metadata.deletionTimestamp === undefined,
  );
  return [...new Set(others.map(({ metadata }) => metadata.name))].sort();
}

/** Whose doubt a change of this BMC may end or begin. */
export const twinKeys = (bmc: BMC, read: Known): { name: string }[] => bmcTwinsOf(bmc, read).map((name) => ({ name }));

const duplicate = 'DuplicateIdentity';

/** Stands before everything that would ask the BMC. `Error` keeps its Servers and accounts away. */
export const doubted: Interrupt<BmcInput> = {
  name: 'doubted',
  to: [],
  run: ({ bmc, read, settings }) => {
    const twins = bmcTwinsOf(bmc, read);
    if (twins.length === 0) return undefined;
    const message = `bmc/${twins.join(', bmc/')} has the same address; none of them is acted upon`;
    const before = conditionOf(bmc.status?.conditions as Condition[] | undefined, duplicate);
    const isKnown = before?.status === 'True' && before.message === message;
    return rest(duplicate, {
      message,
      needsPerson: true,
      status: { state: 'Error' },
      effects: isKnown ? [] : [warn(duplicate, 'Discover', message)],
      conditions: [{ type: duplicate, status: 'True', reason: duplicate, message }],
      recheckMs: settings.bmcResyncMs,
    });
  },
};
