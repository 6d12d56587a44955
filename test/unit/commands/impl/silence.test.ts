/** What views say of BMCs that did not answer and of kinds that may not be read: from the objects, without asking anybody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BMC, type Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { silenceAmong, silenceTrouble } from '../../../../src/commands/impl/kit/silence.js';
import { topFeed } from '../../../../src/commands/impl/top.js';
import { PermanentError } from '../../../../src/errors/classes.js';
import type { TopEvent, TopSnapshot } from '../../../../src/ui/top/model.js';
import { world } from '../../../support/world.js';
import { aServer } from '../../workflows/support/servers.js';

const failed = (reason: string, message: string) =>
  [{ type: 'Ready', status: 'False' as const, reason, message, lastTransitionTime: '2026-03-04T12:00:00Z' }] as never;

function serverOf(bmc: string, name: string, conditions: never[] = []): Server {
  const made = aServer(name);
  return {
    ...made,
    spec: { ...made.spec, bmcRef: { name: bmc } },
    status: { ...made.status, powerState: 'On', conditions },
  } as Server;
}

test('BMCs that a visit found silent are counted once, with why; a refused login is an answer', () => {
  const silence = silenceAmong([
    serverOf('a', 'a-0', failed('ConnectionFailed', 'connection refused')),
    serverOf('a', 'a-1', failed('ConnectionFailed', 'connection refused')),
    serverOf('b', 'b-0', failed('AuthenticationFailed', 'HTTP 401')),
    serverOf('c', 'c-0'),
  ]);
  assert.deepEqual(silenceTrouble(silence), [
    {
      text: '1 of 3 BMCs did not answer',
      lines: ['bmc/a  connection refused', 'ask one again: metalctl bmc ping a'],
    },
  ]);
  assert.deepEqual(silenceTrouble(silenceAmong([serverOf('c', 'c-0')])), []);
});

/** The dashboard's feed over a world, and what it told last. */
async function told(w: ReturnType<typeof world>) {
  const events: TopEvent[] = [];
  const stop = topFeed(
    { ports: w.ports, flags: { refresh: 1_000 } } as never,
    (event) => events.push(event),
    assert.fail,
  );
  for (let turn = 0; turn < 100; turn += 1) await w.clock.tick(0);
  const last = <T extends TopEvent['type']>(type: T) =>
    events.findLast((event): event is Extract<TopEvent, { type: T }> => event.type === type);
  return { events, last, stop };
}

test('top: the power of a server whose BMC is silent is not known, and the BMC is named', async () => {
  const w = world();
  w.cluster.seed(serverOf('a', 'node-1', failed('ConnectionFailed', 'connection refused')), serverOf('b', 'node-2'));
  const { last, stop } = await told(w);
  const notes = last('snapshot')?.snapshot.rows.servers.map(({ note }) => note.split('  ')[0]);
  assert.deepEqual(notes, ['power ?', 'power On']);
  assert.equal(last('trouble')?.troubles[0]?.text, '1 of 2 BMCs did not answer');
  stop();
});

test('top: what may not be read is told with its fix, nothing is called missing for it, and it is forgotten once it may be', async () => {
  const w = world();
  w.cluster.seed(serverOf('a', 'node-1'));
  const refusal = new PermanentError('API_FORBIDDEN', 'cannot list bmcs', {
    why: 'RBAC does not allow "list" on bmcs',
    hint: 'kubectl auth can-i list bmcs',
  });
  w.cluster.failNext('list', refusal, BMC.kind);
  const { last, stop } = await told(w);
  assert.deepEqual(last('trouble')?.troubles, [
    { text: 'cannot list bmcs', lines: ['RBAC does not allow "list" on bmcs', 'fix   kubectl auth can-i list bmcs'] },
  ]);
  const attention = (snapshot: TopSnapshot | undefined) => snapshot?.rows.attention.map(({ note }) => note);
  assert.deepEqual(attention(last('snapshot')?.snapshot), []);
  for (let step = 0; step < 30; step += 1) await w.clock.tick(100);
  assert.deepEqual(last('trouble')?.troubles, []);
  assert.deepEqual(attention(last('snapshot')?.snapshot), ['bmc a is missing']);
  stop();
});

test('top: of a fleet that is still arriving nothing is called missing, and how much is there is said', async () => {
  const w = world();
  w.cluster.seed(...Array.from({ length: 700 }, (_, at) => serverOf('a', `node-${at}`)));
  const { events, last, stop } = await told(w);
  const first = events.find((event) => event.type === 'snapshot');
  assert.ok(first?.type === 'snapshot');
  assert.deepEqual(
    [first.snapshot.servers, first.snapshot.rows.attention.length, first.snapshot.driver],
    [500, 0, '-'],
  );
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'reading' && event.reading !== undefined ? [event.reading] : [])),
    [{ got: 500, of: 700 }],
  );
  assert.equal(last('reading')?.reading, undefined);
  assert.equal(last('snapshot')?.snapshot.servers, 700);
  stop();
});
