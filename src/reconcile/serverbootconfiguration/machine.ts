/**
 * ServerBootConfiguration: this operator only says that a new one is pending. `Ready` and `Error` are written by the
 * boot operator, and never by us (upstream §10).
 */
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { may } from '../../api/rbac.js';
import type { Visit } from '../reads.js';
import { apiBackoff } from '../runtime/backoff.js';
import { rest, stay } from '../runtime/decision.js';
import type { StepMachine } from '../runtime/machine.js';
import type { Registration } from '../runtime/registration.js';

export interface BootInput extends Visit {
  readonly boot: ServerBootConfiguration;
}

const machine: StepMachine<BootInput> = {
  interrupts: [],
  steps: [
    {
      name: 'pending',
      run: async ({ boot }) =>
        boot.status?.state ? undefined : stay('WaitingForBootOperator', { status: { state: 'Pending' } }),
    },
  ],
  settled: ({ boot }) => rest(boot.status?.state ?? 'Pending'),
};

export const serverBootConfigurationRegistration: Registration<ServerBootConfiguration, BootInput> = {
  name: 'serverbootconfiguration',
  kind: ServerBootConfiguration,
  backoff: apiBackoff,
  machine,
  input: (boot, visit) => ({ ...visit, boot }),
  indexes: [],
  watches: [],
  asks: [may(ServerBootConfiguration, 'get'), may(ServerBootConfiguration, 'patch', 'status')],
};
