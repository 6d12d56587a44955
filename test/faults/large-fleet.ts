/** A cluster with many Servers that need nothing, put there without any reconciler. */
import { Agent, request } from 'node:https';
import { apiVersionOf, type KindDef } from '../../src/api/kind.js';
import { BMC, BMCSecret, Server } from '../../src/api/metal/v1alpha1/index.js';
import type { Live } from '../support/live.js';

/** UUID of the n-th system of a BMC. */
export const largeUuid = (bmc: number, system: number): string =>
  `00000000-0000-0000-${String(bmc).padStart(4, '0')}-${String(system).padStart(12, '0')}`;

/** BMCs that are Enabled, each with Servers that are Available and off. */
export async function seedLarge(live: Live, bmcs: number, systems: number): Promise<void> {
  const names = Array.from({ length: bmcs }, (_, n) => n);
  await inParallel(names, 8, async (n) => {
    const name = `bmc-${n}`;
    const encode = (text: string) => Buffer.from(text).toString('base64');
    await put(live, BMCSecret, { metadata: { name }, data: { username: encode('admin'), password: encode('x') } });
    const spec = {
      access: { ip: `10.0.${Math.floor(n / 250)}.${n % 250}` },
      bmcSecretRef: { name },
      protocol: { name: 'Redfish', port: 443, scheme: 'https' },
    };
    await put(live, BMC, { metadata: { name }, spec }, { state: 'Enabled', powerState: 'On' });
  });
  const servers = names.flatMap((n) => Array.from({ length: systems }, (_, at) => [n, at] as const));
  await inParallel(servers, 32, ([n, at]) => seedServer(live, n, at));
  agent.destroy();
}

async function seedServer(live: Live, n: number, at: number): Promise<void> {
  const name = `bmc-${n}-system-${at}`;
  const spec = { systemUUID: largeUuid(n, at), systemURI: `/redfish/v1/Systems/${at}`, bmcRef: { name: `bmc-${n}` } };
  const ip = `10.${n % 250}.${Math.floor(at / 250)}.${at % 250}`;
  const status = {
    state: 'Available',
    powerState: 'Off',
    processors: [{ id: 'CPU1', totalCores: 16 }],
    storages: [{ name: 'RAID' }],
    networkInterfaces: [{ name: 'eth0', macAddress: 'aa:bb:cc:00:00:01', ips: [ip] }],
    // One in ten has its condition still to come, so that a first pass has something to write, within our own pace.
    conditions: at % 10 === 0 ? [] : [ready],
  };
  await put(live, Server, { metadata: { name, finalizers: ['metal.ironcore.dev/server'] }, spec }, status);
}

const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'Available',
  message: 'The server is off and can be claimed',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 1,
};

/** Straight to the API server: our own client keeps to a pace that would make this take minutes. */
async function put(
  { sandbox }: Live,
  kind: KindDef,
  object: { metadata: object } & Record<string, unknown>,
  status?: object,
): Promise<void> {
  const whole = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...object, ...(status && { status }) };
  const path = `/apis/${kind.group}/${kind.version}/${kind.plural}`;
  const { name } = object.metadata as { name: string };
  await send(sandbox, 'POST', path, whole);
  if (status !== undefined) await send(sandbox, 'PATCH', `${path}/${name}/status`, { status });
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

function send({ api, ca }: Live['sandbox'], method: string, path: string, body: object): Promise<void> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const headers = { authorization: `Bearer ${api.adminToken}`, 'content-type': type };
  return new Promise((resolve, reject) => {
    const asked = request(`${api.url}${path}`, { method, ca, agent, headers }, (answer) => {
      answer.resume().once('end', () => {
        if ((answer.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`${method} ${path}: ${answer.statusCode}`));
      });
    });
    asked.once('error', reject).end(JSON.stringify(body));
  });
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
