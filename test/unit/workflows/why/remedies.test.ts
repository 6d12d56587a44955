/**
 * Every gate of every state: an object it holds back is answered with it first, and doing what `why` prints, word for
 * word and with the program's own commands, lifts it. Where the operator would not lift it by itself, that is seen too.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BMCSecret, type Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { findKind } from '../../../../src/commands/impl/kit/kinds.js';
import { UserError } from '../../../../src/errors/classes.js';
import { applyMergePatch } from '../../../../src/lib/merge-patch.js';
import { cleaned } from '../../../../src/lib/output/clean.js';
import { runCommand } from '../../../support/commands.js';
import { type World, world } from '../../../support/world.js';
import { bmc, lists, passes, type Row, rows } from './remedies.rows.js';

interface Named {
  readonly reason: string;
  readonly must: string;
}

/** The gate of a row, as it is declared. */
const gateOf = ({ list, must }: Row): Named => {
  const found = (lists[list]?.gates as readonly Named[] | undefined)?.find((each) => each.must === must);
  return found ?? assert.fail(`${list} has no gate "${must}"`);
};

const macPrefixes = [
  {
    macPrefix: '02:00:00',
    type: 'bmc',
    protocol: 'Redfish',
    protocolScheme: 'https' as const,
    port: 443,
    defaultCredentials: [{ username: 'admin', password: 'pw' }],
  },
];

/** The world of a row: one machine with its BMC, and the row's objects in the place of its own where they have a name. */
function worldOf({ objects, machine }: Row): World {
  const w = world({ macPrefixes, serverResyncMs: 1_000 });
  const uuid = w.addMachine('rack1');
  for (const name of ['e2', 'rack1#given']) w.bmcs.add(name);
  w.cluster.seed(bmc());
  for (const object of objects(uuid)) {
    const { spec } = object as Server;
    const ours = object.kind === 'Server' ? { ...object, spec: { ...spec, systemUUID: uuid } } : object;
    w.cluster.seed(structuredClone(ours));
  }
  machine?.(w);
  return w;
}

interface Line {
  readonly reason: string;
  readonly must: string;
  readonly isOpen: boolean;
  readonly below?: readonly Line[];
}

interface Why {
  readonly reason?: string;
  readonly remedy?: string;
  readonly gates: readonly Line[];
}

/** Undefined when the object is gone. */
async function why(w: World, about: string): Promise<Why | undefined> {
  try {
    return JSON.parse((await runCommand(w, ['why', ...about.split(' '), '-o', 'json'])).stdout) as Why;
  } catch (error) {
    if (error instanceof UserError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** Whether this gate still is among what holds it back. */
const isShut = (answer: Why | undefined, row: Row): boolean => {
  const { reason, must } = gateOf(row);
  const all = (answer?.gates ?? []).flatMap((line) => [line, ...(line.below ?? [])]);
  return all.some((line) => !line.isOpen && line.must === must && line.reason === reason);
};

const passwordFile = join(tmpdir(), `metalctl-remedies-${process.pid}`);
const typed = `${passwordFile}.typed`;
let variables: NodeJS.ProcessEnv;
before(() => {
  writeFileSync(passwordFile, 'pw\n', { mode: 0o600 });
  variables = { ...process.env };
  process.env.VISUAL = '';
  process.env.EDITOR = `cp ${typed}`;
});
after(() => {
  process.env = variables;
  for (const file of [passwordFile, typed]) rmSync(file, { force: true });
});

/** The text the editor will leave behind: the object as it is shown, with what the row types. */
async function type(w: World, [, kind = '', name = '']: readonly string[], { edit }: Row): Promise<void> {
  assert.ok(edit, 'the row does not say what is typed');
  const found = await w.cluster.get(await findKind(kind, w.cluster as never), { name });
  assert.ok(found);
  writeFileSync(typed, JSON.stringify(applyMergePatch(cleaned(found), edit)));
}

/** Does what is printed. A question about something else leads to that one's remedy. */
async function follow(w: World, remedy: string | undefined, row: Row): Promise<void> {
  assert.ok(remedy !== undefined, 'nothing is said to do');
  if (remedy.startsWith('metalctl why '))
    return follow(w, (await why(w, remedy.slice('metalctl why '.length)))?.remedy, row);
  const secret = /^kubectl edit bmcsecret (\S+)$/.exec(remedy)?.[1];
  // The values of secrets are no business of `metalctl edit`.
  if (secret !== undefined) return void (await w.cluster.patch(BMCSecret, { name: secret }, row.edit, 'merge'));
  const [program, ...words] = remedy
    .replace('USER --password-stdin', `admin --password-file ${passwordFile}`)
    .split(' ');
  assert.equal(program, 'metalctl', `not a command of this program: ${remedy}`);
  if (words[0] === 'edit') await type(w, words, row);
  const running = runCommand(w, words);
  running.catch(() => undefined);
  if (words[0] === 'wait') {
    await w.clock.tick(0);
    assert.ok(row.meanwhile, 'nobody ends the wait');
  }
  await row.meanwhile?.(w);
  await running;
}

for (const row of rows) {
  const { list, must, told, about, byItself = false } = row;
  test(`${list}: "${must}" is told first, and its remedy lifts it`, async () => {
    const w = worldOf(row);
    const before = await why(w, about);
    assert.equal(before?.reason, told ?? gateOf(row).reason, JSON.stringify(before, null, 1));
    await follow(w, before?.remedy, row);
    await passes(w);
    const after = await why(w, about);
    assert.ok(!isShut(after, row), `still shut after ${before?.remedy}: ${JSON.stringify(after, null, 1)}`);
    const waits = /^metalctl (wait|reconcile) /.test(before?.remedy ?? '');
    if (byItself || waits) return;
    const alone = worldOf(row);
    await passes(alone);
    assert.ok(isShut(await why(alone, about), row) || told !== undefined, 'it is lifted without the remedy');
  });
}

test('every gate of every state has a row', () => {
  const tested = new Set(rows.map(({ list, must }) => `${list}: ${must}`));
  const declared = Object.entries(lists).flatMap(([name, { gates }]) => gates.map(({ must }) => `${name}: ${must}`));
  assert.deepEqual(
    declared.filter((gate) => !tested.has(gate)),
    [],
  );
});
