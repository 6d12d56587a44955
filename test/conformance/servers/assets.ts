/** etcd and kube-apiserver as child processes on loopback, with certificates, keys and tokens made for one run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../../src/sandbox/certificates.js';
import type { Assets } from './choice.js';

export interface Ports {
  readonly client: number;
  readonly peer: number;
  readonly api: number;
}

export interface RunningAssets {
  readonly url: string;
  readonly ca: string;
  readonly adminToken: string;
  close(): Promise<void>;
}

const local = (port: number): string => `http://127.0.0.1:${port}`;

/** One member that forgets everything at the end, and so need not wait for the disk. */
export const etcdArguments = (folder: string, { client, peer }: Ports): string[] => [
  `--data-dir=${join(folder, 'etcd')}`,
  `--listen-client-urls=${local(client)}`,
  `--advertise-client-urls=${local(client)}`,
  `--listen-peer-urls=${local(peer)}`,
  `--initial-advertise-peer-urls=${local(peer)}`,
  `--initial-cluster=default=${local(peer)}`,
  '--unsafe-no-fsync',
];

export const apiserverArguments = (folder: string, { client, api }: Ports): string[] => [
  `--etcd-servers=${local(client)}`,
  '--bind-address=127.0.0.1',
  `--secure-port=${api}`,
  `--tls-cert-file=${join(folder, 'tls.crt')}`,
  `--tls-private-key-file=${join(folder, 'tls.key')}`,
  `--service-account-issuer=https://127.0.0.1:${api}`,
  `--service-account-key-file=${join(folder, 'accounts.key')}`,
  `--service-account-signing-key-file=${join(folder, 'accounts.key')}`,
  `--token-auth-file=${join(folder, 'tokens.csv')}`,
  '--authorization-mode=RBAC',
  '--service-cluster-ip-range=10.0.0.0/24',
  // Nobody makes the default service account that this plugin waits for.
  '--disable-admission-plugins=ServiceAccount',
];

/** Writes what the arguments name; gives the authority to trust. */
export async function writeFiles(folder: string, adminToken: string): Promise<string> {
  const authority = await createAuthority();
  const { cert, key } = await authority.issue({ hosts: ['127.0.0.1', 'localhost'] });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write('tls.crt', cert);
  write('tls.key', key);
  write('accounts.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  write('tokens.csv', `${adminToken},admin,admin,"system:masters"\n`);
  return authority.ca;
}

/** @throws Error with the last answer, when the server does not get ready in time or its process ends. */
export async function waitReady(url: string, ca: string, patienceMs: number, hasEnded = () => false): Promise<void> {
  const began = Date.now();
  for (let last = ''; ; ) {
    last = await readiness(`${url}/readyz`, ca);
    if (last === '200') return;
    if (hasEnded()) throw new Error(`the API server ended before it was ready (${last})`);
    if (Date.now() - began > patienceMs) throw new Error(`${url} is not ready after ${patienceMs} ms: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const readiness = (url: string, ca: string): Promise<string> =>
  new Promise((resolve) => {
    const request = get(url, { ca, agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error) => resolve(error.message));
  });

/** Start both; the API answers when this returns. */
export async function startAssets({ etcd, apiserver }: Assets): Promise<RunningAssets> {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-envtest-'));
  const adminToken = randomBytes(32).toString('hex');
  const ca = await writeFiles(folder, adminToken);
  const ports = { client: await freePort(), peer: await freePort(), api: await freePort() };
  const store = run(etcd, etcdArguments(folder, ports));
  const server = run(apiserver, apiserverArguments(folder, ports));
  const url = `https://127.0.0.1:${ports.api}`;
  const close = async (): Promise<void> => {
    await stop(server);
    await stop(store);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitReady(url, ca, 60_000, () => server.exitCode !== null || store.exitCode !== null);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, ca, adminToken, close };
}

function run(program: string, words: string[]): ChildProcess {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'ignore'] });
  child.once('error', (error) => console.error(`${program}: ${error.message}`));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
