/**
 * A process of its own that makes passes over a large cluster, with BMCs in memory, and tells how its event loop fared:
 *   node --import tsx test/faults/large-pass.ts KUBECONFIG BMCS SYSTEMS PASSES
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openPorts } from '../../src/library.js';
import { systemUri } from '../../src/ports/bmc.js';
import { defaultSettings, reconcileOnce } from '../../src/reconcile/index.js';
import { serverRegistration } from '../../src/reconcile/server/machine.js';
import { serverClaimRegistration } from '../../src/reconcile/serverclaim/machine.js';
import { fakeBmcs } from '../support/fake-bmc.js';
import { largeUuid } from './large-fleet.js';

const [kubeconfig = '', bmcCount = '1', systemCount = '1', passes = '1'] = process.argv.slice(2);
const bmcs = fakeBmcs();
for (let n = 0; n < Number(bmcCount); n += 1) {
  const machine = bmcs.add(`bmc-${n}`);
  const [system] = machine.systems;
  if (system === undefined) throw new Error('a machine has a system');
  machine.systems = Array.from({ length: Number(systemCount) }, (_, at) => ({
    ...system,
    uri: systemUri(`/redfish/v1/Systems/${at}`),
    uuid: largeUuid(n, at),
  }));
}
const ports = { ...(await openPorts({ kubeconfig })), bmcs };
const options = {
  registrations: [serverRegistration, serverClaimRegistration],
  settings: defaultSettings,
  deadlineMs: 600_000,
};
for (let pass = 0; pass < Number(passes); pass += 1) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const started = performance.now();
  const { report } = await reconcileOnce(ports, options);
  delay.disable();
  const ms = (nanoseconds: number): number => Math.round(nanoseconds / 1e6);
  const delays = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) };
  const writes = report.objects.reduce((sum, object) => sum + object.writes, 0);
  const rssMb = Math.round(process.memoryUsage.rss() / 1e6);
  const took = Math.round(performance.now() - started);
  console.log(JSON.stringify({ pass, objects: report.objects.length, writes, ms: took, delays, rssMb }));
}
await ports.close();
