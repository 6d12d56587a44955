/**
 * Runs the tests: expands the list itself (Node 20 takes no globs and finds no .ts files), and fails when it is empty.
 *   node --import tsx scripts/test.ts [--suite unit|faults|stories|conformance|parity|e2e|kube|slow|quick|all]
 *                                     [--verbose] [word …]          only files whose path has one of the words
 */
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { filesBelow } from './lib/files.js';
import { compile } from './test/compile.js';
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
  const report = await (suite === 'kube'
    ? runOnServer(files, isVerbose)
    : runAll(files, { isVerbose, isLong: isLong(suite) }));
  console.log(report.lines().join('\n'));
  return report.ok ? 0 : 1;
}

function isLong(suite: string): boolean {
  return suite === 'slow' || suite === 'all';
}

/** Choose the API server, start it if need be, say who answers. A server that all files share takes one at a time. */
async function runOnServer(files: readonly string[], isVerbose: boolean): Promise<Report> {
  const { announce, chooseKubectl, chooseServer } = await import('../test/conformance/servers/choice.js');
  const { startServer } = await import('../test/conformance/servers/shared.js');
  const { cachedKubectl } = await import('./lib/kubectl.js');
  process.env.METALCTL_KUBECTL = chooseKubectl(process.env, cachedKubectl());
  const { server, close } = await startServer(chooseServer(process.env));
  announce(process.env, server);
  const who = `answered by ${server.name}`;
  console.log(who);
  try {
    const report = await runAll(files, {
      isVerbose,
      isLong: true,
      concurrency: server.kind === 'embedded' ? 2 : 1,
    });
    console.log(`# ${who}`);
    return report;
  } finally {
    await close();
  }
}

function complain(message: string): number {
  console.error(`test: ${message}`);
  return 1;
}

interface Manner {
  readonly isVerbose: boolean;
  /** Minutes are allowed, and the figures that tests print are shown. */
  readonly isLong: boolean;
  readonly concurrency?: number;
}

/** Two files at a time. A file that hangs is failed after five minutes (twenty in the slow suites) rather than holding CI. */
async function runAll(files: readonly string[], { isVerbose, isLong, concurrency = 2 }: Manner): Promise<Report> {
  const compiled = await compile(files);
  // The runner hands these on to each file, which needs no loader any more.
  process.execArgv.splice(0, process.execArgv.length, '--disable-warning=ExperimentalWarning');
  const report = new Report(compiled.sourceOf, isVerbose ? () => {} : console.log);
  const events = run({ files: [...compiled.programs], concurrency, timeout: isLong ? 1_200_000 : 300_000 });
  if (isVerbose) events.compose(new spec()).pipe(process.stdout);
  for await (const event of events) {
    report.add(event as TestEvent);
    if (!isVerbose && event.type === 'test:diagnostic') sayFigure(event.data.message, isLong);
    if (event.type === 'test:stderr' || event.type === 'test:stdout') process.stderr.write(event.data.message);
  }
  report.end();
  compiled.remove();
  return report;
}

/** What a test says of itself, not what the runner says of the run; of quick ones only what sums up a whole table. */
function sayFigure(message: string, isLong: boolean): void {
  const [summary, text] = message.split(/(?<=^summary: )/);
  if (text !== undefined && summary === 'summary: ') console.log(`  ${text}`);
  else if (isLong && !/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) \d/.test(message))
    console.log(`  ${message}`);
}
