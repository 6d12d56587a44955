/** What the metadata service tells Prometheus: what was asked and how it ended, and nothing of what machines send. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { MetadataCounts } from '../../../../src/commands/impl/metadata-counts.js';
import { silent } from '../../../../src/ports/log.js';
import * as serving from '../../../../src/serve/index.js';
import { fakeClock } from '../../../support/clock.js';
import { fakeCluster } from '../../../support/fake-cluster.js';

const server = (name: string, ...ips: string[]): Server =>
  ({
    apiVersion: 'metal.ironcore.dev/v1alpha1',
    kind: 'Server',
    metadata: { name },
    spec: { systemUUID: name },
    status: { networkInterfaces: [{ name: 'eth0', macAddress: 'aa:bb:cc:00:00:01', ips }] },
  }) as unknown as Server;

test('requests are counted by route and status, with labels of a closed set', async () => {
  const cluster = fakeCluster();
  const addresses = new serving.AddressBook();
  for (const each of [server('a', '127.0.0.1', '10.0.0.9'), server('b', '10.0.0.9')]) {
    cluster.seed(each);
    addresses.put(each);
  }
  const counts = new MetadataCounts(serving, addresses);
  const place = { host: '127.0.0.1', port: 0 };
  const options = { ...place, clock: fakeClock(), log: silent, cluster, addresses, fixed: {}, onAnswered: counts.add };
  const service = await serving.startMetadata(options);
  const metrics = await serving.startMetrics(place, counts.families);
  try {
    const headers = { 'Metadata-Flavor': 'IronCore Metal' };
    const ask = async (path: string, more: object = { headers }) => {
      await (await fetch(`${service.url}${path}`, more)).text();
    };
    for (const path of [
      '/v1/',
      '/v1/?x',
      '/v1/server-name',
      '/v1/"}\\nevil 1',
      '/v1/user-data',
      '/v1/user-data/k',
      '/x',
    ])
      await ask(path);
    await ask('/v1/', {});
    const text = await (await fetch(`${metrics.url}/metrics`)).text();
    const lines = text.split('\n');
    for (const line of [
      'metalctl_metadata_requests_total{route="all",code="200"} 2',
      'metalctl_metadata_requests_total{route="all",code="403"} 1',
      'metalctl_metadata_requests_total{route="field",code="200"} 1',
      'metalctl_metadata_requests_total{route="field",code="404"} 1',
      'metalctl_metadata_requests_total{route="user-data",code="404"} 2',
      'metalctl_metadata_requests_total{route="other",code="404"} 1',
      'metalctl_metadata_servers 2',
      'metalctl_metadata_addresses 2',
      'metalctl_metadata_clashing_addresses 1',
    ])
      assert.ok(lines.includes(line), `${line}\n${text}`);
    assert.doesNotMatch(text, /evil|127\.0\.0\.1/);
  } finally {
    await service.close();
    await metrics.close();
  }
});
