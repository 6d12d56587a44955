/** A view that throws where it is told to: x while drawing, y while a key is handled, z where nobody waits for it. */
import { styleOf } from '../../src/lib/output/style.js';
import { runView } from '../../src/ui/shared/run.js';

const look = { columns: 80, rows: 24 };
await runView<string, string, never>(
  {
    initial: 'ready',
    reduce: (state, event) => {
      if (event === 'y') throw new Error('thrown while a key was handled');
      return event === '' ? state : event;
    },
    draw: (state) => {
      if (state === 'x') throw new Error('thrown while drawing');
      return [`the view is ${state}`, ...Array<string>(look.rows - 2).fill('')];
    },
    onPress: ({ key }) => key,
    onResize: () => '',
    result: () => undefined,
    effects: (now) => {
      if (now === 'z') setImmediate(() => Promise.reject(new Error('thrown where nobody waits')));
    },
  },
  () => () => undefined,
  styleOf(false, false),
  new AbortController().signal,
).catch((error: Error) => {
  console.error(`it ended with: ${error.message}`);
  process.exitCode = 1;
});
