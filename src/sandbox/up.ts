/**
 * A cluster and its racks in one process: joins the API server and the BMC emulator, plays the boot operator between
 * them, and writes what a user needs to join: kubeconfig, CA, BMC password. `metalctl sandbox up` and the tests start
 * this same code.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConflictError, UserError } from '../errors/classes.js';
import { writeWhole } from '../lib/whole-file.js';
import type { ApiServer } from './apiserver/index.js';
import {
  type Emulator,
  type EmulatorOptions,
  type NetworkBootOffer,
  presets,
  type Scenario,
  scenarioNamed,
} from './bmc/index.js';
import { type ExternalCluster, externally, startOwnCluster, type UsedCluster } from './cluster.js';
import { isAlive, SandboxFolder, type SandboxRecord } from './files.js';
import { type Rack, startRack } from './rack.js';
import { type StandInBootOperator, startStandInBootOperator } from './stand-in-boot-operator.js';

export interface SandboxOptions {
  readonly name?: string;
  /** Folder that is kept; absent: in memory, with the files in a temporary folder that goes with it. */
  readonly dataDir?: string;
  /** Folder kept, but the store in memory. */
  readonly isEphemeral?: boolean;
  readonly servers?: number;
  readonly vendors?: string;
  readonly seed?: number;
  readonly speed?: number;
  readonly addressing?: EmulatorOptions['addressing'];
  readonly network?: string;
  readonly bmcPort?: number;
  /** BMCs without TLS. */
  readonly http?: boolean;
  readonly kubeconfigOut?: string;
  /** Keep the objects there, and start no API server. */
  readonly external?: ExternalCluster;
  /** Chaos preset of the BMCs, or one read from a file; `healthy` if not said. */
  readonly scenario?: string | Scenario;
  /** Threads the BMCs are spread over. Default 1. With more, the fleet is reached by its control plane alone. */
  readonly workers?: number;
  /** Whether machines that boot the discovery image report by themselves. Default true. */
  readonly autoProbe?: boolean;
}

export interface Sandbox {
  readonly record: SandboxRecord;
  /** Its own API server; with an external cluster there is none, and asking for it is a mistake. */
  readonly api: ApiServer;
  /** The BMCs of this thread; with more threads than one there is none, and asking for it is a mistake. */
  readonly emulator: Emulator;
  /** What is not as it was asked for, in sentences. */
  readonly notes: readonly string[];
  readonly folder: SandboxFolder;
  readonly bmcPassword: string;
  /** Certificate of the authority that signed API server and BMCs, PEM. */
  readonly ca: string;
  /** Stops everything; a folder that was not asked for disappears. */
  close(): Promise<void>;
}

export type { ExternalCluster } from './cluster.js';
export type { Client } from './stand-in-client.js';

export const bmcUsername = 'admin';

/** @throws ConflictError SANDBOX_RUNNING · STORE_LOCKED · PermanentError STORE_DAMAGED */
export async function sandboxUp(options: SandboxOptions = {}): Promise<Sandbox> {
  const folder = new SandboxFolder(options.dataDir ?? (await mkdtemp(join(tmpdir(), 'metalctl-sandbox-'))));
  await folder.create();
  await refuseSecond(folder, options.name ?? 'default');
  const [authority, identity] = [await folder.authority(), await folder.identity()];
  const kubeconfig = options.kubeconfigOut ?? folder.kubeconfig;
  const isKept = options.dataDir !== undefined && !options.isEphemeral;
  const cluster = options.external
    ? externally(options.external)
    : await startOwnCluster({ folder, authority, identity, isKept, kubeconfig });
  let rack: Rack | undefined;
  let standIn: StandInBootOperator | undefined;
  const stop = async (): Promise<void> => {
    await standIn?.close();
    await rack?.close();
    await cluster.close();
  };

  try {
    rack = await startRack(
      {
        ...emulatorOptions(options),
        password: identity.bmcPassword,
        ...(options.http ? {} : { tls: (hosts, flaw) => authority.issue({ hosts, ...(flaw ? { flaw } : {}) }) }),
        networkBoot: async (uuid) => bootOffer(standIn?.offer(uuid), options.autoProbe ?? true),
      },
      {
        token: identity.control,
        systemUUID: async (server) => standIn?.systemUUID(server),
        workers: options.workers ?? 1,
      },
    );
    standIn = startStandInBootOperator({
      connect: cluster.connect,
      ...(cluster.external ? { isOurs: isIn(rack) } : {}),
    });
    const started = rack;
    if (cluster.api) await folder.saveIdentity({ ...identity, apiPort: Number(new URL(cluster.url).port) });
    const record = await publish(folder, options, cluster, rack);
    const close = async (): Promise<void> => {
      await stop();
      if (options.dataDir === undefined) await folder.remove();
      else await folder.removeRecord();
    };
    return {
      record,
      get api() {
        if (cluster.api) return cluster.api;
        throw new TypeError('the objects are in another cluster: ask that');
      },
      get emulator() {
        return started.emulator;
      },
      notes: started.notes,
      folder,
      bmcPassword: identity.bmcPassword,
      ca: authority.ca,
      close,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether a machine is one of this rack. */
function isIn({ bmcs }: Rack): (systemUUID: string) => boolean {
  const own = new Set(bmcs.flatMap(({ systemUUIDs }) => systemUUIDs.map((uuid) => uuid.toLowerCase())));
  return (systemUUID) => own.has(systemUUID);
}

/** Without automatic probes the discovery image boots, and nobody in it reports. */
function bootOffer(offer: NetworkBootOffer | undefined, doesProbe: boolean): NetworkBootOffer | undefined {
  return offer?.kind === 'probe' && !doesProbe ? { kind: 'os', image: 'discovery' } : offer;
}

async function refuseSecond(folder: SandboxFolder, name: string): Promise<void> {
  const record = await folder.record();
  if (record === undefined || !isAlive(record) || record.pid === process.pid) return;
  throw new ConflictError('SANDBOX_RUNNING', `sandbox "${name}" runs already`, {
    why: `process ${record.pid} serves ${record.apiUrl} since ${record.startedAt}`,
    hint: ['metalctl sandbox down', 'metalctl sandbox up --name another'],
  });
}

const emulatorOptions = (options: SandboxOptions) => ({
  servers: options.servers ?? 8,
  username: bmcUsername,
  vendors: options.vendors ?? 'generic',
  seed: options.seed ?? 1,
  speed: options.speed ?? 1,
  ...(options.addressing === undefined ? {} : { addressing: options.addressing }),
  ...(options.network === undefined ? {} : { network: options.network }),
  ...(options.bmcPort === undefined ? {} : { port: options.bmcPort }),
  ...(options.scenario === undefined ? {} : { scenario: scenarioOf(options.scenario) }),
});

/** @throws UserError USAGE for a name that is no preset */
function scenarioOf(scenario: string | Scenario): Scenario {
  if (typeof scenario !== 'string') return scenario;
  const preset = scenarioNamed(scenario);
  if (preset) return preset;
  throw new UserError('USAGE', `no scenario is called "${scenario}"`, { hint: Object.keys(presets).join(', ') });
}

async function publish(
  folder: SandboxFolder,
  options: SandboxOptions,
  { api, url, kubeconfig, external }: UsedCluster,
  { bmcs, controlUrl }: Rack,
): Promise<SandboxRecord> {
  if (api) await folder.write('kubeconfig', api.kubeconfig());
  if (api && options.kubeconfigOut !== undefined) await writeWhole(options.kubeconfigOut, api.kubeconfig());
  const record: SandboxRecord = {
    name: options.name ?? 'default',
    pid: process.pid,
    startedAt: new Date().toISOString(),
    apiUrl: url,
    controlUrl,
    kubeconfig,
    ...(external ? { context: external.context } : {}),
    speed: options.speed ?? 1,
    bmcs: {
      count: bmcs.length,
      first: bmcs[0]?.url ?? '-',
      last: bmcs.at(-1)?.url ?? '-',
      username: bmcUsername,
    },
  };
  await folder.saveRecord(record);
  return record;
}
