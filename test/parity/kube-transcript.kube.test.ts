import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { embeddedOnly } from '../conformance/servers/choice.js';
import { startEmbedded } from '../conformance/start-api.js';
import { allowedTags, differences } from './kube-differences.js';

const shared = resolve(import.meta.dirname, '../../../shared');
const tool = join(shared, 'tools/kube-transcript.mjs');
const corpus = join(shared, 'tools/kube-corpus.json');
const recording = join(shared, 'upstream/kube-recordings/kube-apiserver-1.35.6.json');
const isHere = [tool, corpus, recording].every((file) => existsSync(file));

/** The tool overlooks ages of up to days; two tables show the age of an event of 2020, which grows with the recording's. */
const readTranscript = (file: string) =>
  JSON.parse(readFileSync(file, 'utf8').replace(/"\d+y(\d+d)?"/g, '"<age>"')) as { steps: Step[] };

interface Step {
  readonly name: string;
  readonly skipped?: boolean;
}

interface Difference {
  readonly name: string;
  readonly allowed: boolean;
  readonly differences: readonly { readonly path: string; readonly a: unknown; readonly b: unknown }[];
}

type Compare = (a: { steps: Step[] }, b: { steps: Step[] }, options: { allow: string[] }) => Difference[];

test('the sandbox answers as the recorded kube-apiserver 1.35.6', {
  skip: isHere
    ? embeddedOnly('a recording to be compared with')
    : `${shared} is absent: the recording cannot be compared`,
}, async (context) => {
  const api = await startEmbedded(context);
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-transcript-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const out = join(folder, 'mine.json');
  await record(api.url, api.server.adminToken, api.server.viewerToken, out);
  const reference = readTranscript(recording);
  const mine = readTranscript(out);
  const { diffTranscripts } = (await import(pathToFileURL(tool).href)) as { diffTranscripts: Compare };
  const found = diffTranscripts(reference, mine, { allow: Object.keys(allowedTags) });
  const compared = mine.steps.filter((step) => !step.skipped).length;
  const open = found.filter(({ name, allowed }) => !allowed && differences[name] === undefined);
  const kept = found.length - open.length;
  context.diagnostic(
    `compared ${compared}, equal ${compared - found.length}, allowed ${kept}, different ${open.length}`,
  );
  assert.deepEqual(
    open.map(({ name, differences: [first] }) => `${name}: ${first?.path}`),
    [],
  );
  const stale = Object.keys(differences).filter((name) => !found.some((difference) => difference.name === name));
  assert.deepEqual(stale, [], 'differences that are gone must leave the list');
});

/** Plays the corpus against a server, with the project's recorder as its own process. */
function record(url: string, admin: string, viewer: string, out: string): Promise<void> {
  const options = ['--server', url, '--insecure', '--token', admin, '--viewer-token', viewer];
  const limits = ['--corpus', corpus, '--out', out, '--wait', '100', '--skip-tags', 'slow'];
  return new Promise((done) => {
    const child = spawn(process.execPath, [tool, 'run', ...options, ...limits], { stdio: 'ignore' });
    // It exits 1 when a step could not be carried out; the comparison names that step.
    child.on('close', () => done());
  });
}
