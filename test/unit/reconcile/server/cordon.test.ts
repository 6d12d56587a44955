/** A cordon with an end: set by the command, kept until its time, taken away by the first pass after it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { parseUntil } from '../../../../src/lib/duration.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';
import { addAvailable } from '../../workflows/support/servers.js';

test('cordon --until: the first pass after that time uncordons, none before it', async () => {
  const w = world();
  const name = addAvailable(w, 'node1');
  const run = (line: string) => runLine(line, { ports: { ...w.ports, cluster: w.cluster } });
  const said = await run(`cordon ${name} --until 2h --reason pdu`);
  assert.equal(said.stdout, `server/${name} cordoned until 2026-01-01T02:00:00Z\n`);
  assert.match((await run(`describe server ${name}`)).stdout, /\("pdu"\) until 2026-01-01T02:00:00Z/);
  assert.match(
    (await run(`claim x --server ${name} --image os:1`)).stderr,
    /cordoned by \S+ until 2026-01-01T02:00:00Z/,
  );
  const isCordoned = () => w.cluster.peek(Server, name)?.spec?.unclaimable;
  await w.clock.tick(7_199_000);
  await w.pass();
  assert.equal(isCordoned(), true);
  await w.clock.tick(2_000);
  await w.pass();
  assert.equal(isCordoned(), false);
  const marks = Object.keys(w.cluster.peek(Server, name)?.metadata.annotations ?? {});
  assert.deepEqual(
    marks.filter((mark) => mark.includes('cordon')),
    [],
  );
  assert.ok(w.events.some(({ event }) => event.reason === 'CordonEnded'));
  assert.equal(w.cluster.peek(Server, name)?.status?.state, 'Available');
});

test('an end that nobody can read never comes: the cordon stays', async () => {
  const w = world();
  const name = addAvailable(w, 'node1');
  await w.cluster.patch(
    Server,
    { name },
    { spec: { unclaimable: true }, metadata: { annotations: { 'metalctl.dev/cordon-until': 'tomorrow' } } },
    'merge',
  );
  await w.clock.tick(86_400_000);
  await w.pass();
  assert.equal(w.cluster.peek(Server, name)?.spec?.unclaimable, true);
});

test('what an end may look like, and what is refused', async () => {
  const now = new Date('2026-01-01T10:00:00Z');
  assert.equal(parseUntil('90m', now)?.toISOString(), '2026-01-01T11:30:00.000Z');
  assert.equal(parseUntil('2026-03-04T18:00:00+01:00', now)?.toISOString(), '2026-03-04T17:00:00.000Z');
  const evening = parseUntil('18:05', now) as Date;
  assert.deepEqual([evening.getHours(), evening.getMinutes()], [18, 5]);
  assert.ok(evening > now && evening.getTime() - now.getTime() <= 86_400_000);
  for (const text of ['25:00', 'noon', '18:60', '2026-13-01T00:00:00Z', ''])
    assert.equal(parseUntil(text, now), undefined);
  const w = world();
  const name = addAvailable(w, 'node1');
  for (const until of ['noon', '2001-01-01T00:00:00Z', '0']) {
    const said = await runLine(`cordon ${name} --until ${until}`, { ports: { ...w.ports, cluster: w.cluster } });
    assert.equal(said.code, 2, until);
    assert.match(said.stderr, /is not a time to come/);
  }
});
