/** What is loaded at start, read from the bundle: the cheap path must stay cheap. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundle } from '../../../scripts/build/bundle.js';

const { metafile } = await bundle();
const banned = /node_modules\/(undici|zod|react|ink|yaml|@kubernetes\/client-node|libsql|ajv|re2js)\//;

const outputOf = (entryPoint: string): string => {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint);
  assert.ok(found !== undefined, `${entryPoint} has no output of its own`);
  return found[0];
};

/** Inputs of an output and everything it imports statically. */
function loaded(starts: readonly string[]): string[] {
  const seen = new Set<string>();
  const queue = [...starts];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { path, kind, external } of metafile.outputs[next]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) queue.push(path);
    }
  }
  // Tree-shaken files contribute no byte and cost nothing.
  return [...seen].flatMap((output) =>
    Object.entries(metafile.outputs[output]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [input] : [],
    ),
  );
}

const session = 'src/commands/impl/kit/session.ts';
const paths: readonly (readonly [name: string, entries: readonly string[]])[] = [
  ['--help', ['src/cli.ts']],
  ['version --client', ['src/cli.ts', session, 'src/commands/impl/version.ts']],
  ['completion', ['src/cli.ts', session, 'src/commands/impl/completion.ts']],
  ['a completion', ['src/cli.ts', 'src/commands/impl/complete.ts']],
  ['explain', ['src/cli.ts', session, 'src/commands/impl/explain.ts']],
  ['get, before its first request', ['src/cli.ts', session, 'src/commands/impl/get.ts']],
];

/** A view up to its first frame: the body that decides for it, what opens it, and what draws it. */
const view = (...bodies: readonly string[]): readonly string[] => [
  'src/cli.ts',
  session,
  'src/commands/impl/kit/body.ts',
  ...bodies.map((body) => `src/${body}.ts`),
];
const views: readonly (readonly [name: string, entries: readonly string[]])[] = [
  ['top', view('commands/impl/top', 'ui/top/run')],
  ['claim -i', view('commands/impl/claim', 'commands/impl/claim-view', 'ui/claim/run')],
  ['discover -i', view('commands/impl/discover', 'commands/impl/discover-view', 'ui/discover/run')],
  ['describe server -i', view('commands/impl/describe', 'commands/impl/server-view', 'ui/server/run')],
];
const behindViews = /^src\/(kube|redfish|reconcile|serve|sandbox)\//;

for (const [name, entries] of views) {
  test(`stack.md §3: the first frame of ${name} loads no heavy library, and nothing of the network`, () => {
    const inputs = loaded(entries.map(outputOf));
    assert.ok(inputs.includes('src/ui/shared/run.ts'), 'the walk found the view');
    assert.deepEqual(
      inputs.filter((input) => banned.test(input) || behindViews.test(input)),
      [],
    );
  });
}

for (const [name, entries] of paths) {
  test(`cli.md §18.10: ${name} loads no heavy library`, () => {
    const inputs = loaded(entries.map(outputOf));
    assert.ok(inputs.length > 10, 'the walk found the program');
    assert.deepEqual(
      inputs.filter((input) => banned.test(input)),
      [],
    );
  });
}

test('cli.md §18.10: help loads no body', () => {
  assert.deepEqual(
    loaded([outputOf('src/cli.ts')]).filter((input) => input.includes('/impl/')),
    [],
  );
});
