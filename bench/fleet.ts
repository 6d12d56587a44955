/** A large fleet for benches: an API server in a process of its own, with servers as discovery leaves them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'undici';
import { allCrds } from '../src/api/crd/index.js';
import { createAuthority } from '../src/sandbox/certificates.js';
import { server, status } from './a-server.js';

export interface Fleet {
  /** For files of the bench; goes with the fleet. */
  readonly folder: string;
  /** What a command needs to see it. */
  readonly env: { readonly KUBECONFIG: string; readonly METALCTL_STATE_DIR: string };
  close(): Promise<void>;
}

const kubeconfigOf = (url: string, token: string, ca: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    clusters: [
      { name: 'bench', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'bench', user: { token } }],
  });

async function fill(url: string, token: string, ca: string, count: number): Promise<void> {
  const client = new Client(url, { connect: { ca }, pipelining: 1 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const send = async (method: 'POST' | 'PATCH', path: string, body: object): Promise<void> => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await client.request({
      method,
      path,
      headers: { ...headers, 'content-type': type },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(text);
  };
  for (const crd of allCrds()) await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
  const servers = '/apis/metal.ironcore.dev/v1alpha1/servers';
  for (let n = 0; n < count; n += 1) {
    const object = server(n);
    await send('POST', servers, object);
    await send('PATCH', `${servers}/${object.metadata.name}/status`, { status });
  }
  await client.close();
}

/** Starts it with so many servers. */
export async function startFleet(count: number): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-bench-'));
  const authority = await createAuthority();
  const { cert, key } = await authority.issue({ hosts: ['127.0.0.1'] });
  const certificates = join(folder, 'certificates.json');
  writeFileSync(certificates, JSON.stringify({ cert, key, ca: authority.ca }), { mode: 0o600 });
  const server = join(import.meta.dirname, 'apiserver-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', server, certificates], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  await fill(url, token, authority.ca, count);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(url, token, authority.ca), { mode: 0o600 });
  return {
    folder,
    env: { KUBECONFIG: kubeconfig, METALCTL_STATE_DIR: folder },
    close: async () => {
      child.stdin.end();
      await new Promise((resolve) => child.once('exit', resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
