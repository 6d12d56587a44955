/**
 * A cluster and BMCs for the bench of sweeps, in a process of their own: prints where they are, and at its end what the
 * BMCs were asked.
 */
import { startLive } from '../test/support/live.js';

const [servers = '50', network = '127.210.0.0'] = process.argv.slice(2);
const live = await startLive({ servers: Number(servers), network, vendors: 'dell,hpe,lenovo,supermicro' });
await live.installCrds();
const { record, emulator } = live.sandbox;
console.log(JSON.stringify({ port: emulator.bmcs[0]?.port, kubeconfig: record.kubeconfig, ca: live.sandbox.ca }));
process.stdin.resume().on('end', async () => {
  const { log } = emulator;
  const withCredentials = log.requests().filter(({ auth, method }) => auth !== 'none' || method !== 'GET').length;
  console.log(JSON.stringify({ requests: log.count(), withCredentials }));
  await live.close();
});
