/**
 * A BMC: prove that it lets us in, record what it is, and keep one Server for each of its systems. It has no states of
 * its own making; the steps run in order until one asks for a change or must wait.
 */
import { BMC, BMCSecret, Endpoint, finalizers, Server } from '../../api/metal/v1alpha1/index.js';
import { may } from '../../api/rbac.js';
import { sameHost } from '../../lib/ip.js';
import { patchSelf } from '../effects.js';
import { serversByBmc, serversByUUID } from '../indexes.js';
import { ignored } from '../interrupts.js';
import type { Visit } from '../reads.js';
import { bmcBackoff } from '../runtime/backoff.js';
import { type Decision, rest } from '../runtime/decision.js';
import type { Interrupt, StepMachine } from '../runtime/machine.js';
import { indexOf, type Registration, wakes } from '../runtime/registration.js';
import { connect } from './connect.js';
import { recordInDns } from './dns-record.js';
import { misplaced } from './operations.js';
import { resetting } from './reset.js';
import { subscribe, unsubscribeAll } from './subscriptions.js';
import { adoptSystems, uniqueIdentity } from './systems.js';
import { tellTrust } from './trust.js';
import { bmcsByAddress, bmcsByEndpoint, doubted, endpointsByAddress, twinKeys } from './twins.js';

export interface BmcInput extends Visit {
  readonly bmc: BMC;
}

const bmcOf = ({ bmc }: BmcInput): BMC => bmc;

/** Subscriptions go first, if we made any; a finalizer left by an earlier operator does not hold the object. */
const deleting: Interrupt<BmcInput> = {
  name: 'deleting',
  to: [],
  run: async (input): Promise<Decision | undefined> => {
    const { bmc } = input;
    if (bmc.metadata.deletionTimestamp === undefined) return undefined;
    const isHeld = bmc.metadata.finalizers?.includes(finalizers.bmc) ?? false;
    const cleaning = isHeld ? await unsubscribeAll(input) : undefined;
    if (cleaning !== undefined) return cleaning;
    const others = (bmc.metadata.finalizers ?? []).filter((name) => name !== finalizers.bmc);
    return rest('Deleting', { effects: [patchSelf({ metadata: { finalizers: others } })] });
  },
};

const machine: StepMachine<BmcInput> = {
  interrupts: [ignored(bmcOf), deleting, misplaced, doubted, resetting],
  steps: [
    { name: 'connect', run: connect },
    { name: 'trust', run: tellTrust },
    { name: 'systems', run: adoptSystems },
    { name: 'subscriptions', run: subscribe },
    // Last: nothing waits for a record, and a cluster may refuse it for ever.
    { name: 'dns', run: recordInDns },
  ],
  settled: ({ settings }) =>
    rest('Connected', {
      message: 'BMC is connected',
      conditions: [uniqueIdentity],
      recheckMs: settings.bmcResyncMs,
    }),
};

export const bmcRegistration: Registration<BMC, BmcInput> = {
  name: 'bmc',
  kind: BMC,
  backoff: bmcBackoff,
  summary: 'Ready',
  machine,
  input: (bmc, visit) => ({ ...visit, bmc }),
  indexes: [
    indexOf(BMC, 'secret', (bmc) => [bmc.spec?.bmcSecretRef.name ?? '']),
    bmcsByAddress,
    bmcsByEndpoint,
    endpointsByAddress,
    serversByUUID,
    serversByBmc,
  ],
  watches: [
    wakes(BMCSecret, (secret, store) => store.by(BMC, 'secret', secret.metadata.name).map(({ metadata }) => metadata)),
    wakes(Endpoint, (endpoint, store) =>
      store
        .by(Endpoint, 'ip', sameHost(endpoint.spec?.ip ?? ''))
        .concat(endpoint)
        .flatMap(({ metadata }) => store.by(BMC, 'endpoint', metadata.name))
        .map(({ metadata }) => metadata),
    ),
    wakes(BMC, twinKeys),
    wakes(Server, (server) =>
      server.metadata.deletionTimestamp === undefined ? [] : [{ name: server.spec?.bmcRef?.name ?? '' }],
    ),
  ],
  asks: [may(BMC, 'get patch'), may(BMC, 'patch', 'status'), may(Server, 'get create patch')],
};
