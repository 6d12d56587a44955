/** ServerClaim: a tenant's request for a machine. */
import { z } from 'zod';
import { AGE, DATE, defineKind } from '../../define-kind.js';
import { cel, immutable, LabelSelector, LocalRef, open } from '../../fields.js';
import type { ObjectOf } from '../../kind.js';
import { metalGroup } from './group.js';

/** What lets a claim bind to a tainted Server. */
export const Toleration = z
  .object({
    key: z.string().min(1).describe('Key of the taint that is tolerated.'),
    operator: z.enum(['Equal', 'Exists']).optional().describe('Equal compares the value, Exists takes any.'),
    value: z.string().optional().describe('Value of the taint that is tolerated.'),
    effect: z.enum(['NoBind', 'Evict']).optional().describe('Effect that is tolerated; absent tolerates both.'),
  })
  .describe('What lets the claim bind to a tainted Server.');
export type Toleration = z.infer<typeof Toleration>;

export const ServerClaimSpec = z
  .object({
    power: open<'On' | 'Off'>().describe('Power the claimed Server should have; empty leaves it alone.'),
    serverRef: LocalRef.optional().meta({
      ...immutable('serverRef'),
      description: 'Server that is wanted, or that was chosen. Set once.',
    }),
    serverSelector: LabelSelector.optional().meta({
      ...immutable('serverSelector'),
      description: 'Labels a Server must have. Set once.',
    }),
    ignitionSecretRef: LocalRef.optional().describe('Secret in the same namespace with the ignition.'),
    userDataRef: LocalRef.optional().describe(
      'Secret in the same namespace, of type metal.ironcore.dev/user-data, served to the machine.',
    ),
    image: z.string().describe('Boot image.'),
    tolerations: z.array(Toleration).optional().describe('Taints this claim tolerates.'),
  })
  .meta({
    ...cel(
      { rule: '!has(oldSelf.serverRef) || has(self.serverRef)', message: 'serverRef is required once set' },
      {
        rule: '!has(oldSelf.serverSelector) || has(self.serverSelector)',
        message: 'serverSelector is required once set',
      },
    ),
    description: 'What is asked for.',
  });

export const ServerClaimStatus = z
  .object({ phase: open<'Unbound' | 'Bound'>().optional().describe('Whether a Server is bound.') })
  .describe('What was given.');

/** ServerClaim (`scl`), namespaced. */
export const ServerClaim = defineKind({
  ...metalGroup,
  kind: 'ServerClaim',
  plural: 'serverclaims',
  shortNames: ['scl'],
  scope: 'Namespaced',
  summary: 'ServerClaim asks for a machine and holds it until it is deleted.',
  spec: ServerClaimSpec,
  status: ServerClaimStatus,
  columns: [
    ['Server', '.spec.serverRef.name'],
    ['Ignition', '.spec.ignitionSecretRef.name'],
    ['Image', '.spec.image'],
    ['Phase', '.status.phase'],
    ['Age', AGE, DATE],
  ],
});
export type ServerClaim = ObjectOf<typeof ServerClaim>;
export type ServerClaimSpec = z.infer<typeof ServerClaimSpec>;
