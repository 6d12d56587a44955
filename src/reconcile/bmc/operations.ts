/**
 * Operations of a Server on a BMC: refused and said. Upstream restarts the BMC when it is told to restart a server, and
 * leaves the others where they stand without a word.
 * Source  upstream §6.2 step 6; core-api §12.1.
 */
import { annotations, operations } from '../../api/metal/v1alpha1/index.js';
import { patchSelf, warn } from '../effects.js';
import { stay } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import type { BmcInput } from './machine.js';

const ofServers: ReadonlySet<string> = new Set<string>([
  operations.gracefulRestartServer,
  operations.hardRestartServer,
  operations.powerCycleServer,
  operations.forceOffServer,
  operations.forceOnServer,
  operations.park,
  operations.unpark,
]);

export const misplaced: Interrupt<BmcInput> = {
  name: 'misplaced operation',
  to: [],
  run: ({ bmc }) => {
    const operation = bmc.metadata.annotations?.[annotations.operation] ?? '';
    if (!ofServers.has(operation)) return undefined;
    const note = `Unsupported operation annotation ${operation}: annotate the Server, this is its BMC`;
    return stay('UnsupportedOperation', {
      message: note,
      effects: [
        patchSelf({ metadata: { annotations: { [annotations.operation]: null } } }),
        warn('UnsupportedOperation', 'ClearOperationAnnotation', note),
      ],
      recheckMs: 1,
    });
  },
};
