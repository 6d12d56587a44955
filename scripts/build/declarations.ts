/** The types of the library: `dist/types`, written by the TypeScript compiler from `src/index.ts`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.js';

/** Writes declarations; resolves with what the compiler complained about, empty when nothing. */
export async function declarations(): Promise<string> {
  if (!existsSync(join(root, 'src/index.ts'))) return '';
  const flags = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', 'dist/types'];
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const config = ['--project', 'scripts/build/tsconfig.types.json'];
  return output(process.execPath, [compiler, ...config, ...flags]);
}

function output(command: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    child.on('error', reject).on('close', () => resolve(text.trim()));
  });
}
