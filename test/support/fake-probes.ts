/** The probe registry behind its port, in memory: expectations are kept, reports are handed in by the test. */
import type { ProbeReport, Probes } from '../../src/ports/probes.js';

export interface FakeProbes extends Probes {
  /** Plays a machine that reports; false when none is expected from it. */
  arrive(systemUUID: string, report?: Partial<ProbeReport>): boolean;
  readonly expected: Map<string, { tokenHash: string; expiresAt: Date }>;
  /** Set to undefined to play a process that serves no registry. */
  url: string | undefined;
}

export function fakeProbes(now: () => Date = () => new Date('2026-01-01T00:00:00Z')): FakeProbes {
  const expected = new Map<string, { tokenHash: string; expiresAt: Date }>();
  const reports = new Map<string, { report: ProbeReport; receivedAt: Date; tokenHash: string }>();
  const listeners = new Set<(uuid: string) => void>();
  return {
    expected,
    url: 'http://127.0.0.1:10000',
    baseUrl() {
      return this.url;
    },
    async report(systemUUID, tokenHash) {
      const found = reports.get(systemUUID);
      return found?.tokenHash === tokenHash ? found : undefined;
    },
    arrive(systemUUID, given) {
      const expectation = expected.get(systemUUID);
      if (expectation === undefined) return false;
      const nic = { name: 'eth0', macAddress: 'aa:bb:cc:dd:ee:ff', ipAddresses: ['10.0.0.5'], carrierStatus: 'up' };
      const report: ProbeReport = { networkInterfaces: [nic], lldp: [], data: {}, ...given };
      reports.set(systemUUID, { report, receivedAt: now(), tokenHash: expectation.tokenHash });
      for (const listener of listeners) listener(systemUUID);
      return true;
    },
    expect(systemUUID, tokenHash, expiresAt) {
      expected.set(systemUUID, { tokenHash, expiresAt });
    },
    forget(systemUUID) {
      expected.delete(systemUUID);
      reports.delete(systemUUID);
    },
    onReport(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
