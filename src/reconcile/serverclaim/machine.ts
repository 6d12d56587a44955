/** Life of a ServerClaim. Rows are `status.phase`. A claim without serverRef waits for any server that becomes free. */
import { finalizers, Server, ServerBootConfiguration, ServerClaim } from '../../api/metal/v1alpha1/index.js';
import { may } from '../../api/rbac.js';
import { serversByClaim } from '../indexes.js';
import { finalizer, ignored } from '../interrupts.js';
import type { Visit } from '../reads.js';
import { apiBackoff } from '../runtime/backoff.js';
import { phase, type StateMachine } from '../runtime/machine.js';
import { indexOf, type Registration, wakes } from '../runtime/registration.js';
import { bind } from './bind.js';
import { hold } from './hold.js';
import { cleanUp } from './interrupts.js';
import { type ClaimInput, isUnbound } from './reader.js';

const claimOf = ({ claim }: ClaimInput): ServerClaim => claim;

export const serverClaimMachine: StateMachine<ClaimInput> = {
  interrupts: [ignored(claimOf), finalizer(finalizers.serverClaim, claimOf, cleanUp)],
  field: 'phase',
  stateOf: ({ claim }) => claim.status?.phase,
  enter: () => ({ state: 'Unbound', because: 'Entered' }),
  table: {
    Unbound: phase(['Bound'], bind),
    Bound: phase(['Unbound'], hold),
  },
};

const waitingFor = 'waitingFor';

export const serverClaimRegistration: Registration<ServerClaim, ClaimInput> = {
  name: 'serverclaim',
  kind: ServerClaim,
  // More of them would only race each other for the same servers.
  workers: 5,
  backoff: apiBackoff,
  machine: serverClaimMachine,
  input: (claim: ServerClaim, visit: Visit) => ({ ...visit, claim }),
  indexes: [
    serversByClaim,
    // Unbound claims by the server they wait for; '*' for those that take any.
    indexOf(ServerClaim, waitingFor, (claim) => (isUnbound(claim) ? [claim.spec?.serverRef?.name || '*'] : [])),
  ],
  watches: [
    wakes(Server, (server, store) => {
      const ref = server.spec?.serverClaimRef;
      if (ref !== undefined) return [{ namespace: ref.namespace, name: ref.name }];
      const { name } = server.metadata;
      const waiting = [...store.by(ServerClaim, waitingFor, name), ...store.by(ServerClaim, waitingFor, '*')];
      return waiting.map(({ metadata }) => metadata);
    }),
    wakes(ServerBootConfiguration, (boot) => {
      const owner = boot.metadata.ownerReferences?.find(({ kind }) => kind === 'ServerClaim');
      return owner === undefined ? [] : [{ namespace: boot.metadata.namespace ?? '', name: owner.name }];
    }),
  ],
  asks: [
    may(ServerClaim, 'get patch'),
    may(ServerClaim, 'patch', 'status'),
    may(Server, 'get patch'),
    // Applying what is not there yet needs both rights.
    may(ServerBootConfiguration, 'get create patch delete'),
  ],
};
