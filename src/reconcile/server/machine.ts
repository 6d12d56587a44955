/**
 * Life of a Server. Rows are `status.state`; each lists every state its phase may leave to. Staying is always allowed
 * and never listed. Interrupts run before the table, in this order.
 */
import { ConfigMap, Secret } from '../../api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  finalizers,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import { may, within } from '../../api/rbac.js';
import { serversByBmc, serversByClaim, serversByUUID } from '../indexes.js';
import { finalizer, ignored } from '../interrupts.js';
import type { Visit } from '../reads.js';
import { bmcBackoff } from '../runtime/backoff.js';
import { type Interrupt, phase, type StateMachine } from '../runtime/machine.js';
import { indexOf, type Registration, wakes } from '../runtime/registration.js';
import { cordonEnding } from './cordon.js';
import { discover } from './discover.js';
import { orError, recover } from './failure.js';
import { initialise } from './initialise.js';
import { cleanUp } from './interrupts.js';
import { locating } from './location.js';
import { enteringMaintenance, maintain } from './maintenance.js';
import { offer } from './offer.js';
import { operating, resolving } from './operations.js';
import { parking, resume } from './park.js';
import type { ServerInput } from './reader.js';
import { retain } from './release.js';
import { reportedAddresses } from './reported-addresses.js';
import { reserve } from './reserve.js';

const serverOf = ({ server }: ServerInput): Server => server;

/**
 * Order: an ignored server is left alone; a deleted one is cleaned up whatever its state; the finalizer comes before all
 * work; a cordon whose time is over ends; where the machine is comes before what is asked of it; a restart whose outcome is
 * open is settled before anything else is asked of the machine; parking comes before operations, because a parked server drops them; maintenance comes last, as upstream has it.
 */
const interrupts: readonly Interrupt<ServerInput>[] = [
  ignored(serverOf),
  finalizer(finalizers.server, serverOf, cleanUp),
  cordonEnding,
  locating,
  resolving,
  parking,
  operating,
  enteringMaintenance,
];

export const serverMachine: StateMachine<ServerInput> = {
  interrupts,
  field: 'state',
  stateOf: ({ server }) => server.status?.state,
  enter: ({ server }) =>
    server.spec?.serverClaimRef === undefined
      ? { state: 'Initial', because: 'Entered' }
      : { state: 'Reserved', because: 'AlreadyClaimed' },
  table: {
    Initial: phase(['Discovery', 'Error'], orError(initialise)),
    Discovery: phase(['Available', 'Initial', 'Error'], orError(discover)),
    Available: phase(['Reserved', 'Error'], orError(offer)),
    Reserved: phase(['Available', 'Released'], reserve),
    Released: phase(['Available'], retain),
    Parked: phase(['Available', 'Reserved'], resume),
    Maintenance: phase(['Initial', 'Reserved'], maintain),
    Error: phase(['Initial', 'Reserved'], recover),
  },
};

export const serverRegistration: Registration<Server, ServerInput> = {
  name: 'server',
  kind: Server,
  backoff: bmcBackoff,
  summary: 'Ready',
  observesGeneration: true,
  observesStatus: true,
  machine: serverMachine,
  input: (server: Server, visit: Visit) => ({ ...visit, server }),
  indexes: [
    serversByUUID,
    serversByBmc,
    serversByClaim,
    indexOf(Server, 'address', reportedAddresses),
    indexOf(Server, 'secret', (server) => [server.spec?.bmc?.bmcSecretRef.name ?? '']),
  ],
  watches: [
    // A twin that goes away frees the other.
    wakes(Server, (server, store) => {
      const twins = store.by(Server, 'systemUUID', server.spec?.systemUUID?.toLowerCase() ?? '');
      return twins.filter(({ metadata }) => metadata.name !== server.metadata.name).map(({ metadata }) => metadata);
    }),
    wakes(BMC, (bmc, store) => store.by(Server, 'bmc', bmc.metadata.name).map(({ metadata }) => metadata)),
    wakes(BMCSecret, (secret, store) =>
      store.by(Server, 'secret', secret.metadata.name).map(({ metadata }) => metadata),
    ),
    wakes(ServerBootConfiguration, (boot) => [{ name: boot.spec?.serverRef.name ?? '' }]),
    wakes(ServerClaim, (claim, store) => [
      ...store
        .by(Server, 'claim', `${claim.metadata.namespace}/${claim.metadata.name}`)
        .map(({ metadata }) => metadata),
    ]),
  ],
  asks: [
    may(Server, 'get patch'),
    may(Server, 'patch', 'status'),
    may(ServerClaim, 'get patch'),
    // Applying what is not there yet needs both rights.
    may(ServerBootConfiguration, 'get create patch delete'),
    within('manager', may(Secret, 'get create patch')),
    within('manager', may(ConfigMap, 'get create patch')),
  ],
};
