/** Why no machine boots with a ServerBootConfiguration: its gates. */
import type { ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { bootGates } from '../../reconcile/serverbootconfiguration/gates.js';
import { type Answer, answer } from './answer.js';

export const whyBoot = (boot: ServerBootConfiguration): Answer =>
  answer(
    `serverbootconfiguration/${boot.metadata.namespace}/${boot.metadata.name}`,
    bootGates.explain({ boot }),
    (isBlocked) => (isBlocked ? 'is not ready to boot' : 'is ready'),
  );
