/** Servers for benches, as heavy as real ones. */

/** A server as discovery leaves it: what a list of a real fleet weighs. */
export const server = (n: number) => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Server',
  metadata: { name: `rack${n >> 5}-${String(n).padStart(5, '0')}-system-0`, labels: { pool: n % 2 ? 'a' : 'b' } },
  spec: {
    systemUUID: `38947555-7742-3448-3784-${String(n).padStart(12, '0')}`,
    power: 'Off',
    bmcRef: { name: `b-${n}` },
  },
});

export const status = {
  state: 'Available',
  powerState: 'Off',
  manufacturer: 'Dell Inc.',
  model: 'PowerEdge R770',
  sku: '0C1D',
  serialNumber: 'J2P522B',
  indicatorLED: 'Off',
  totalSystemMemory: '512Gi',
  biosVersion: '1.2.3',
  processors: [0, 1].map((id) => ({
    id: `CPU.${id}`,
    type: 'CPU',
    architecture: 'x86',
    instructionSet: 'x86-64',
    manufacturer: 'Intel',
    model: 'Xeon 6430',
    maxSpeedMHz: 3400,
    totalCores: 32,
    totalThreads: 64,
  })),
  networkInterfaces: [0, 1, 2, 3].map((id) => ({
    name: `eno${id}`,
    macAddress: `52:54:00:00:00:0${id}`,
    ips: [`10.0.0.${id}`],
    carrierStatus: 'up',
  })),
  storages: [0].map((id) => ({
    name: `raid-${id}`,
    state: 'Enabled',
    drives: [0, 1, 2, 3].map((d) => ({
      name: `nvme${d}`,
      type: 'NVMe',
      capacity: '3500Gi',
      vendor: 'Samsung',
      state: 'Enabled',
    })),
  })),
};
