/** The visualizer: racks from labels, files, and a page only for whoever has its token and asks for this very host. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Server } from '../../../../src/api/metal/v1alpha1/server.js';
import { pageOf } from '../../../../src/commands/impl/visualizer/page.js';
import { dotOf, floorOf, mermaidOf, svgOf } from '../../../../src/commands/impl/visualizer/racks.js';
import { serveVisualizer } from '../../../../src/commands/impl/visualizer/serve.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runCommand } from '../../../support/commands.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';

const prefix = 'metadata.metal.ironcore.dev/';
const server = (name: string, state: string, at: Record<string, string> = {}): Server =>
  ({
    metadata: { name, labels: Object.fromEntries(Object.entries(at).map(([key, value]) => [prefix + key, value])) },
    status: { state, powerState: 'Off' },
  }) as unknown as Server;
const floor = floorOf([
  server('b', 'Error', { location: 'fra', rack: 'r1', shelf: '12', height: '2' }),
  server('a', 'Reserved', { location: 'fra', rack: 'r1', shelf: '2' }),
  server('c', 'Available', { rack: 'r0', shelf: 'top' }),
  server('d', 'Discovery'),
]);

test('racks by name, servers from the lowest shelf up; labels that are no numbers count for nothing', () => {
  assert.deepEqual(
    floor.racks.map(({ name, units }) => [name, units.map((unit) => `${unit.name}${unit.letter}${unit.shelf}`)]),
    [
      ['fra/r1', ['aU2', 'b!12']],
      ['r0', ['cF0']],
    ],
  );
  assert.deepEqual(
    floor.unplaced.map(({ name, letter }) => name + letter),
    ['dB'],
  );
});

test('the same racks as Mermaid, Graphviz and SVG', () => {
  assert.equal(
    mermaidOf(floorOf([server('a', 'Reserved', { rack: 'r1' })])),
    'flowchart TB\n  subgraph r0["r1"]\n    r0n0["U a Reserved"]\n  end\n',
  );
  assert.equal(
    dotOf(floorOf([server('a', 'Reserved', { rack: 'r1' })])),
    'graph racks {\n  subgraph cluster_0 {\n    label="r1";\n    r0n0 [shape=box, label="U a Reserved"];\n  }\n}\n',
  );
  assert.match(svgOf(floor), /^<svg [^>]+><g [^>]+><text x="0" y="24">fra\/r1<\/text>/);
});

test('a name is never markup, in no form', () => {
  const hostile = floorOf([server('"</script><img src=x onerror=alert(1)>\u001b[2J', 'Error', { rack: '"];x' })]);
  for (const text of [pageOf(hostile, 'n', true), svgOf(hostile)])
    assert.ok(!text.includes('<img') && !text.includes('\u001b'));
  assert.equal(pageOf(hostile, 'n', true).match(/<\/script>/g)?.length, 2);
  assert.equal(dotOf(hostile).match(/"/g)?.length, 4);
});

test('the page names no other host', () => {
  assert.doesNotMatch(pageOf(floor, 'n', true), /https?:|\/\/[a-z]/);
});

interface Told {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** One request; of a stream, what comes until `until` is there. */
const ask = (url: string, options: { method?: string; host?: string; until?: RegExp; onTold?: () => void } = {}) =>
  new Promise<Told>((resolve, reject) => {
    const { method = 'GET', host, until } = options;
    const headers = host === undefined ? {} : { host };
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let body = '';
      const end = (): void => resolve({ status: response.statusCode, headers: response.headers, body });
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
        options.onTold?.();
        if (until?.test(body)) {
          end();
          sent.destroy();
        }
      });
      response.on('end', end).on('error', () => undefined);
    });
    sent.on('error', reject).end();
  });

test('without the token, from another name, or to change something: refused; with it: the page, with its policy', async () => {
  const visualizer = await serveVisualizer({ host: '127.0.0.1', port: 0 }, floor);
  try {
    const { url } = visualizer;
    const bare = url.replace(/\?.*/, '');
    assert.equal((await ask(bare)).status, 403);
    assert.equal((await ask(`${bare}?t=${'x'.repeat(32)}`)).status, 403);
    assert.equal((await ask(`${bare}events`)).status, 403);
    assert.equal((await ask(url, { host: 'evil.example:80' })).status, 421);
    assert.equal((await ask(url, { method: 'POST' })).status, 405);
    assert.equal((await ask(url.replace('/?', '/nothing?'))).status, 404);
    const page = await ask(url);
    assert.equal(page.status, 200);
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'.*frame-ancestors 'none'$/);
    assert.equal(page.headers['cache-control'], 'no-store');
    assert.match(page.body, /fra\/r1/);
  } finally {
    await visualizer.close();
  }
});

test('changes arrive while the page is open, and a lost API too', async () => {
  const visualizer = await serveVisualizer({ host: '127.0.0.1', port: 0 }, floor);
  try {
    let isTold = false;
    const events = await ask(visualizer.url.replace('/?', '/events?'), {
      until: /event: lost/,
      onTold: () => {
        if (isTold) return;
        isTold = true;
        visualizer.update(floorOf([server('new', 'Available')]));
        visualizer.lost();
      },
    });
    assert.match(events.body, /^data: .*fra\/r1.*\n\ndata: .*"new".*\n\nevent: lost/);
  } finally {
    await visualizer.close();
  }
});

test('a port that is taken is PORT_IN_USE', async () => {
  const first = await serveVisualizer({ host: '127.0.0.1', port: 0 }, floor);
  try {
    const port = Number(new URL(first.url).port);
    await assert.rejects(serveVisualizer({ host: '127.0.0.1', port }, floor), { code: 'PORT_IN_USE' });
  } finally {
    await first.close();
  }
});

test('--read-only is how it is anyway; --no-read-only is refused before anything is read', async () => {
  const w = world();
  const ports = { clock: w.clock, cluster: w.cluster };
  const refused = await runLine('visualizer --no-read-only', { ports });
  assert.equal(refused.code, Exit.USAGE);
  assert.match(refused.stderr, /the page has nothing that changes servers[\s\S]*metalctl top/);
  assert.equal(refused.stdout, '');
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-racks-'));
  try {
    const file = join(folder, 'racks.html');
    const written = await runLine(['visualizer', '--read-only', '--export', file], { ports });
    assert.equal(written.code, Exit.OK, written.stderr);
    assert.doesNotMatch(readFileSync(file, 'utf8'), /<form|method=|fetch\(/i);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('-o mermaid and -o dot print the racks once, and serve nothing', async () => {
  const w = world();
  w.addMachine('rack1');
  await w.pass({ maxPasses: 1 });
  const { stdout } = await runCommand(w, ['visualizer', '-o', 'mermaid']);
  assert.match(stdout, /^flowchart TB\n {2}subgraph r0\["no rack"\]\n.*rack1-system-0/);
  assert.match((await runCommand(w, ['viz', '-o', 'dot'])).stdout, /^graph racks \{/);
});
