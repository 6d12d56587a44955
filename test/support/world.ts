/** A whole small world for reconciler tests: fake cluster, BMCs, registry, clock and ids, wired to the real runner. */
import { createHash } from 'node:crypto';
import type { KubeObject } from '../../src/api/kind.js';
import { BMC, BMCSecret, Server, ServerBootConfiguration, ServerClaim } from '../../src/api/metal/v1alpha1/index.js';
import { newSshKey } from '../../src/lib/ssh-key.js';
import type { EventNote } from '../../src/ports/events.js';
import { silent } from '../../src/ports/log.js';
import {
  defaultSettings,
  type OnceOptions,
  type RunnerPorts,
  reconcileOnce,
  reconcilers,
  type Settings,
} from '../../src/reconcile/index.js';
import { type FakeClock, fakeClock } from './clock.js';
import { type FakeBmcs, fakeBmcs } from './fake-bmc.js';
import { type FakeCluster, fakeCluster } from './fake-cluster.js';
import { type FakeProbes, fakeProbes } from './fake-probes.js';
import { type FakeShells, fakeShells } from './fake-shells.js';

export interface World {
  readonly clock: FakeClock;
  readonly cluster: FakeCluster;
  readonly bmcs: FakeBmcs;
  readonly shells: FakeShells;
  readonly probes: FakeProbes;
  readonly events: { object: KubeObject; event: EventNote }[];
  readonly ports: RunnerPorts;
  readonly settings: Settings;
  /** One pass over everything. */
  pass(options?: Partial<OnceOptions>): ReturnType<typeof reconcileOnce>;
  /** Adds BMCSecret, BMC and machine of one name; returns the system UUID. */
  addMachine(name: string): string;
  /** Plays the boot operator: marks every pending boot configuration Ready. */
  bootOperator(): Promise<void>;
}

/** One for all: finding keys is not what these tests are about. */
const aKey = newSshKey();

export function world(settings: Partial<Settings> = {}): World {
  const clock = fakeClock();
  const cluster = fakeCluster(() => clock.now());
  const bmcs = fakeBmcs();
  const shells = fakeShells(bmcs);
  const probes = fakeProbes(() => clock.now());
  const events: World['events'] = [];
  let tokens = 0;
  let drawn = 0;
  let machines = 0;
  const ports: RunnerPorts = {
    cluster,
    bmcs,
    shells,
    probes,
    clock,
    log: silent,
    random: () => 0.5,
    events: { emit: (object, event) => void events.push({ object, event }), flush: async () => undefined },
    ids: {
      token: () => {
        tokens += 1;
        return `token${tokens}`;
      },
      hash: (text) => createHash('sha256').update(text).digest('hex'),
      below: (limit) => {
        drawn += 1;
        return (drawn * 7919) % limit;
      },
      sshKey: () => aKey,
    },
  };
  const all: Settings = { ...defaultSettings, ...settings };
  return {
    clock,
    cluster,
    bmcs,
    shells,
    probes,
    events,
    ports,
    settings: all,
    pass: (options = {}) => reconcileOnce(ports, { registrations: reconcilers, settings: all, ...options }),
    addMachine: (name) => {
      const machine = bmcs.add(name);
      const place = `10.0.${Math.floor(machines / 250)}.${1 + (machines % 250)}`;
      machines += 1;
      const data = {
        username: Buffer.from('admin').toString('base64'),
        password: Buffer.from('pw').toString('base64'),
      };
      cluster.seed(
        { apiVersion: 'metal.ironcore.dev/v1alpha1', kind: 'BMCSecret', metadata: { name }, data } as BMCSecret,
        {
          apiVersion: 'metal.ironcore.dev/v1alpha1',
          kind: 'BMC',
          metadata: { name },
          spec: {
            access: { ip: place },
            bmcSecretRef: { name },
            protocol: { name: 'Redfish', port: 443, scheme: 'https' },
          },
        } as BMC,
      );
      return machine.systems[0]?.uuid ?? '';
    },
    bootOperator: async () => {
      const { items } = await cluster.list(ServerBootConfiguration);
      for (const boot of items.filter(({ status }) => status?.state !== 'Ready')) {
        await cluster.patch(ServerBootConfiguration, boot.metadata, { status: { state: 'Ready' } }, 'merge', {
          subresource: 'status',
        });
      }
    },
  };
}

export { BMC, BMCSecret, Server, ServerBootConfiguration, ServerClaim };
