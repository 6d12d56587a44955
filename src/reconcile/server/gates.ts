/**
 * The gates of a Server: what holds it back in each state (`serverGates`, `everyState`, over `factsOf`), and here what
 * must hold before it takes a claim. The order is the order of the answer; the reconciler, `claim --explain`
 * and the claim view ask this one list.
 */
import {
  annotations,
  operations,
  ownAnnotations,
  type Server,
  type ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import { gate, gates } from '../runtime/gates.js';
import { firstUntolerated } from '../serverclaim/taints.js';
import { resetIntentOf, resetTypes } from './intent.js';

export { type FactSources, factsOf, type ServerFacts } from './facts.js';
export { everyState, serverGates } from './state-gates.js';

export interface ClaimInput {
  readonly server: Server;
  /** The claim that asks; it need not exist yet. */
  readonly claim: Pick<ServerClaim, 'metadata' | 'spec'>;
}

const holderOf = ({ server }: ClaimInput): string => {
  const ref = server.spec?.serverClaimRef;
  return ref === undefined ? 'nobody' : `${ref.namespace}/${ref.name}`;
};

const isHeldByOther = ({ server, claim }: ClaimInput): boolean => {
  const ref = server.spec?.serverClaimRef;
  return ref !== undefined && !(ref.namespace === claim.metadata.namespace && ref.name === claim.metadata.name);
};

/** Operations that stand down, or are about to change the machine. Those of other features hold nobody back. */
const holdingOperations = new Set<string>([operations.ignore, operations.park, ...Object.keys(resetTypes)]);

const pendingOperation = ({ server }: ClaimInput): string | undefined => {
  const asked = server.metadata.annotations?.[annotations.operation];
  return asked !== undefined && holdingOperations.has(asked) ? asked : resetIntentOf(server)?.operation;
};

/** Who cordoned it and why, where the cordon says so: whoever wants the machine has to know whom to ask. */
function cordonText({ metadata: { annotations: marks = {} } }: Server): string {
  const by = marks[ownAnnotations.cordonedBy];
  const [why, until] = [marks[ownAnnotations.cordonReason], marks[ownAnnotations.cordonUntil]];
  return `it is cordoned${by ? ` by ${by}` : ''}${until ? ` until ${until}` : ''}${why ? `: "${why}"` : ''}`;
}

const nameOf = ({ server }: ClaimInput): string => server.metadata.name;

export const claimable = gates<ClaimInput>()([
  gate(
    'BeingDeleted',
    'exists, not being deleted',
    ({ server }) => server.metadata.deletionTimestamp === undefined,
    () => 'it is being deleted',
    (input) => `metalctl wait server ${nameOf(input)} --for delete`,
  ),
  gate(
    'HeldByOther',
    'no other claim holds it',
    (input) => !isHeldByOther(input),
    (input) => `claim ${holderOf(input)} holds it`,
    ({ server }) => {
      const ref = server.spec?.serverClaimRef;
      return `metalctl release ${ref?.name} -n ${ref?.namespace}`;
    },
  ),
  gate(
    'Cordoned',
    'not cordoned',
    ({ server }) => server.spec?.unclaimable !== true,
    ({ server }) => cordonText(server),
    (input) => `metalctl uncordon ${nameOf(input)}`,
  ),
  gate(
    'InMaintenance',
    'no maintenance holds it',
    ({ server }) => server.spec?.serverMaintenanceRef === undefined,
    ({ server }) => `maintenance ${server.spec?.serverMaintenanceRef?.name} holds it`,
    (input) => `metalctl edit server ${nameOf(input)}`,
  ),
  gate(
    'NotAvailable',
    'state is Available',
    ({ server }) => server.status?.state === 'Available',
    ({ server }) => `state is ${server.status?.state ?? 'not set yet'}`,
    (input) => `metalctl why server ${nameOf(input)}`,
  ),
  gate(
    'PoweredOn',
    'power is Off',
    ({ server }) => server.status?.powerState === 'Off',
    ({ server }) => `power is ${server.status?.powerState ?? 'unknown'}, a claimable server must be off`,
    (input) => `metalctl power off ${nameOf(input)} --direct`,
  ),
  gate(
    'OperationPending',
    'no operation is pending',
    (input) => pendingOperation(input) === undefined,
    (input) => `operation ${pendingOperation(input)} is pending`,
    // What was sent already is not called back: the next look at the machine tells what became of it.
    (input) =>
      input.server.metadata.annotations?.[annotations.operation] === undefined
        ? 'metalctl reconcile --once --settle'
        : `metalctl annotate server ${nameOf(input)} ${annotations.operation}-`,
  ),
  gate(
    'Tainted',
    'its taints are tolerated',
    ({ server, claim }) => firstUntolerated(server, claim.spec) === undefined,
    ({ server, claim }) => {
      const taint = firstUntolerated(server, claim.spec);
      return `taint ${taint?.key}${taint?.value ? `=${taint.value}` : ''}:${taint?.effect ?? 'NoBind'}`;
    },
    (input) => `metalctl untaint ${nameOf(input)} ${firstUntolerated(input.server, input.claim.spec)?.key}`,
  ),
]);

/** Whether the claim asks for this very server, by name and by labels. */
export { isWanted } from '../serverclaim/selection.js';
