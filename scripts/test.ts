/**
 * Runs the tests: expands the list itself (Node 20 takes no globs and finds no .ts files), and fails when it is empty.
 *   node --import tsx scripts/test.ts [--suite unit|faults|stories|conformance|parity|e2e|kube|slow|quick|all]
 *                                     [--verbose] [word …]          only files whose path has one of the words
 */
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { filesBelow, root } from './lib/files.js';
import { Report, type TestEvent } from './test/report.js';
import { chosen, suites } from './test/suites.js';

const { values, positionals } = parseArgs({
  options: { suite: { type: 'string', default: 'quick' }, verbose: { type: 'boolean', default: false } },
  allowPositionals: true,
});
process.exitCode = await main(values.suite, positionals, values.verbose);

async function main(suite: string, words: readonly string[], isVerbose: boolean): Promise<number> {
  if (![...suites, 'quick', 'all'].some((known) => known === suite)) return complain(`there is no suite ${suite}`);
  const files = chosen(filesBelow('test', /\.test\.tsx?$/), suite, words);
  if (files.length === 0) return complain(`no test file in suite ${suite}${words.length ? ` matches ${words}` : ''}`);
  const report = await runAll(files, isVerbose, suite === 'slow' || suite === 'kube' || suite === 'all');
  console.log(report.lines().join('\n'));
  return report.ok ? 0 : 1;
}

function complain(message: string): number {
  console.error(`test: ${message}`);
  return 1;
}

/** Two files at a time. A file that hangs is failed after five minutes (twenty in the slow suites) rather than holding CI. */
async function runAll(files: readonly string[], isVerbose: boolean, isSlow: boolean): Promise<Report> {
  const report = new Report((file) => relative(root, file) || file, isVerbose ? () => {} : console.log);
  const events = run({
    files: files.map((file) => resolve(root, file)),
    concurrency: 2,
    timeout: isSlow ? 1_200_000 : 300_000,
  });
  if (isVerbose) events.compose(new spec()).pipe(process.stdout);
  for await (const event of events) {
    report.add(event as TestEvent);
    if (event.type === 'test:stderr' || event.type === 'test:stdout') process.stderr.write(event.data.message);
  }
  report.end();
  return report;
}
