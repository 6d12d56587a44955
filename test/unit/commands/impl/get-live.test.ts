/** `get --watch` on a terminal: the table changes in place; what changed is bold, what is gone is struck, for a while. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import xterm from '@xterm/headless';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';
import { aServer } from '../../workflows/support/servers.js';

interface Screen {
  text(): string;
  /** Texts drawn with an attribute. */
  with(attribute: 'isBold' | 'isStrikethrough'): string[];
}

/** A watch that runs on a terminal emulator; time is stepped. */
async function watching(line: string, size = { cols: 100, rows: 12 }) {
  const w = world();
  w.cluster.seed(aServer('a'), aServer('b', { status: { state: 'Discovery' } }), aServer('c'));
  let written = '';
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true, convertEol: true });
  const control = new AbortController();
  const done = runLine(line, {
    ports: { ...w.ports, cluster: w.cluster },
    columns: size.cols,
    rows: size.rows,
    env: { LANG: 'C.UTF-8', TERM: 'xterm' },
    signal: control.signal,
    drawn: (text) => {
      written += text;
      terminal.write(text);
    },
  });
  const settle = async (ms: number): Promise<void> => {
    await w.clock.tick(ms);
    await new Promise((resolve) => terminal.write('', () => resolve(undefined)));
  };
  // Bodies are imported when they run: that takes as long as it takes.
  while (written === '') await new Promise((resolve) => setTimeout(resolve, 5)).then(() => settle(100));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: size.rows }, (_, at) => at);
  const screen: Screen = {
    text: () =>
      lines
        .map((at) => active.getLine(active.baseY + at)?.translateToString(true) ?? '')
        .join('\n')
        .trimEnd(),
    with: (attribute) =>
      lines.flatMap((at) => {
        const row = active.getLine(active.baseY + at);
        const cells = Array.from({ length: size.cols }, (_, x) => row?.getCell(x));
        const text = cells
          .map((cell) => (cell !== undefined && cell[attribute]() !== 0 ? cell.getChars() || ' ' : ''))
          .join('');
        return text.trim() === '' ? [] : [text.trim()];
      }),
  };
  return {
    w,
    screen,
    settle,
    end: async () => {
      control.abort(Object.assign(new Error('SIGINT'), { name: 'AbortError' }));
      await w.clock.tick(200);
      return done;
    },
  };
}

test('a change is drawn where it stands, bold for three seconds; a deleted row is struck, then gone', async () => {
  const { w, screen, settle, end } = await watching('get servers -w');
  assert.match(screen.text(), /^NAME +STATE .*\na +✔ Available .*\nb +◐ Discovery .*\nc +✔ Available .*$/);
  assert.deepEqual(screen.with('isBold'), []);
  await w.cluster.patch(Server, { name: 'b' }, { status: { state: 'Available' } }, 'merge', { subresource: 'status' });
  await settle(200);
  assert.match(screen.text(), /^NAME +STATE .*\na .*\nb +✔ Available .*\nc .*$/);
  assert.deepEqual(screen.with('isBold'), ['✔ Available']);
  await w.cluster.delete(Server, { name: 'a' });
  await settle(200);
  assert.equal(screen.with('isStrikethrough').length, 1);
  assert.match(screen.with('isStrikethrough')[0] ?? '', /^a/);
  await settle(3_500);
  assert.deepEqual([screen.with('isBold'), screen.with('isStrikethrough')], [[], []]);
  assert.match(screen.text(), /^NAME +STATE .*\nb .*\nc .*$/);
  w.cluster.seed(aServer('d'));
  await settle(200);
  assert.match(screen.text(), /\nd +✔ Available/);
  assert.ok(screen.with('isBold').some((text) => text.startsWith('d')));
  const { code } = await end();
  assert.equal(code, 0);
});

test('a filter takes rows away and back; more rows than lines are counted; no line wraps at 20 columns', async () => {
  const { w, screen, settle, end } = await watching('get servers -w --field state=Available', { cols: 20, rows: 8 });
  assert.match(screen.text(), /^NAME .*\na .*\nc .*$/);
  await w.cluster.patch(Server, { name: 'b' }, { status: { state: 'Available' } }, 'merge', { subresource: 'status' });
  await w.cluster.patch(Server, { name: 'c' }, { status: { state: 'Error' } }, 'merge', { subresource: 'status' });
  await settle(200);
  await settle(3_500);
  assert.match(screen.text(), /^NAME .*\na .*\nb .*$/);
  for (let n = 0; n < 9; n += 1) w.cluster.seed(aServer(`many-${n}`));
  await settle(200);
  assert.match(screen.text(), /… and 6 more/);
  assert.match(screen.text(), /^NAME/);
  await end();
});

test('in a pipe, in a dumb terminal and with --accessible rows are appended as they were', async () => {
  const w = world();
  w.cluster.seed(aServer('a'));
  for (const [more, columns, env] of [
    ['', undefined, {}],
    ['', 80, { TERM: 'dumb' }],
    [' --accessible', 80, { TERM: 'xterm' }],
  ] as const) {
    const control = new AbortController();
    let isDrawn = false;
    const running = runLine(`get servers -w${more} --color never`, {
      drawn: () => {
        isDrawn = true;
      },
      ports: { ...w.ports, cluster: w.cluster },
      ...(columns === undefined ? {} : { columns }),
      env: { LANG: 'C.UTF-8', ...env },
      signal: control.signal,
    });
    while (!isDrawn) await new Promise((resolve) => setTimeout(resolve, 5)).then(() => w.clock.tick(100));
    control.abort(Object.assign(new Error('SIGINT'), { name: 'AbortError' }));
    await w.clock.tick(1);
    const { code, stdout } = await running;
    assert.equal(code, 0);
    assert.match(stdout, /^NAME .*\na .*\n$/);
    assert.ok(!stdout.includes('\u001b'));
  }
});
