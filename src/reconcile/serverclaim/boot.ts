/** The boot configuration of a claim: same name and namespace, owned by the claim, referenced by its server. */
import { apiVersionOf } from '../../api/kind.js';
import { Server, ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { effectivePatch, isEqual } from '../../lib/merge-patch.js';
import { apply, type Effect } from '../effects.js';
import { ownerOf } from '../server/discovery-boot.js';
import type { ClaimInput } from './reader.js';

/**
 * What is missing so that the server boots as the claim says: nothing when all is in place. The gate that refuses to
 * adopt somebody else's boot configuration comes first.
 */
export function bootConfigurationEffects(server: Server, input: ClaimInput): Effect[] {
  const { read } = input;
  const wanted = bootConfigurationFor(server, input);
  const present = read.get(ServerBootConfiguration, wanted.metadata);
  return [
    ...(present !== undefined && effectivePatch(present, wanted) === undefined
      ? []
      : [apply(ServerBootConfiguration, wanted)]),
    ...withoutIgnition(wanted, present),
    ...referenceEffects(server, wanted),
  ];
}

/** What the claim names no more is taken away by name: an apply leaves a field that another operator wrote. */
function withoutIgnition(
  { metadata, spec }: ServerBootConfiguration,
  present: ServerBootConfiguration | undefined,
): Effect[] {
  if (present?.spec?.ignitionSecretRef === undefined || spec?.ignitionSecretRef !== undefined) return [];
  const { namespace = '', name } = metadata;
  const patch = { spec: { ignitionSecretRef: null } };
  return [{ do: 'patch', kind: ServerBootConfiguration, key: { namespace, name }, patch }];
}

function bootConfigurationFor(server: Server, { claim }: ClaimInput): ServerBootConfiguration {
  const { name, namespace = '' } = claim.metadata;
  const ignition = claim.spec?.ignitionSecretRef;
  return {
    apiVersion: apiVersionOf(ServerBootConfiguration),
    kind: ServerBootConfiguration.kind,
    metadata: { name, namespace, ownerReferences: [ownerOf(claim)] },
    spec: {
      serverRef: { name: server.metadata.name },
      image: claim.spec?.image ?? '',
      ...(ignition === undefined ? {} : { ignitionSecretRef: ignition }),
    },
  };
}

function referenceEffects(server: Server, boot: ServerBootConfiguration): Effect[] {
  const reference = { namespace: boot.metadata.namespace ?? '', name: boot.metadata.name };
  if (isEqual(server.spec?.bootConfigurationRef, reference)) return [];
  const patch = { spec: { bootConfigurationRef: reference } };
  const key = { name: server.metadata.name };
  return [{ do: 'patch', kind: Server, key, resourceVersion: server.metadata.resourceVersion ?? '', patch }];
}
