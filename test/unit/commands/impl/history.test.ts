/** `history --source`: objects, the BMC's own log and the journal of passes in one line of time, each only when asked for. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keepRun } from '../../../../src/commands/impl/run-journal.js';
import { TransientError } from '../../../../src/errors/classes.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';
import { addAvailable } from '../../workflows/support/servers.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-history-'));
process.env.METALCTL_STATE_DIR = folder;
after(() => rmSync(folder, { recursive: true }));

async function withPast() {
  const w = world();
  addAvailable(w, 'node1');
  const machine = w.bmcs.machine('node1');
  const entries = [
    { id: '2', severity: 'Critical', message: 'PSU lost', at: '2025-12-31T23:00:00+01:00' },
    { id: '1', message: 'no time' },
  ];
  machine.logs.push({ uri: '/log', id: 'SEL', owner: 'system', canBeCleared: true, entries });
  const did = (name: string) => ({ kind: 'Server', name, outcome: 'failed', because: 'X', message: 'told', writes: 0 });
  await keepRun({
    run: 'abc',
    startedAt: '2025-12-31T23:00:00.5Z',
    endedAt: '2025-12-31T23:00:01.5Z',
    passes: 1,
    writes: 1,
    bmcCalls: 1,
    objects: [did('node1-system-0'), did('another')] as never,
  });
  const ports = { clock: w.clock, cluster: w.cluster, bmc: w.bmcs };
  return { machine, history: (line: string) => runLine(`history server/node1-system-0 ${line}`, { ports }) };
}

test('the BMC and this machine are in the line of time, in UTC, each in its place', async () => {
  const { history } = await withPast();
  const { stdout } = await history('--source bmc,metalctl -o json');
  const { entries } = JSON.parse(stdout) as { entries: { time: string; source: string; text: string }[] };
  assert.deepEqual(
    entries.map(({ time, source, text }) => [time, source, text]),
    [
      ['2025-12-31T22:00:00Z', 'bmc', 'Critical PSU lost'],
      ['2025-12-31T23:00:01Z', 'metalctl', 'run abc failed X: told'],
    ],
  );
});

test('without it no BMC is asked; a source that is none is refused', async () => {
  const { machine, history } = await withPast();
  const { stdout } = await history('-o json');
  assert.doesNotMatch(stdout, /"bmc"|"metalctl"/);
  assert.deepEqual(machine.calls, []);
  const odd = await history('--source syslog');
  assert.equal(odd.code, Exit.USAGE);
  assert.match(odd.stderr, /--source syslog is not known\n {2}fix {3}--source k8s,bmc,metalctl/);
});

test('a BMC that does not answer hides nothing else', async () => {
  const { machine, history } = await withPast();
  machine.failNext('logs', new TransientError('BMC_UNREACHABLE', 'reading logs'));
  const { code, stdout } = await history('--source bmc,metalctl');
  assert.equal(code, Exit.BMC_UNREACHABLE);
  assert.match(stdout, /run abc failed X: told/);
});
