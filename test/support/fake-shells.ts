/** Shells of the fake machines: a command restarts the BMC, unless a test says what goes wrong. */
import type { BmcShells } from '../../src/ports/bmc-shell.js';
import type { FakeBmcs } from './fake-bmc.js';

export interface FakeShells extends BmcShells {
  failNext(error: Error): void;
}

export function fakeShells(bmcs: FakeBmcs): FakeShells {
  const failures: Error[] = [];
  return {
    failNext: (error) => void failures.push(error),
    run: async ({ id }, command) => {
      const machine = bmcs.machine(id);
      machine.calls.push(`ssh ${command}`);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      machine.managerResets += 1;
    },
  };
}
