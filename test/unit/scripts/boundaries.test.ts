/** The import table catches each kind of offence, says what to do instead, and leaves the rest alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offencesOf } from '../../../scripts/boundaries/check.js';
import { importsOf } from '../../../scripts/boundaries/imports.js';

const sentences = (path: string, source: string) =>
  offencesOf(path, source).map((one) => `${one.line}: ${one.sentence}`);

const offences: readonly [what: string, path: string, source: string, expected: string][] = [
  [
    'a package',
    'src/reconcile/a.ts',
    "\nimport { Agent } from 'undici';",
    '2: reconcile may not import undici: ask for a port instead',
  ],
  [
    'a deep path of a package',
    'src/reconcile/a.ts',
    "import x from 'undici/lib/x.js';",
    '1: reconcile may not import undici: ask for a port instead',
  ],
  [
    'a module of Node',
    'src/reconcile/a.ts',
    "import { readFileSync } from 'node:fs';",
    '1: reconcile may not import node:fs: ask for a port instead',
  ],
  [
    'a folder above',
    'src/reconcile/server/a.ts',
    "import { x } from '../../kube/index.js';",
    '1: reconcile may not import kube: ask for a port instead',
  ],
  [
    'a late import',
    'src/reconcile/a.ts',
    "const x = await import('../redfish/client.js');",
    '1: reconcile may not import redfish: ask for a port instead',
  ],
  [
    'another room of the API server',
    'src/sandbox/apiserver/patch/a.ts',
    "import { openStore } from '../storage/store.js';",
    '1: sandbox/apiserver/patch may not import sandbox/apiserver/storage: patches are pure functions of documents instead',
  ],
  [
    'the kinds of metalctl, from the API server',
    'src/sandbox/apiserver/kinds/a.ts',
    "import { Server } from '../../../api/metal/v1alpha1/index.js';",
    '1: sandbox/apiserver may not import api: a server must not share the mistakes of its clients instead',
  ],
  [
    'a re-export',
    'src/lib/a.ts',
    "export { x } from '../errors/classes.js';",
    '1: lib may not import errors: helpers know no domain instead',
  ],
  [
    'a bare import',
    'src/ports/a.ts',
    "import 'zod';",
    '1: ports may not import zod: ports are interfaces only instead',
  ],
  [
    'a clause over lines',
    'src/redfish/a.ts',
    "import {\n  a,\n} from '../api/kind.js';",
    '1: redfish may not import api: it knows DMTF and nothing else instead',
  ],
  [
    'a body loaded early',
    'src/commands/a.ts',
    "import x from './impl/a.js';",
    '1: commands may not import commands/impl: put it into commands/impl, which is loaded late instead',
  ],
  [
    'client-node beside its door',
    'src/kube/list.ts',
    "import { KubeConfig } from '@kubernetes/client-node';",
    '1: kube may not import @kubernetes/client-node: only kube/config/client-node.ts does',
  ],
  [
    'commander beside its door',
    'src/commands/a.ts',
    "import { Command } from 'commander';",
    '1: commands may not import commander: only cli.ts does',
  ],
  [
    'libsql beside its door',
    'src/sandbox/apiserver/a.ts',
    "await import('libsql');",
    '1: sandbox/apiserver may not import libsql: only sandbox/apiserver/store.ts does',
  ],
  [
    'the emulator sharing code',
    'src/sandbox/bmc/a.ts',
    "import { x } from '../../redfish/client.js';",
    '1: sandbox/bmc may not import redfish: an emulator must not share the mistakes of its clients instead',
  ],
  [
    'more than types for ui',
    'src/ui/a.tsx',
    "import { Server } from '../api/metal/v1alpha1/index.js';",
    '1: ui may not import api: take data and callbacks as props instead',
  ],
  [
    'a file outside src',
    'src/lib/a.ts',
    "import { x } from '../../test/support/clock.js';",
    '1: lib may not import ../../test/support/clock.js: everything a program needs is in src',
  ],
  [
    'a folder without a row',
    'src/utils/a.ts',
    "import { x } from '../lib/ip.js';",
    '1: utils/a is in no row of the import table: add one in scripts/boundaries/table.ts',
  ],
  [
    'the time',
    'src/reconcile/a.ts',
    'const now = Date.now();',
    '1: reconcile may not use Date.now: ask the clock port instead',
  ],
  [
    'a date of now',
    'src/reconcile/a.ts',
    'const now = new Date();',
    '1: reconcile may not use new Date(): ask the clock port instead',
  ],
  [
    'chance',
    'src/reconcile/a.ts',
    'const x = Math.random();',
    '1: reconcile may not use Math.random: take it as an input instead',
  ],
  [
    'a timer',
    'src/reconcile/a.ts',
    'setTimeout(() => {}, 1);',
    '1: reconcile may not use setTimeout: ask the clock port, or return recheckMs instead',
  ],
  [
    'the process',
    'src/reconcile/a.ts',
    'const x = process.env.X;',
    '1: reconcile may not use process: take it as an input instead',
  ],
];

for (const [what, path, source, expected] of offences) {
  test(`catches ${what}`, () => assert.deepEqual(sentences(path, source), [expected]));
}

const allowed: readonly [what: string, path: string, source: string][] = [
  [
    'downward imports',
    'src/reconcile/a.ts',
    "import { UserError } from '../errors/classes.js';\nimport { x } from './b.js';",
  ],
  ['a body loaded late', 'src/commands/a.ts', "export const run = () => import('./impl/a.js');"],
  ['types for ui', 'src/ui/a.tsx', "import type { Server } from '../api/metal/v1alpha1/index.js';"],
  ['types of a package', 'src/kube/a.ts', "import type { V1Pod } from '@kubernetes/client-node';"],
  ['the door of undici', 'src/http/undici.ts', "import Agent from 'undici/lib/dispatcher/agent.js';"],
  ['the store', 'src/sandbox/apiserver/store.ts', "const libsql = await import('libsql');"],
  ['workflows on reconcilers', 'src/workflows/a.ts', "import { x } from '../reconcile/runtime/once.js';"],
  [
    'comments and words',
    'src/reconcile/a.ts',
    "// import x from 'undici'; Date.now()\nconst text = 'process.env and Math.random';",
  ],
  ['a date of something', 'src/reconcile/a.ts', 'const at = new Date(text);'],
];

for (const [what, path, source] of allowed) {
  test(`lets ${what} pass`, () => assert.deepEqual(sentences(path, source), []));
}

test('imports are found with their lines and kinds', () => {
  const source =
    "import type { A } from './a.js';\n/* b\n*/ import { type B } from './b.js';\nlet c: import('./c.js').C;\nimport('./d.js');";
  assert.deepEqual(
    importsOf(source).map(({ specifier, line, isType, isLate }) => [specifier, line, isType, isLate]),
    [
      ['./a.js', 1, true, false],
      ['./b.js', 3, true, false],
      ['./c.js', 4, true, true],
      ['./d.js', 5, false, true],
    ],
  );
});
