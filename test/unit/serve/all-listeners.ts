/** Every listener of `src/serve`, started as the program starts it, with a request that it answers. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '../../../src/ports/log.js';
import * as serving from '../../../src/serve/index.js';
import { startRegistry } from '../../../src/serve/registry/index.js';
import { fakeClock } from '../../support/clock.js';
import { fakeCluster } from '../../support/fake-cluster.js';

export interface Subject {
  readonly name: string;
  readonly url: string;
  /** A path that is served. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** PEM of the certificate, where it is served over TLS. */
  readonly ca?: string;
}

export interface Subjects {
  readonly all: readonly Subject[];
  close(): Promise<void>;
}

const uuid = '38947555-7742-3448-3784-823347823834';
const token = 'a'.repeat(43);

export async function startAll(): Promise<Subjects> {
  const clock = fakeClock();
  const place = { host: '127.0.0.1', port: 0, clock, log: silent };
  const cluster = fakeCluster();
  const { tls, remove } = certificate();
  const registry = await startRegistry(place);
  registry.expect(uuid, createHash('sha256').update(token).digest('hex'), new Date(clock.now().getTime() + 3_600_000));
  const addresses = new serving.AddressBook();
  const metadata = await serving.startMetadata({ ...place, cluster, addresses, fixed: {} });
  const events = await serving.startEvents({
    ...place,
    key: Buffer.alloc(32, 7),
    addressOf: () => 'any',
    onEvent: () => undefined,
  });
  const admission = await serving.startAdmission({ ...place, tls, cluster });
  const health = await serving.startHealth(place, { healthz: () => undefined, readyz: () => undefined });
  const metrics = await serving.startMetrics(place, () => []);
  const headers = {};
  return {
    all: [
      { name: 'registry', url: registry.url, path: `/t/${token}/register`, method: 'POST', headers },
      {
        name: 'metadata',
        url: metadata.url,
        path: '/v1/',
        method: 'GET',
        headers: { 'Metadata-Flavor': 'IronCore Metal' },
      },
      { name: 'events', url: events.url, path: events.pathFor('bmc-a', 'Event'), method: 'POST', headers },
      { name: 'admission', url: admission.url, path: '/validate', method: 'POST', headers, ca: tls.cert },
      { name: 'health', url: health.url, path: '/healthz', method: 'GET', headers },
      { name: 'metrics', url: metrics.url, path: '/metrics', method: 'GET', headers },
    ],
    close: async () => {
      for (const each of [registry, metadata, events, admission, health, metrics]) await each.close();
      remove();
    },
  };
}

function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'listeners-'));
  const [crt, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const form = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', ...form, '-keyout', key, '-out', crt, ...subject], { stdio: 'ignore' });
  const tls = { cert: readFileSync(crt, 'utf8'), key: readFileSync(key, 'utf8') };
  return { tls, remove: () => rmSync(folder, { recursive: true }) };
}

export interface Answer {
  /** 0 when the connection was cut instead. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request on a connection of its own, its path sent as it stands. */
export function ask(
  { url, ca }: Subject,
  {
    path,
    method,
    headers = {},
    body = '',
    localAddress,
  }: { path: string; method: string; headers?: object; body?: string; localAddress?: string },
): Promise<Answer> {
  const { hostname, port, protocol } = new URL(url);
  const options = {
    hostname,
    port,
    path,
    method,
    headers: { ...headers },
    agent: false,
    ...(ca && { ca }),
    ...(localAddress && { localAddress }),
  };
  return new Promise((resolve) => {
    const sent = (protocol === 'https:' ? requestTls : request)(options, (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => {
        text += part.toString();
      });
      const done = () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
      answer.on('end', done).on('error', done);
    });
    sent.on('error', () => resolve({ status: 0, headers: {}, text: '' }));
    sent.end(body);
  });
}
