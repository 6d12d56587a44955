/** A real sandbox and real ports against it: API server, BMCs, registry and clients over sockets, in this process. */
import { allCrds } from '../../src/api/crd/index.js';
import { CustomResourceDefinition } from '../../src/api/kubernetes.js';
import { BMC, BMCSecret, Server } from '../../src/api/metal/v1alpha1/index.js';
import { openPorts } from '../../src/library.js';
import { silent } from '../../src/ports/log.js';
import {
  defaultSettings,
  type OnceOptions,
  reconcileOnce,
  reconcilers,
  type Settings,
} from '../../src/reconcile/index.js';
import { type Sandbox, type SandboxOptions, sandboxUp } from '../../src/sandbox/up.js';
import { startRegistry } from '../../src/serve/registry/index.js';
import { realClock } from '../../src/wiring/clock.js';

export type Live = Awaited<ReturnType<typeof startLive>>;

/** A block of loopback addresses of its own for each test process. */
export const ownBlock = (): string => `127.${64 + (process.pid % 128)}.${Math.floor(process.pid / 128) % 250}.0`;

export async function startLive(options: SandboxOptions = {}) {
  const sandbox: Sandbox = await sandboxUp({ speed: 200, network: ownBlock(), bmcPort: 0, ...options });
  const clock = realClock();
  const probes = await startRegistry({ host: '127.0.0.1', port: 0, clock, log: silent });
  const ports = await openPorts({ kubeconfig: sandbox.record.kubeconfig, probes, bmcCa: sandbox.ca });
  const settings: Settings = { ...defaultSettings, powerPollMs: 300 };
  return {
    sandbox,
    ports,
    probes,
    settings,
    installCrds: async () => {
      for (const crd of allCrds())
        await ports.cluster.create(CustomResourceDefinition, crd as CustomResourceDefinition);
    },
    /** BMC and BMCSecret for every emulated BMC, as onboarding makes them. */
    onboard: async () => {
      for (const { name, host, port } of sandbox.emulator.bmcs) {
        const encode = (text: string) => Buffer.from(text).toString('base64');
        const data = { username: encode('admin'), password: encode(sandbox.bmcPassword) };
        const [apiVersion, metadata] = ['metal.ironcore.dev/v1alpha1', { name }];
        await ports.cluster.create(BMCSecret, { apiVersion, kind: 'BMCSecret', metadata, data } as BMCSecret);
        const protocol = { name: 'Redfish', port, scheme: 'https' };
        const spec = { access: { ip: host }, bmcSecretRef: { name }, protocol };
        await ports.cluster.create(BMC, { apiVersion, kind: 'BMC', metadata, spec } as BMC);
      }
    },
    pass: (more: Partial<OnceOptions> = {}) =>
      reconcileOnce(ports, { registrations: reconcilers, settings, deadlineMs: 60_000, ...more }),
    servers: async () => (await ports.cluster.list(Server)).items,
    close: async () => {
      await ports.close();
      await probes.close();
      await sandbox.close();
    },
  };
}
