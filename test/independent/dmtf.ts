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

const bin = process.env.DMTF_BIN ?? '';
const schemas = process.env.DMTF_SCHEMAS ?? '';
const asked = profilesAsked(['generic']);
const names = asked.includes('all') ? profiles.map(({ name }) => name) : asked;
const limitMs = 300_000;

for (const profile of names) {
  const bmc = await emulatedBmc(profile);
  try {
    await protocol(bmc, profile);
    await service(bmc, profile);
    await checkUseCases(bmc, profile);
  } finally {
    await bmc.close();
  }
}

async function protocol(bmc: EmulatedBmcOverHttps, profile: string): Promise<void> {
  const program = found('rf_protocol_validator', profile);
  if (program === undefined) return;
  const report = join(bmc.folder, 'protocol');
  const args = ['-r', bmc.url, '-u', bmc.username, '-p', bmc.password, '--no-cert-check', '--avoid-http-redirect'];
  const { text, code } = await run(program, [...args, '--report-dir', report, '--report-type', 'tsv'], bmc);
  const [file] = existsSync(report) ? readdirSync(report) : [];
  const lines = file === undefined ? [] : readFileSync(join(report, file), 'utf8').split('\n');
  const failed = lines.filter((line) => line.includes('\tFAIL\t'));
  const summary = /^Summary.*$/m.exec(text)?.[0] ?? `crashed (${code}): ${text.slice(-300)}`;
  console.log(`${profile}: protocol validator: ${summary}`);
  for (const line of failed) console.log(`  ${line.split('\t').slice(0, 6).join(' ').slice(0, 240)}`);
  if (profile === 'generic' && (failed.length > 0 || lines.length === 0)) process.exitCode = 1;
}

async function service(bmc: EmulatedBmcOverHttps, profile: string): Promise<void> {
  const program = found('rf_service_validator', profile);
  if (program === undefined) return;
  if (!existsSync(schemas)) return console.log(`${profile}: service validator: skipped, DMTF_SCHEMAS names no folder`);
  const args = ['-r', bmc.url, '-u', bmc.username, '-p', bmc.password, '--skipschema', '--schema_directory', schemas];
  const { text } = await run(program, [...args, '--logdir', bmc.folder], bmc);
  console.log(`${profile}: service validator: ${text.split('\n').slice(-4).join(' ').trim()}`);
}

async function checkUseCases(bmc: EmulatedBmcOverHttps, profile: string): Promise<void> {
  const program = found('rf_use_case_checkers', profile);
  if (program === undefined) return;
  const args = ['-r', bmc.url, '-u', bmc.username, '-p', bmc.password, '--report-dir', bmc.folder];
  const { text, code } = await run(program, args, bmc);
  const table = text.split('\n').filter((line) => /^\s*\|/.test(line));
  console.log(`${profile}: use cases: ended ${code} ${table.slice(-2).join(' ').replace(/\s+/g, ' ')}`);
  for (const line of text.split('\n').filter((line) => /FAIL/.test(line))) console.log(`  ${line.slice(0, 240)}`);
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
