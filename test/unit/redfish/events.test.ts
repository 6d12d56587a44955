/** Event streams of every emulated profile through the client: followed, resumed, and what hostile ones cannot do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BmcEvent } from '../../../src/ports/bmc.js';
import { eventsIn } from '../../../src/redfish/events/parse.js';
import { BadStream, EventReader } from '../../../src/redfish/events/sse.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import { bootable, until, withProfile } from './with-profile.js';

describe('event streams', () => {
  for (const { name: profile, quirks } of profiles) {
    if (quirks.events.sse === undefined) {
      it(`of the emulated ${profile} do not exist`, () =>
        withProfile(profile, async ({ bmc }) => {
          const events = bmc.events(new AbortController().signal)[Symbol.asyncIterator]();
          await assert.rejects(events.next(), { code: 'BMC_UNSUPPORTED' });
        }));
      continue;
    }

    it(`of the emulated ${profile} tell what happens, over breaks too`, () =>
      withProfile(profile, async ({ emulator, bmc, name }) => {
        const { uri } = bootable(await bmc.systems());
        const over = new AbortController();
        const seen: BmcEvent[] = [];
        const following = (async () => {
          for await (const event of bmc.events(over.signal)) seen.push(event);
        })();
        const opened = () => emulator.log.requests(name).filter(({ path }) => path === quirks.events.sse?.path).length;
        await until('open', () => opened() === 1);
        await bmc.setPower(uri, 'On', 'force');
        await until('events', () => seen.length >= 2);
        assert.match(String(seen[0]?.messageId), /ResourcePoweringOn$/);
        assert.equal(seen[0]?.origin, uri.replace(/\/$/, ''));
        assert.ok(seen[0]?.at);

        emulator.control.restartBmc(name, 10);
        emulator.control.setPower(name, 'Off');
        await until('what was missed', () => seen.some(({ messageId }) => messageId?.endsWith('ResourcePoweredOff')));
        assert.ok(opened() >= 2);
        over.abort();
        await following;
      }));
  }

  it('leave the other requests their connections', () =>
    withProfile('hpe-ilo5', async ({ bmc }) => {
      const over = new AbortController();
      const events = bmc.events(over.signal)[Symbol.asyncIterator]();
      const first = events.next();
      const { uri } = bootable(await bmc.systems());
      await bmc.setPower(uri, 'On', 'force');
      assert.equal((await first).done, false);
      over.abort();
      await events.return?.();
    }));
});

describe('reading a stream', () => {
  const read = (...chunks: string[]) => {
    const reader = new EventReader();
    return chunks.flatMap((chunk) => reader.read(chunk));
  };

  it('takes lines in any pieces and with any ends', () => {
    const wanted = [{ id: '7', data: '{"a":1}' }];
    assert.deepEqual(read('id: 7\ndata: {"a":1}\n\n'), wanted);
    assert.deepEqual(read('id: 7\r\ndata:{"a"', ':1}\r', '\n\r\n'), wanted);
    assert.deepEqual(read(': hello\n\n', 'id', ': 7\n', 'data: {"a":1}\n', '\n'), wanted);
  });

  it('joins data of several lines and knows no event without data', () => {
    assert.deepEqual(read('data: a\ndata: b\n\nid: 3\n\n'), [{ data: 'a\nb' }]);
  });

  it('gives up an event that does not end', () => {
    const reader = new EventReader();
    assert.throws(() => {
      for (let chunk = 0; chunk < 40; chunk += 1) reader.read('data: '.padEnd(60_000, 'x'));
    }, BadStream);
  });
});

describe('events of all vendors', () => {
  it('come in one form', () => {
    const dell = {
      Events: [
        {
          EventId: '9',
          EventTimestamp: '2026-01-02T03:04:05-0600',
          MessageId: 'IDRAC.2.8.PWR1',
          Message: 'on\u001b[2J',
          Severity: 'Warning',
          OriginOfCondition: '/redfish/v1/Systems/1',
        },
      ],
    };
    assert.deepEqual(eventsIn(dell), [
      {
        id: '9',
        at: '2026-01-02T09:04:05Z',
        messageId: 'IDRAC.2.8.PWR1',
        message: 'on [2J',
        severity: 'Warning',
        origin: '/redfish/v1/Systems/1',
      },
    ]);
    assert.deepEqual(eventsIn({ Alerts: [{ MessageId: 'x', OriginOfCondition: { '@odata.id': '/y' } }] }), [
      { messageId: 'x', origin: '/y' },
    ]);
  });

  it('are none where there is nonsense', () => {
    for (const json of [null, 3, 'x', [], {}, { Events: 'x' }, { Events: [null, 3] }])
      assert.deepEqual(eventsIn(json), []);
  });
});
