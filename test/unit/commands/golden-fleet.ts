/** A small fleet for pictures of commands: machines in several states, claims, BMCs, one object of every kind. */
import type { KubeObject } from '../../../src/api/kind.js';

const group = 'metal.ironcore.dev/v1alpha1';
const made = (kind: string, metadata: object, rest: object): KubeObject =>
  ({
    apiVersion: group,
    kind,
    metadata: { creationTimestamp: '2026-01-22T12:00:00Z', ...metadata },
    ...rest,
  }) as KubeObject;

const at = (rack: string, shelf: string, pool: string) => ({
  'metadata.metal.ironcore.dev/location': 'fra',
  'metadata.metal.ironcore.dev/rack': rack,
  'metadata.metal.ironcore.dev/shelf': shelf,
  pool,
});

/** Each machine has its own. */
const uuidOf = (name: string): string =>
  `4c4c4544-0058-4b10-8032-${[...name]
    .reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 0xffffffffffff, 7)
    .toString(16)
    .padStart(12, '0')}`;

const machine = (name: string, bmc: string, labels: object, spec: object, status: object): KubeObject =>
  made(
    'Server',
    { name, labels },
    {
      spec: { systemUUID: uuidOf(name), bmcRef: { name: bmc }, power: 'Off', ...spec },
      status: {
        manufacturer: 'Dell Inc.',
        model: 'PowerEdge R660',
        serialNumber: name.split('-')[1]?.toUpperCase(),
        totalSystemMemory: '512Gi',
        biosVersion: '2.3.5',
        indicatorLED: 'Off',
        processors: [0, 1].map((id) => ({ id: `CPU.${id}`, type: 'CPU', model: 'Xeon 6430', totalCores: 32 })),
        networkInterfaces: [
          { name: 'eno1', macAddress: 'aa:bb:cc:00:00:01', ips: ['10.1.0.1'], carrierStatus: 'up' },
          { name: 'eno2', macAddress: 'aa:bb:cc:00:00:02', carrierStatus: 'down' },
        ],
        storages: [
          { name: 'RAID.1', drives: [{ name: 'NVMe 0', type: 'NVMe', capacity: '3500Gi', state: 'Enabled' }] },
        ],
        ...status,
      },
    },
  );

const condition = (type: string, status: string, reason: string, message: string) => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-03-04T08:48:00Z',
});

const bmc = (name: string, ip: string, status: object): KubeObject =>
  made(
    'BMC',
    { name },
    {
      spec: { access: { ip }, bmcSecretRef: { name }, protocol: { name: 'Redfish', port: 443, scheme: 'https' } },
      status: { ip, state: 'Enabled', powerState: 'On', manufacturer: 'Dell Inc.', model: 'iDRAC9', ...status },
    },
  );

export const fleet: readonly KubeObject[] = [
  machine(
    'fra-8xk2m04-system-0',
    'fra-8xk2m04',
    at('r12', '18', 'general'),
    { power: 'On', serverClaimRef: { namespace: 'default', name: 'db-07' } },
    { state: 'Reserved', powerState: 'On' },
  ),
  machine(
    'fra-8xk2m14-system-0',
    'fra-8xk2m14',
    at('r12', '19', 'general'),
    {},
    { state: 'Available', powerState: 'Off' },
  ),
  machine(
    'node031-ap048-system-0',
    'node031-ap048',
    at('r14', '02', 'general'),
    { unclaimable: true, taints: [{ key: 'hw/nic-fault', effect: 'NoBind' }] },
    { state: 'Available', powerState: 'Off', manufacturer: 'HPE', model: 'ProLiant DL380 Gen11 with a long name' },
  ),
  machine(
    'node044-ap048-system-0',
    'node044-ap048',
    at('r14', '07', 'lab'),
    {},
    {
      state: 'Error',
      powerState: 'On',
      manufacturer: 'Lenovo',
      model: 'ThinkSystem SR650 V3',
      conditions: [condition('Ready', 'False', 'BMCUnreachable', '10.20.1.44: connect timed out, 5 tries')],
    },
  ),
  machine('müller-機械-system-0', 'node044-ap048', {}, {}, { state: 'Discovery', powerState: 'Unknown' }),
  bmc('fra-8xk2m04', '10.20.0.11', { firmwareVersion: '7.10.50', macAddress: 'aa:bb:cc:dd:ee:01' }),
  bmc('fra-8xk2m14', '10.20.0.12', { firmwareVersion: '7.10.50', macAddress: 'aa:bb:cc:dd:ee:02' }),
  bmc('node044-ap048', '10.20.1.44', {
    state: 'Error',
    manufacturer: 'Lenovo',
    model: 'XCC2',
    conditions: [condition('Ready', 'False', 'BMCUnreachable', 'connect timed out')],
  }),
  made('BMCSecret', { name: 'fra-8xk2m04' }, { type: 'Opaque', data: { username: 'YWRtaW4=', password: 'Q0FOQVJZ' } }),
  made(
    'BMCUser',
    { name: 'ops' },
    { spec: { userName: 'ops', roleID: 'Operator', bmcRef: { name: 'fra-8xk2m04' } }, status: { id: '3' } },
  ),
  made('Endpoint', { name: 'ep-1' }, { spec: { ip: '10.20.0.11', macAddress: 'aa:bb:cc:dd:ee:01' } }),
  made(
    'ServerClaim',
    { namespace: 'default', name: 'db-07' },
    {
      spec: { power: 'On', image: 'ghcr.io/acme/os:2026.3', serverRef: { name: 'fra-8xk2m04-system-0' } },
      status: { phase: 'Bound' },
    },
  ),
  made(
    'ServerClaim',
    { namespace: 'default', name: 'waiting' },
    {
      spec: { power: 'On', image: 'os:1', serverSelector: { matchLabels: { pool: 'lab' } } },
      status: { phase: 'Unbound' },
    },
  ),
  made(
    'ServerBootConfiguration',
    { namespace: 'default', name: 'db-07' },
    {
      spec: { serverRef: { name: 'fra-8xk2m04-system-0' }, image: 'ghcr.io/acme/os:2026.3' },
      status: { state: 'Ready' },
    },
  ),
];
