/** `edit`: a text that is refused comes back with the reason, nothing that was typed is lost, and what is sent is asked about. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { Exit } from '../../../../src/errors/exit.js';
import { runLine } from '../../../support/run-line.js';
import { world } from '../../../support/world.js';
import { aServer } from '../../workflows/support/servers.js';

const folder = mkdtempSync(join(tmpdir(), 'metalctl-edit-'));
const environment = { ...process.env };
before(() => {
  // An editor that keeps what it was shown, and leaves the next of the prepared texts behind; without one, what it found.
  const editor = join(folder, 'editor.sh');
  writeFileSync(
    editor,
    `n=$(($(cat ${folder}/turn) + 1)); echo $n >${folder}/turn; cp "$1" ${folder}/saw-$n
     if [ -f ${folder}/text-$n ]; then cp ${folder}/text-$n "$1"; fi
     if [ -f ${folder}/code ]; then exit "$(cat ${folder}/code)"; fi\n`,
  );
  process.env.VISUAL = '';
  process.env.EDITOR = `sh ${editor}`;
  process.env.TMPDIR = folder;
});
after(() => {
  process.env = environment;
  rmSync(folder, { recursive: true });
});

async function edit(flags: string, texts: readonly string[], code?: number) {
  writeFileSync(join(folder, 'turn'), '0');
  for (const at of [1, 2, 3]) rmSync(join(folder, `text-${at}`), { force: true });
  for (const [at, text] of texts.entries()) writeFileSync(join(folder, `text-${at + 1}`), text);
  rmSync(join(folder, 'code'), { force: true });
  if (code !== undefined) writeFileSync(join(folder, 'code'), String(code));
  const w = world();
  w.cluster.seed(aServer('node-1'));
  const ports = { clock: w.clock, cluster: w.cluster };
  const said = await runLine(`edit server node-1 ${flags}`, { ports, isInteractive: true });
  const server = await w.cluster.get(Server, { name: 'node-1' });
  const saw = (at: number): string => readFileSync(join(folder, `saw-${at}`), 'utf8');
  const turns = Number(readFileSync(join(folder, 'turn'), 'utf8'));
  const kept = /your text is kept in (\S+)/.exec(said.stderr)?.[1];
  return { ...said, unclaimable: server?.spec?.unclaimable, saw, turns, kept };
}
const head = 'apiVersion: metal.ironcore.dev/v1alpha1\nkind: Server\nmetadata: { name: node-1 }\n';
const good = `${head}spec: { systemUUID: uuid-node-1, unclaimable: true }\n`;
const broken = `# mine\n${head}spec: [\n`;

test('broken YAML comes back into the editor, with what is wrong and where; corrected, it is sent', async () => {
  const done = await edit('', [broken, good]);
  assert.equal(done.code, Exit.OK, done.stderr);
  assert.deepEqual([done.turns, done.unclaimable], [2, true]);
  const lines = done.saw(2).split('\n');
  assert.deepEqual(lines.slice(0, 2), [
    '# server/node-1: save and close to write back; nothing changed writes nothing.',
    '# Refused; correct it, or close it as it is to give up:',
  ]);
  const at = Number(/^# line (\d+) is not YAML$/.exec(lines[3] ?? '')?.[1]);
  assert.ok(at >= lines.indexOf('spec: [') + 1, `${at}: ${done.saw(2)}`);
  assert.ok(at <= lines.indexOf('spec: [') + 2, `${at}: ${done.saw(2)}`);
  assert.match(done.saw(2), /\nspec: \[\n$/);
});

test('closed as it was refused is given up: why, and where the text is; nothing is sent', async () => {
  const done = await edit('', [broken]);
  assert.deepEqual([done.code, done.turns, done.unclaimable], [Exit.USAGE, 2, undefined]);
  assert.match(done.stderr, /is not YAML/);
  assert.match(readFileSync(done.kept ?? '', 'utf8'), /\nspec: \[\n$/);
});

test('an editor that never leaves a right text is not asked for ever', async () => {
  writeFileSync(join(folder, 'grow.sh'), `echo "- $$: [" >>"$1"; echo x >>${folder}/grown\n`);
  const { EDITOR } = process.env;
  process.env.EDITOR = `sh ${folder}/grow.sh`;
  const { code } = await edit('', []);
  process.env.EDITOR = EDITOR;
  assert.equal(code, Exit.USAGE);
  assert.equal(readFileSync(join(folder, 'grown'), 'utf8').length, 20 * 2);
});

test('nothing changed, and emptied, write nothing and are no error', async () => {
  for (const texts of [[], ['# gone\n\n']]) {
    const done = await edit('', texts);
    assert.deepEqual([done.code, done.turns, done.stdout], [Exit.OK, 1, 'server/node-1 unchanged\n']);
  }
});

test('--review shows what was changed, and sends it once that is agreed to', async () => {
  const yes = await edit('--review --yes', [good]);
  assert.deepEqual([yes.code, yes.unclaimable], [Exit.OK, true]);
  assert.match(yes.stderr, /\+ spec\.unclaimable: - -> true/);
});

test('an editor that fails loses nothing that was saved', async () => {
  const failed = await edit('', [good], 3);
  assert.deepEqual([failed.code, failed.unclaimable], [Exit.USAGE, undefined]);
  assert.equal(readFileSync(failed.kept ?? '', 'utf8'), good);
  const idle = await edit('', [], 3);
  assert.equal(idle.kept, undefined);
});
