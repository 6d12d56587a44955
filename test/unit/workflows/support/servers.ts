/** Servers, claims and machines for workflow tests, each in one line, in the world the reconciler tests use. */
import type { Server } from '../../../../src/api/metal/v1alpha1/server.js';
import type { ServerClaim } from '../../../../src/api/metal/v1alpha1/serverclaim.js';
import { type Driver, localDriver } from '../../../../src/workflows/driver.js';
import type { World } from '../../../support/world.js';

interface ServerTraits {
  readonly labels?: Record<string, string>;
  readonly spec?: Partial<NonNullable<Server['spec']>>;
  readonly status?: Partial<NonNullable<Server['status']>>;
}

/** An Available server that is off: what a claim can have. */
export const aServer = (name: string, { labels = {}, spec = {}, status = {} }: ServerTraits = {}): Server => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Server',
  metadata: { name, labels },
  spec: { systemUUID: `uuid-${name}`, ...spec } as NonNullable<Server['spec']>,
  status: {
    state: 'Available',
    powerState: 'Off',
    manufacturer: 'Dell Inc.',
    model: 'PowerEdge R660',
    totalSystemMemory: '512Gi',
    processors: [
      { id: 'CPU1', type: 'CPU', totalCores: 32 },
      { id: 'CPU2', type: 'CPU', totalCores: 32 },
    ],
    storages: [{ name: 'S', drives: [{ name: 'Disk 0', mediaType: 'SSD', capacity: '480G' }] }],
    ...status,
  } as NonNullable<Server['status']>,
});

export const aClaim = (namespace: string, name: string, server?: string): ServerClaim => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'ServerClaim',
  metadata: { namespace, name },
  spec: { image: 'img', power: 'On', ...(server ? { serverRef: { name: server } } : {}) },
});

/** A machine of the world that its reconcilers already brought to Available: `<name>-system-0`. */
export function addAvailable(world: World, name: string): string {
  const uuid = world.addMachine(name);
  world.cluster.seed(
    aServer(`${name}-system-0`, {
      spec: { systemUUID: uuid, systemURI: '/redfish/v1/Systems/1', bmcRef: { name } },
    }),
  );
  const bmc = world.cluster.peek({ kind: 'BMC' } as never, name) as { status?: unknown };
  world.cluster.seed({ ...bmc, status: { state: 'Enabled' } } as never);
  return `${name}-system-0`;
}

/** The local driver over a world's ports. */
export const driverOf = (world: World): Driver => localDriver(world.ports, world.settings);

/** Lets time pass, and the boot operator work, until a promise settles. */
export async function inTime<T>(world: World, promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
  let isSettled = false;
  const settled = promise.then(
    () => undefined,
    () => undefined,
  );
  void settled.then(() => {
    isSettled = true;
  });
  for (let ms = 0; ms < limitMs && !isSettled; ms += 500) {
    await world.clock.tick(500);
    await world.bootOperator();
  }
  return promise;
}
