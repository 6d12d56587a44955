/**
 * Pages of docs/concepts that show commands: each is run on the fleet of the goldens, and prints what the page says.
 * `METALCTL_GOLDENS=write` writes the outputs anew; the diff is read as prose.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandsOf, outputsOf, withOutputs } from '../../../scripts/lib/transcript.js';
import { fakeCluster } from '../../support/fake-cluster.js';
import { runLine, wordsOf } from '../../support/run-line.js';
import { world } from '../../support/world.js';
import { fleet } from './golden-fleet.js';

const isWriting = process.env.METALCTL_GOLDENS === 'write';
const folder = mkdtempSync(join(tmpdir(), 'metalctl-pages-'));
const config = join(folder, 'config.yaml');
const given = process.env.METALCTL_CONFIG;
process.env.METALCTL_CONFIG = config;
after(() => {
  rmSync(folder, { recursive: true });
  if (given === undefined) delete process.env.METALCTL_CONFIG;
  else process.env.METALCTL_CONFIG = given;
});

/** Ages are counted from one moment. */
const env = { LANG: 'C.UTF-8', METALCTL_NOW: '2026-03-04T12:00:00Z' };

/** What the program prints for the commands of a page, one after the other on one fleet. */
async function printed(page: string): Promise<string[]> {
  const w = world();
  const cluster = fakeCluster(() => w.clock.now());
  cluster.seed(...fleet.map((object) => structuredClone(object)));
  const outputs: string[] = [];
  for (const command of commandsOf(page)) {
    let text = '';
    let saidAside = 0;
    const drawn = (said: string): void => {
      text += said;
    };
    const heard = (said: string): void => {
      saidAside += said.length;
      text += said;
    };
    const [program, ...words] = wordsOf(command);
    assert.equal(program, 'metalctl', command);
    const ports = { ...w.ports, cluster, bmc: w.bmcs };
    const { stderr } = await runLine(words, { ports, env, heard, drawn });
    text += stderr.slice(saidAside);
    outputs.push(text.replaceAll(config, '~/.config/metalctl/config.yaml'));
  }
  return outputs;
}

for (const name of ['output-forms', 'configuration', 'confirmation']) {
  test(`docs/concepts/${name}.md shows what the program prints`, async () => {
    const path = fileURLToPath(new URL(`../../../docs/concepts/${name}.md`, import.meta.url));
    const page = readFileSync(path, 'utf8');
    const outputs = await printed(page);
    assert.ok(outputs.length > 2);
    if (isWriting) writeFileSync(path, withOutputs(page, outputs));
    else assert.deepEqual(outputsOf(page), outputs, 'METALCTL_GOLDENS=write writes the page anew');
  });
}
