/** Bodies meant to hurt: bombs, depth, poisoned keys, trickles, and ten thousand mutated documents (S-DOS, R-BMC-13). */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isMetalError } from '../../../../src/errors/classes.js';
import { Secret } from '../../../../src/lib/secret.js';
import { type Bmc, type BmcFactory, systemUri } from '../../../../src/ports/bmc.js';
import { silent } from '../../../../src/ports/log.js';
import { toRegistry } from '../../../../src/redfish/attributes/registry.js';
import { eventsIn } from '../../../../src/redfish/events/parse.js';
import { createBmcFactory } from '../../../../src/redfish/index.js';
import { messagesOf } from '../../../../src/redfish/messages.js';
import { toManagerInfo, toSystemInfo } from '../../../../src/redfish/operations/identity.js';
import { ServiceRoot } from '../../../../src/redfish/schema/service-root.js';
import { BadBody, parseBody } from '../../../../src/redfish/transport/json.js';
import { vendorOf } from '../../../../src/redfish/vendors/index.js';
import { standard } from '../../../../src/redfish/vendors/vendor.js';
import { extended, hastyClock, manager, reply, root, system, type TinyBmc, tinyBmc } from '../tiny-bmc.js';

const one = systemUri('/redfish/v1/Systems/1');
const bytes = (text: string) => new TextEncoder().encode(text);

describe('hostile bodies', () => {
  let bmc: TinyBmc;
  let factory: BmcFactory;
  let opened: Bmc;

  beforeEach(async () => {
    bmc = await tinyBmc();
    const limits = { bodyBytes: 1_000_000, bodyIdleMs: 500, bodyTotalMs: 300, silentPatienceMs: 0 };
    factory = createBmcFactory({ clock: hastyClock(), log: silent, limits });
    const access = { id: 'b', url: bmc.url, username: 'admin', credentialVersion: '1', allowPlainHttp: true };
    opened = factory.open({ ...access, password: new Secret(bmc.password) });
    await opened.authenticate();
  });
  afterEach(async () => {
    await factory.close(100);
    await bmc.close();
  });

  it('is cut off when it never ends, without keeping what came', async () => {
    bmc.handler = (_request, response) => {
      const chunk = 'x'.repeat(65_536);
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pump);
      };
      pump();
      return true;
    };
    const before = process.memoryUsage().rss;
    await assert.rejects(opened.system(one), { code: 'BMC_RESPONSE_TOO_LARGE', class: 'permanent' });
    assert.ok(process.memoryUsage().rss - before < 50e6);
  });

  it('is not inflated past the limit', async () => {
    bmc.handler = (_request, response) => {
      response.end(gzipSync(Buffer.alloc(50_000_000, 0x20)));
      return true;
    };
    await assert.rejects(opened.system(one), { code: 'BMC_RESPONSE_TOO_LARGE' });
  });

  it('is read when it is gzip that nobody asked for', async () => {
    bmc.handler = (_request, response) => {
      response.end(gzipSync(JSON.stringify(system)));
      return true;
    };
    assert.equal((await opened.system(one)).model, 'X1');
  });

  it('is asked for as gzip where identity is refused', async () => {
    bmc.handler = ({ headers }, response) => {
      if (headers['accept-encoding'] === 'identity') return reply(response, 406);
      response.end(gzipSync(JSON.stringify(system)));
      return true;
    };
    assert.equal((await opened.system(one)).model, 'X1');
  });

  it('is given up when it trickles', async () => {
    bmc.handler = (_request, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
      return true;
    };
    await assert.rejects(opened.system(one), { code: 'BMC_TIMEOUT', class: 'transient' });
  });

  it('is refused when its headers are huge', async () => {
    bmc.handler = (_request, response) => reply(response, 200, system, { 'x-huge': 'x'.repeat(70_000) });
    await assert.rejects(opened.system(one), { code: 'BMC_RESPONSE_TOO_LARGE' });
  });

  it('is refused when it is nested too deep, in linear time', () => {
    assert.doesNotThrow(() => parseBody(bytes(`${'['.repeat(60)}${']'.repeat(60)}`), 64));
    assert.throws(() => parseBody(bytes(`${'['.repeat(65)}${']'.repeat(65)}`), 64), /nested deeper/);
    assert.throws(() => parseBody(bytes(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), 64), /nested deeper/);
    // Parsed, these would fill the memory: thirty million lists.
    assert.throws(() => parseBody(Buffer.alloc(30 << 20, '['), 64), /nested deeper/);
    const wide = `[${Array.from({ length: 100_000 }, () => '[{}]').join()}]`;
    assert.equal((parseBody(bytes(wide), 3) as unknown[]).length, 100_000);
    assert.throws(() => parseBody(bytes(wide), 2), /nested deeper/);
  });

  it('reaches no prototype', () => {
    const poisoned =
      '{"a":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},"__proto__":{"polluted":1}}';
    assert.deepEqual(parseBody(bytes(poisoned), 64), { a: {} });
    assert.deepEqual(parseBody(bytes('[{"\\u005f_proto__":{"polluted":1},"b":[{"constructor":1}]}]'), 64), [
      { b: [{}] },
    ]);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });

  it('crashes nothing in ten thousand mutations (seed 7)', (t) => {
    const random = seeded(7);
    const before = process.memoryUsage().rss;
    let crashes = 0;
    let unreadable = 0;
    for (let round = 0; round < 10_000; round += 1) {
      const chosen = documents[round % documents.length];
      assert.ok(chosen);
      const [document, read] = chosen;
      const text = mutated(JSON.stringify(document), random);
      try {
        const json = parseBody(bytes(text), 64);
        if (typeof json === 'object' && json !== null && !Array.isArray(json)) read(json as Record<string, unknown>);
      } catch (error) {
        if (error instanceof BadBody || isMetalError(error)) unreadable += 1;
        else crashes += 1;
      }
    }
    const grown = process.memoryUsage().rss - before;
    const kinds = `${documents.length} kinds, ${unreadable} of them told as unreadable`;
    t.diagnostic(
      `10,000 mutated documents of ${kinds}: ${crashes} crashes, RSS grew by ${(grown / 1e6).toFixed(1)} MB`,
    );
    assert.equal(crashes, 0);
    assert.ok(grown < 50e6, `${grown}`);
  });
});

/** What a BMC tells, and who reads it. */
const documents: readonly [document: object, read: (json: Record<string, unknown>) => unknown][] = [
  [system, (json) => toSystemInfo(json, standard)],
  [manager, (json) => toManagerInfo(json, standard)],
  [root, (json) => vendorOf(ServiceRoot.parse(json))],
  [extended('PropertyValueNotInList', 'no', { MessageArgs: ['a', 'b'], Resolution: 'x' }), messagesOf],
  [
    { Events: [{ EventId: '1', EventTimestamp: '2026-01-02T03:04:05-0600', MessageId: 'A.1.0.B', Severity: 'OK' }] },
    eventsIn,
  ],
  [
    {
      RegistryEntries: {
        Attributes: [
          { AttributeName: 'A', Type: 'Integer', LowerBound: 0, UpperBound: 9 },
          { AttributeName: 'B', Type: 'Enumeration', Value: [{ ValueName: 'On' }], ResetRequired: true },
        ],
        Dependencies: [{ Type: 'Map', Dependency: { MapFrom: [{ MapFromAttribute: 'A' }], MapToAttribute: 'B' } }],
      },
    },
    (json) => toRegistry(json, true),
  ],
];

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const odd = ['null', '[]', '{}', '-1', '1e999', '"\\u0000"', 'true', '"', '{"@odata.id":5}', '[[[]]]', '"9".repeat'];

/** Replaces values, cuts, or swaps a character. */
function mutated(text: string, random: () => number): string {
  const pick = (items: string[]): string => items[Math.floor(random() * items.length)] ?? '';
  const way = random();
  if (way < 0.7)
    return text.replace(/:("[^"]*"|\d+|\{[^{}]*\}|\[[^[\]]*\])/g, (whole) =>
      random() < 0.2 ? `:${pick(odd)}` : whole,
    );
  const at = Math.floor(random() * text.length);
  if (way < 0.85) return text.slice(0, at);
  return `${text.slice(0, at)}${String.fromCharCode(Math.floor(random() * 256))}${text.slice(at + 1)}`;
}
