/** `METALCTL_DEBUG`: one topic down to its last line, the others as they were. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { about } from '../../../src/ports/log.js';
import { createLog } from '../../../src/wiring/log.js';
import { fakeClock } from '../../support/clock.js';

test('a topic that was asked for is told down to trace, redacted, and says its name', () => {
  const lines: string[] = [];
  const log = createLog({
    level: 'warn',
    form: 'json',
    clock: fakeClock(),
    topics: ['redfish'],
    write: (line) => void lines.push(line),
  });
  about(log, 'redfish').log('trace', 'request', { password: 'hunter2', path: '/redfish/v1' });
  about(log, 'kube').log('debug', 'not asked for');
  about(log, 'kube').log('warn', 'a warning');
  const said = lines.map((line) => JSON.parse(line) as Record<string, string>);
  assert.deepEqual(
    said.map(({ msg, topic }) => [msg, topic]),
    [
      ['request', 'redfish'],
      ['a warning', undefined],
    ],
  );
  assert.ok(!lines.join('').includes('hunter2'));
});
