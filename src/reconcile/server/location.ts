/**
 * Where the machine is in its BMC, for a Server that does not say so: written down once, as upstream has it, so that no
 * visit walks all systems for it. A BMC keeps it for the Servers it made.
 * Source  upstream §8.2 step 5.
 */
import { patchSelf, record } from '../effects.js';
import { stay } from '../runtime/decision.js';
import type { Interrupt } from '../runtime/machine.js';
import { readMachine, type ServerInput } from './reader.js';

export const locating: Interrupt<ServerInput> = {
  name: 'locating',
  to: [],
  run: async (input) => {
    if (input.server.spec?.systemURI) return undefined;
    // What is in the way is told by the work of the state, which reads the same.
    const machine = await readMachine(input).catch(() => undefined);
    if (machine === undefined) return undefined;
    const message = `The machine is ${machine.uri}`;
    return stay('Located', {
      message,
      effects: [record(patchSelf({ spec: { systemURI: machine.uri } }))],
      recheckMs: 1,
    });
  },
};
