/** What every view shows when its feed fails for good: the error with its fix, another try, and the way out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GuardedEvent, guarded } from '../../../../src/ui/shared/failing.js';
import { createStore, type View } from '../../../../src/ui/shared/store.js';

type Event = { type: 'told' | 'pressed' | 'sized'; text: string };

const inner: View<string, Event, 'left'> = {
  initial: 'Loading …',
  reduce: (state, { type, text }) => (type === 'told' ? text : type === 'sized' ? state : `${state} ${text}`),
  draw: (state) => [state],
  onPress: ({ key }) => ({ type: 'pressed', text: key }),
  onResize: ({ columns }) => ({ type: 'sized', text: String(columns) }),
  result: (state) => (state.endsWith('q') ? 'left' : undefined),
  effects: () => undefined,
};
const lines = ['error: the cluster does not serve servers.metal.ironcore.dev', '  fix   metalctl install crds'];

function rig() {
  const [retries, givenUp, ends]: [number[], string[], string[]] = [[], [], []];
  const view = guarded(
    inner,
    { columns: 40, rows: 10 },
    {
      retry: () => retries.push(retries.length),
      giveUp: ({ message }) => givenUp.push(message),
    },
  );
  const store = createStore(view, (end) => ends.push(end));
  const send = (event: GuardedEvent<Event>) => store.send(event, true);
  const press = (key: string) => send(view.onPress({ key }));
  const fail = () => send({ of: 'failure', error: new Error('no such kind'), lines });
  return { retries, givenUp, ends, send, press, fail, view, frame: () => view.draw(store.now()) };
}

test('a failure stands in the middle of the screen with its fix, cut to the width, above the keys that help', () => {
  const all = rig();
  all.fail();
  assert.deepEqual(all.frame(), [
    '',
    '',
    '',
    'error: the cluster does not serve serve…',
    '  fix   metalctl install crds',
    '',
    '',
    '',
    'r try again  q quit',
  ]);
});

test('r tries again and shows the view as it was; its keys are its own again', () => {
  const all = rig();
  all.fail();
  all.press('x');
  assert.equal(all.frame().at(-1), 'r try again  q quit', 'other keys do nothing meanwhile');
  all.press('r');
  assert.deepEqual([all.retries.length, all.frame()], [1, ['Loading …']]);
  all.send({ of: 'view', event: { type: 'told', text: '3 servers' } });
  all.press('r');
  assert.deepEqual([all.retries.length, all.frame()], [1, ['3 servers r']]);
});

for (const key of ['q', 'ctrl-c', 'escape']) {
  test(`${key} leaves with the error`, () => {
    const all = rig();
    all.fail();
    all.press(key);
    assert.deepEqual([all.givenUp, all.ends], [['no such kind'], []]);
  });
}

test("without a failure q is the view's own", () => {
  const all = rig();
  all.press('q');
  assert.deepEqual([all.givenUp, all.ends], [[], ['left']]);
});

test('a resized screen moves the block, and reaches the view', () => {
  const all = rig();
  all.fail();
  all.send(all.view.onResize({ columns: 80, rows: 6 }));
  assert.deepEqual(all.frame(), ['', ...lines, '', 'r try again  q quit']);
});
