/**
 * What must hold before a Server takes a claim. The order is the order of the answer; the reconciler, `claim --explain`
 * and the claim view ask this one list.
 */
import type { Server, ServerClaim } from '../../api/metal/v1alpha1/index.js';
import { annotations } from '../../api/metal/v1alpha1/index.js';
import { gate, gates } from '../runtime/gates.js';
import { firstUntolerated } from '../serverclaim/taints.js';

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

const operationOf = ({ server }: ClaimInput): string | undefined =>
  server.metadata.annotations?.[annotations.operation];

export const claimable = gates<ClaimInput>()([
  gate(
    'BeingDeleted',
    'exists, not being deleted',
    ({ server }) => server.metadata.deletionTimestamp === undefined,
    () => 'it is being deleted',
  ),
  gate(
    'HeldByOther',
    'no other claim holds it',
    (input) => !isHeldByOther(input),
    (input) => `claim ${holderOf(input)} holds it`,
  ),
  gate(
    'Cordoned',
    'not cordoned',
    ({ server }) => server.spec?.unclaimable !== true,
    () => 'it is cordoned',
  ),
  gate(
    'NotAvailable',
    'state is Available',
    ({ server }) => server.status?.state === 'Available',
    ({ server }) => `state is ${server.status?.state ?? 'not set yet'}`,
  ),
  gate(
    'PoweredOn',
    'power is Off',
    ({ server }) => server.status?.powerState === 'Off',
    ({ server }) => `power is ${server.status?.powerState ?? 'unknown'}; a claimable server must be off`,
  ),
  gate(
    'OperationPending',
    'no operation is pending',
    (input) => operationOf(input) === undefined,
    (input) => `operation ${operationOf(input)} is pending`,
  ),
  gate(
    'Tainted',
    'its taints are tolerated',
    ({ server, claim }) => firstUntolerated(server, claim.spec) === undefined,
    ({ server, claim }) => {
      const taint = firstUntolerated(server, claim.spec);
      return `taint ${taint?.key}${taint?.value ? `=${taint.value}` : ''}:${taint?.effect ?? 'NoBind'}`;
    },
  ),
]);

/** Whether the claim asks for this very server, by name and by labels. */
export { isWanted } from '../serverclaim/selection.js';
