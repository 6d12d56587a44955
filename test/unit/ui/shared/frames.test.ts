/** What is written to the terminal: only lines that changed, few frames however much happens, and every key answered. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import xterm from '@xterm/headless';
import { changesOf, createFrames } from '../../../../src/ui/shared/frames.js';
import { createStore, type View } from '../../../../src/ui/shared/store.js';
import { keysAndFrames } from '../../../../src/ui/shared/trace.js';

/** A list that counts what it is told and lists the keys it got. */
interface State {
  readonly events: number;
  readonly keys: string;
}
type Event = { readonly type: 'told' | 'nothing' } | { readonly type: 'key'; readonly key: string };
const view: View<State, Event, never> = {
  initial: { events: 0, keys: '' },
  reduce: (state, event) =>
    event.type === 'told'
      ? { ...state, events: state.events + 1 }
      : event.type === 'key'
        ? { ...state, keys: state.keys + event.key }
        : state,
  draw: ({ events, keys }) => ['title', `${events} events`, 'row', `keys ${keys}`],
  onPress: ({ key }) => ({ type: 'key', key }),
  onResize: () => ({ type: 'nothing' }),
  result: () => undefined,
  effects: () => undefined,
};

/** The view with its screen, on a stepped clock. */
function rig(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const written: string[] = [];
  const frames = createFrames((bytes) => written.push(bytes));
  const store = createStore(view, () => assert.fail());
  const draw = (): void => frames.show(view.draw(store.shown()));
  store.subscribe(draw);
  draw();
  return { store, frames, written, tick: (ms: number) => t.mock.timers.tick(ms) };
}

test('a burst of a thousand events is one frame more, and no key of it is dropped', (t) => {
  const { store, written, tick } = rig(t);
  tick(1_000);
  const before = written.length;
  const typed = 'abcdefghij';
  for (let at = 0; at < 1_000; at += 1) {
    store.send({ type: 'told' });
    if (at % 100 === 0) store.send({ type: 'key', key: typed[at / 100] ?? '' }, true);
  }
  tick(100);
  assert.equal(store.now().keys, typed);
  assert.equal(store.now().events, 1_000);
  assert.match(written.at(-1) ?? '', /1000 events|keys abcdefghij/);
  // The first key at once, all others and all events in the frame behind its pause.
  assert.ok(written.length - before <= 3, `${written.length - before} frames`);
});

test('a thousand events a second are at most ten frames a second', (t) => {
  const { store, written, tick } = rig(t);
  tick(1_000);
  const before = written.length;
  for (let ms = 0; ms < 3_000; ms += 1) {
    store.send({ type: 'told' });
    tick(1);
  }
  tick(100);
  assert.equal(store.shown().events, 3_000);
  assert.ok(written.length - before <= 31, `${written.length - before} frames`);
  assert.ok(written.length - before >= 28, `${written.length - before} frames`);
});

test('while nothing changes nothing is written, however often it is told', (t) => {
  const { store, frames, written, tick } = rig(t);
  tick(1_000);
  const before = written.length;
  for (let ms = 0; ms < 1_000; ms += 1) {
    store.send({ type: 'nothing' });
    frames.show(view.draw(store.now()));
    tick(10);
  }
  assert.equal(written.length, before);
});

test('only changed lines are written, each at its place', () => {
  const { bytes, lines } = changesOf(['title', 'a', 'b', 'c'], ['title', 'a', 'B', 'c']);
  assert.deepEqual([bytes, lines], ['\u001b[3;1H\u001b[KB', 1]);
  const two = changesOf(['title', 'a', 'b', 'c'], ['title', 'A', 'B', 'c']);
  assert.deepEqual([two.bytes, two.lines], ['\u001b[2;1H\u001b[KA\r\n\u001b[KB', 2]);
  assert.deepEqual(changesOf(['a', 'b'], ['a', 'b']), { bytes: '', lines: 0 });
});

test('whatever frames follow each other, the screen shows the last one', async () => {
  const screens: readonly (readonly string[])[] = [
    ['x'.repeat(20), 'short', '', 'tail'],
    ['y'.repeat(20), 'a longer line here', 'z'.repeat(20)],
    ['', '', 'only this', 'and this', 'and that'],
    ['x'.repeat(20), 'short', '', 'tail'],
  ];
  const terminal = new xterm.Terminal({ cols: 20, rows: 6, allowProposedApi: true });
  let before: readonly string[] = [];
  for (const screen of screens) {
    await new Promise<void>((resolve) => terminal.write(changesOf(before, screen).bytes, resolve));
    before = screen;
    const shown = screen.map((_, at) => terminal.buffer.active.getLine(at)?.translateToString(true));
    assert.deepEqual(shown, screen);
    assert.equal(terminal.buffer.active.getLine(screen.length)?.translateToString(true), '');
  }
  terminal.dispose();
});

test('a screen of which nothing is known is written whole', (t) => {
  const { frames, written, tick } = rig(t);
  tick(1_000);
  const before = written.length;
  frames.forget();
  frames.show(view.draw({ events: 0, keys: '' }));
  assert.equal(written.length, before + 1);
  assert.ok(written.at(-1)?.startsWith('\u001b[2J'));
  assert.match(written.at(-1) ?? '', /title[\s\S]*0 events[\s\S]*row[\s\S]*keys/);
});

test('after its end nothing is written any more', (t) => {
  const { store, frames, written, tick } = rig(t);
  store.send({ type: 'key', key: 'a' }, true);
  const before = written.length;
  frames.end();
  store.send({ type: 'key', key: 'b' }, true);
  tick(1_000);
  assert.equal(written.length, before);
});

test('the log tells how long a key waited for its frame; frames of the feed waited for nobody', () => {
  let ms = 0;
  const told: unknown[] = [];
  const log = keysAndFrames({ key: (press) => told.push(press), frame: (frame) => told.push(frame) }, () => ms);
  log.key('j');
  ms = 5;
  log.key('k');
  ms = 12;
  log.frame(40, 2);
  ms = 100;
  log.frame(30, 1);
  log.key('x');
  log.unanswered();
  ms = 900;
  log.frame(20, 1);
  assert.deepEqual(told, [
    'j',
    'k',
    { bytes: 40, lines: 2, afterKeyMs: 12 },
    { bytes: 30, lines: 1 },
    'x',
    { bytes: 20, lines: 1 },
  ]);
});
