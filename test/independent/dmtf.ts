/**
 * DMTF's protocol validator, service validator and use-case programs against our emulated BMCs over HTTPS. By hand:
 *
 *   python3 -m venv /tmp/dmtf
 *   /tmp/dmtf/bin/pip install redfish_protocol_validator redfish_service_validator redfish-use-case-checkers
 *   DMTF_BIN=/tmp/dmtf/bin node --import tsx test/independent/dmtf.ts [PROFILE…]      generic, if none is named; `all`
 *
 * The service validator needs the CSDL files of DSP8010 in the folder DMTF_SCHEMAS; CONTRIBUTING says where they come from.
 * DMTF_JUDGES names some of them: protocol,service,use-cases. What is not there is skipped aloud; what fails is printed, and
 * ends the script with 1 where docs/reference/independent-judges.md does not have it.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profiles } from '../../src/sandbox/bmc/index.js';
import { type EmulatedBmcOverHttps, emulatedBmc, profilesAsked } from './emulated-bmc.js';
import { type Judge, reasonOf } from './vendor-truths.js';

const bin = process.env.DMTF_BIN ?? '';
const schemas = process.env.DMTF_SCHEMAS ?? '';
const judges = { protocol, service, 'use-cases': checkUseCases };
const chosen = process.env.DMTF_JUDGES?.split(',') ?? Object.keys(judges);
const asked = profilesAsked(['generic']);
const names = asked.includes('all') ? profiles.map(({ name }) => name) : asked;
const limitMs = 600_000;

for (const profile of names) {
  for (const [name, judge] of Object.entries(judges)) {
    if (!chosen.includes(name)) continue;
    // A BMC of its own for each, as it came from the factory.
    const bmc = await emulatedBmc(profile);
    await judge(bmc, profile).finally(() => bmc.close());
  }
}

/** Prints a count, what vendors do as often as they do it, and every other failure, for which the script fails. */
function told(profile: string, judge: Judge, summary: string, failed: readonly string[]): void {
  console.log(`${profile}: ${judge}: ${summary}`);
  const times = new Map<string, number>();
  for (const line of failed) {
    const why = reasonOf(judge, profile, line);
    if (why !== undefined) times.set(why, (times.get(why) ?? 0) + 1);
    else console.log(`  FAILED: ${line.slice(0, 300)}`);
    if (why === undefined) process.exitCode = 1;
  }
  for (const [why, count] of times) console.log(`  ${count} as the vendor does: ${why}`);
}

function crashed(profile: string, judge: Judge, code: number | null, text: string): void {
  process.exitCode = 1;
  console.log(`${profile}: ${judge}: crashed (${code}): ${text.slice(-600)}`);
}

async function protocol(bmc: EmulatedBmcOverHttps, profile: string): Promise<void> {
  const program = found('rf_protocol_validator', profile);
  if (program === undefined) return;
  const report = join(bmc.folder, 'protocol');
  const args = ['-r', bmc.url, '-u', bmc.username, '-p', bmc.password, '--no-cert-check', '--avoid-http-redirect'];
  const { text, code } = await run(program, [...args, '--report-dir', report, '--report-type', 'tsv'], bmc);
  const summary = /^Summary.*$/m.exec(text)?.[0];
  const [file] = existsSync(report) ? readdirSync(report) : [];
  if (summary === undefined || file === undefined) return crashed(profile, 'protocol validator', code, text);
  const lines = readFileSync(join(report, file), 'utf8').split('\n');
  const failed = lines.filter((line) => line.includes('\tFAIL\t')).map((line) => line.split('\t').join(' '));
  told(profile, 'protocol validator', summary, failed);
}

async function service(bmc: EmulatedBmcOverHttps, profile: string): Promise<void> {
  const program = found('rf_service_validator', profile);
  if (program === undefined) return;
  if (!existsSync(schemas)) return console.log(`${profile}: service validator: skipped, DMTF_SCHEMAS names no folder`);
  const logs = join(bmc.folder, 'service');
  const args = ['-r', bmc.url, '-u', bmc.username, '-p', bmc.password, '--skipschema', '--schema_directory', schemas];
  const { text, code } = await run(program, [...args, '--logdir', logs], bmc);
  const counts = countsIn(text);
  const log = filesBelow(logs).find((path) => path.endsWith('.log'));
  if (counts === undefined || log === undefined) return crashed(profile, 'service validator', code, text);
  told(profile, 'service validator', counts, failuresIn(readFileSync(log, 'utf8')));
}

/** Failures of the validator's log, each behind the resource it is about. */
function failuresIn(log: string): readonly string[] {
  let uri = '';
  return log.split('\n').flatMap((line) => {
    uri = / - INFO - (?:Validating |Checking )?(\/redfish\S*?)\.*$/.exec(line)?.[1] ?? uri;
    const [, failure] = / - ERROR - FAIL - (.*)$/.exec(line) ?? [];
    return failure === undefined ? [] : [`${uri} ${failure}`];
  });
}

async function checkUseCases(bmc: EmulatedBmcOverHttps, profile: string): Promise<void> {
  const program = found('rf_use_case_checkers', profile);
  if (program === undefined) return;
  const args = ['-r', bmc.url, '-u', bmc.username, '-p', bmc.password, '--report-dir', bmc.folder];
  const { text, code } = await run(program, args, bmc);
  const counts = countsIn(text);
  const log = filesBelow(bmc.folder).find((path) => path.endsWith('.log'));
  if (counts === undefined || log === undefined) return crashed(profile, 'use cases', code, text);
  // The first line says which test, the second what went wrong.
  const lines = readFileSync(log, 'utf8').split('\n');
  const failed = lines.filter((line) => / - ERROR - (?!Failing the )/.test(line));
  told(
    profile,
    'use cases',
    counts,
    failed.map((line) => line.replace(/^.* - ERROR - /, '')),
  );
}

/** The table both print at their end: four counts under four names. */
function countsIn(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the numbers are coloured
  const row = /^\|\s*\d[^\n]*$/m.exec(text.replace(/\u001b\[\d+m/g, '').replace(/^ +\|/gm, '|'))?.[0];
  const counts = row?.match(/\d+/g);
  return counts?.length === 4
    ? ['PASS', 'WARN', 'FAIL', 'NOT TESTED'].map((name, i) => `${name} ${counts[i]}`).join(', ')
    : undefined;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
}

function found(name: string, profile: string): string | undefined {
  const path = join(bin, name);
  if (bin !== '' && existsSync(path)) return path;
  console.log(`${profile}: ${name}: skipped, DMTF_BIN does not hold it`);
  return undefined;
}

/** All a program says, and how it ended; requests of Python's find the certificate by the environment. */
function run(program: string, args: string[], { ca, folder }: EmulatedBmcOverHttps) {
  return new Promise<{ text: string; code: number | null }>((resolve) => {
    const env = { ...process.env, REQUESTS_CA_BUNDLE: ca, SSL_CERT_FILE: ca };
    const child = spawn(program, args, { cwd: folder, env, timeout: limitMs });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    }
    child.on('close', (code) => resolve({ text, code }));
  });
}
