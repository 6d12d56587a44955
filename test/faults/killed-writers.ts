/** Processes that write one file over and over and are killed in the middle of it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { randomFrom } from '../support/random.js';

/** Large enough for a kill to come between its first byte and its last. */
const bodies = ['a', 'b'].map((letter) => JSON.stringify({ letter, text: letter.repeat(400_000) }));

const writer = (write: string): string => `
${write}
const bodies = ['a', 'b'].map((letter) => JSON.stringify({ letter, text: letter.repeat(400_000) }));
for (let n = 0; ; n += 1) {
  await writeWhole(process.argv[2], bodies[n % 2]);
  // However slow the machine: it is killed in a write that follows a whole one.
  if (n === 0) process.stdout.write('ready');
}
`;

/** How files are written by the program, as a module without types. */
const own = (): string => transformSync(readFileSync('src/lib/whole-file.ts', 'utf8'), { loader: 'ts' }).code;

/** Kills writers at random moments and reads what they left. @returns how often the file was there, and how often torn */
export async function killWriters(
  kills: number,
  seed: number,
  write = own(),
): Promise<{ there: number; torn: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-killed-'));
  const random = randomFrom(seed);
  const [script, target] = [join(folder, 'writer.mjs'), join(folder, 'state.json')];
  writeFileSync(script, writer(write));
  let [there, torn] = [0, 0];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await killOne(script, target, random() * 12);
      if (!existsSync(target)) continue;
      there += 1;
      if (!bodies.includes(readFileSync(target, 'utf8'))) torn += 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  assert.ok(there > kills / 2, 'the writers wrote');
  return { there, torn };
}

async function killOne(script: string, target: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [script, target], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await gone;
}

/** The careless way, to see that it would be found out. */
export const careless =
  "import { writeFile } from 'node:fs/promises';\nconst writeWhole = (path, text) => writeFile(path, text);";
