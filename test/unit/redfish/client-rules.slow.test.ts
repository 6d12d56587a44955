/** Every rule of the client is broken once, in a copy of the source, and the test that shows it is seen to fail. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ClientRule, clientRules } from './client-rules.js';

const root = new URL('../../../', import.meta.url).pathname;

describe('a broken rule of the client', () => {
  let copy: string;

  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'metalctl-rules-'));
    for (const part of ['src', 'test', 'package.json', 'tsconfig.json'])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  for (const each of clientRules)
    it(`fails its test: ${each.rule}`, async () => {
      const { code, said } = await brokenRun(copy, each);
      assert.notEqual(code, 0, `the test passes all the same:\n${said.slice(-2000)}`);
      assert.match(said, new RegExp(`not ok .*${escaped(each.shown[1])}`), said.slice(-4000));
    });
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Changes the source, runs the one test, and puts the source back. */
async function brokenRun(copy: string, { shown: [file, title], broken: [source, stands, put] }: ClientRule) {
  const place = join(copy, 'src/redfish', source);
  const whole = readFileSync(place, 'utf8');
  writeFileSync(
    place,
    whole.replace(stands, () => put),
  );
  const words = ['--import', 'tsx', '--test', `--test-timeout=${patienceMs}`, `--test-name-pattern=${escaped(title)}`];
  try {
    return await ran(copy, [...words, `test/unit/redfish/${file}.test.ts`]);
  } finally {
    writeFileSync(place, whole);
  }
}

/** A test that waits for ever for what the broken client does not do has failed, too. */
const patienceMs = 60_000;

function ran(cwd: string, words: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...words], { cwd, env: childEnv() }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, said: stdout + stderr }),
    );
  });
}

/** A runner inside a runner reports to the outer one unless it does not know of it. */
function childEnv(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
  return env;
}
