/**
 * ServerBootConfiguration: this operator says that a new one is pending, and whether its ignition could be booted with.
 * `Ready` and `Error` are written by the boot operator, and never by us (upstream §10).
 */
import { ServerBootConfiguration } from '../../api/metal/v1alpha1/index.js';
import { may } from '../../api/rbac.js';
import type { Visit } from '../reads.js';
import { apiBackoff } from '../runtime/backoff.js';
import { rest, stay } from '../runtime/decision.js';
import type { StepMachine } from '../runtime/machine.js';
import type { Registration } from '../runtime/registration.js';
import { ignitionOf, isIgnitionAwaited } from './ignition.js';

export interface BootInput extends Visit {
  readonly boot: ServerBootConfiguration;
}

const machine: StepMachine<BootInput> = {
  interrupts: [],
  steps: [
    {
      name: 'look',
      run: async ({ boot, ...visit }) => {
        const conditions = await ignitionOf(boot, visit);
        const recheck = isIgnitionAwaited(boot, conditions) ? { recheckMs: visit.settings.serverResyncMs } : {};
        if (!boot.status?.state)
          return stay('WaitingForBootOperator', { status: { state: 'Pending' }, conditions, ...recheck });
        if (conditions.length === 0) return undefined;
        return rest(boot.status.state, { conditions, ...recheck });
      },
    },
  ],
  settled: ({ boot }) => rest(boot.status?.state ?? 'Pending'),
};

export const serverBootConfigurationRegistration: Registration<ServerBootConfiguration, BootInput> = {
  name: 'serverbootconfiguration',
  kind: ServerBootConfiguration,
  backoff: apiBackoff,
  observesGeneration: true,
  machine,
  input: (boot, visit) => ({ ...visit, boot }),
  indexes: [],
  watches: [],
  asks: [may(ServerBootConfiguration, 'get'), may(ServerBootConfiguration, 'patch', 'status')],
};
