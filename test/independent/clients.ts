/**
 * Programs others manage machines with, against our emulated BMCs over HTTPS: OpenStack's sushy, DMTF's redfishtool,
 * HPE's ilorest. Listing, power cycle, one-time PXE, virtual media, a change of the BIOS, an account made and deleted: each
 * program does what it can. By hand:
 *
 *   python3 -m venv /tmp/clients && /tmp/clients/bin/pip install sushy redfishtool
 *   python3 -m venv /tmp/ilorest && /tmp/ilorest/bin/pip install ilorest
 *   CLIENTS_BIN=/tmp/clients/bin ILOREST=/tmp/ilorest/bin/ilorest node --import tsx test/independent/clients.ts [PROFILE…]
 *
 * All profiles, if none is named. ilorest cannot live beside DMTF's library, whose name it shares. What is not there is skipped aloud. Every step that fails is told; what is expected to fail, and why, stands below.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { profiles } from '../../src/sandbox/bmc/index.js';
import { type EmulatedBmcOverHttps, emulatedBmc, profilesAsked } from './emulated-bmc.js';

const bin = process.env.CLIENTS_BIN ?? '';
const limitMs = 180_000;

interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly said: string;
}

/** Steps that the real product refuses that program too. */
const noPost = 'accounts live in slots; it only posts';
const wantsTag = 'every PATCH needs If-Match; sushy sends none there';
const firstSystem = 'it takes the first system, which is a baseboard';
const refusals: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'dell-idrac9': { 'redfishtool account create': noPost, 'redfishtool account delete': noPost },
  'dell-idrac10': {
    'redfishtool one-time PXE': 'Boot is read-only at the system, and tags change between two requests',
    'redfishtool account create': noPost,
    'redfishtool account delete': noPost,
  },
  'lenovo-xcc2': {
    'sushy one-time PXE': 'Pending takes the boot order only; sushy writes overrides there',
    'sushy BIOS change': wantsTag,
  },
  'smc-x10': { 'sushy virtual media': 'images are mounted by IsoConfig', 'sushy BIOS change': 'it shows no BIOS' },
  openbmc: { 'sushy virtual media': 'its first slot is for browsers; sushy takes the first' },
  'nvidia-bluefield': { 'sushy virtual media': 'its first slot is for browsers; sushy takes the first' },
  'nvidia-gb200': {
    'sushy virtual media': 'it wants TransferProtocolType and TransferMethod',
    'redfishtool one-time PXE': firstSystem,
    'redfishtool power on': firstSystem,
    'redfishtool power off': firstSystem,
    'redfishtool power on again': firstSystem,
  },
  'ami-megarac': {
    'sushy one-time PXE': 'it wants the mode too',
    'sushy BIOS change': wantsTag,
    'redfishtool one-time PXE': 'overrides are written at SD, with the mode',
  },
  'fujitsu-irmc': { 'sushy BIOS change': wantsTag },
  'huawei-ibmc': { 'sushy BIOS change': wantsTag },
};

const totals = { passed: 0, failed: 0, expected: 0, skipped: 0 };

for (const profile of profilesAsked(profiles.map(({ name }) => name))) {
  await told(profile, 'sushy', join(bin, 'python'), sushy);
  await told(profile, 'redfishtool', join(bin, 'redfishtool'), redfishtool);
  if (profile.startsWith('hpe-')) await told(profile, 'ilorest', process.env.ILOREST ?? join(bin, 'ilorest'), ilorest);
}
console.log(
  `all: ${Object.entries(totals)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}`,
);
if (totals.failed > 0) process.exitCode = 1;

/** Each program has a BMC of its own, whose machine is off. */
async function told(
  profile: string,
  client: string,
  program: string,
  use: (program: string, bmc: EmulatedBmcOverHttps) => Promise<Step[]>,
): Promise<void> {
  if (bin === '' || !existsSync(program)) {
    totals.skipped += 1;
    console.log(`${profile}: ${client}: skipped, ${program || client} is not there`);
    return;
  }
  const bmc = await emulatedBmc(profile);
  const steps = await use(program, bmc).finally(() => bmc.close());
  for (const { step, ok, said } of steps) {
    const why = refusals[profile]?.[`${client} ${step}`];
    const word = ok ? 'passed' : why === undefined ? 'failed' : 'expected';
    totals[word] += 1;
    if (word !== 'passed')
      console.log(`${profile}: ${client}: ${step} ${word === 'failed' ? 'FAILED' : `refused (${why})`}: ${said}`);
  }
  console.log(
    `${profile}: ${client}: ${
      steps
        .filter(({ ok }) => ok)
        .map(({ step }) => step)
        .join(', ') || 'nothing'
    }`,
  );
}

async function sushy(python: string, bmc: EmulatedBmcOverHttps): Promise<Step[]> {
  const script = join(import.meta.dirname, 'sushy-client.py');
  const { text } = await run(python, [script, bmc.url, bmc.username, bmc.password, bmc.ca], bmc);
  const steps = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Step);
  return steps.length > 0 ? steps : [{ step: 'start', ok: false, said: text.slice(-300) }];
}

type Words = readonly [step: string, ...words: string[]];

async function redfishtool(program: string, bmc: EmulatedBmcOverHttps): Promise<Step[]> {
  const { host } = new URL(bmc.url);
  const to = ['-r', host, '-u', bmc.username, '-p', bmc.password, '-S', 'Always', '-A', 'Session'];
  const each: readonly Words[] = [
    ['list', 'Systems', 'list'],
    ['one-time PXE', 'Systems', '-F', 'setBootOverride', 'Once', 'Pxe'],
    ['power on', 'Systems', '-F', 'reset', 'On'],
    ['power off', 'Systems', '-F', 'reset', 'ForceOff'],
    ['power on again', 'Systems', '-F', 'reset', 'On'],
    ['account create', 'AccountService', 'adduser', 'opsuser', 'Sup3r-Secret1', 'Operator'],
    ['account delete', 'AccountService', 'deleteuser', 'opsuser'],
  ];
  return inTurn(each, async (words) => run(program, [...to, ...words], bmc));
}

async function ilorest(program: string, bmc: EmulatedBmcOverHttps): Promise<Step[]> {
  const cache = ['--nologo', '--cache-dir', join(bmc.folder, 'ilorest')];
  // It remembers what it read and what it wrote until the next login.
  const login = (step: string): Words => [step, 'login', bmc.url, '-u', bmc.username, '-p', bmc.password];
  const each: readonly Words[] = [
    login('login'),
    ['list', 'types'],
    ['BIOS change', 'set', 'LogicalProc=Disabled', '--selector=Bios.', '--commit'],
    login('login for boot'),
    ['one-time PXE', 'bootorder', '--onetimeboot=Pxe', '--commit'],
    ['power on', 'reboot', 'On', '--nologout'],
    ['power off', 'reboot', 'ForceOff', '--nologout'],
    ['power on again', 'reboot', 'On', '--nologout'],
    ['virtual media in', 'virtualmedia', '2', 'http://127.0.0.1:9/image.iso'],
    login('login for media'),
    ['virtual media out', 'virtualmedia', '2', '--remove'],
    ['account create', 'iloaccounts', 'add', 'opsuser', 'opsuser', 'Sup3r-Secret1'],
    ['account delete', 'iloaccounts', 'delete', 'opsuser'],
    ['logout', 'logout'],
  ];
  return inTurn(each, (words) => run(program, [...cache, ...words], bmc));
}

async function inTurn(
  each: readonly Words[],
  execute: (words: readonly string[]) => Promise<{ text: string; code: number | null }>,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [step, ...words] of each) {
    const { text, code } = await execute(words);
    steps.push({ step, ok: code === 0, said: text.trim().slice(-300).replace(/\s+/g, ' ') });
  }
  return steps;
}

/** All a program says, and how it ended. */
function run(program: string, args: readonly string[], { ca, folder }: EmulatedBmcOverHttps) {
  return new Promise<{ text: string; code: number | null }>((resolve) => {
    const env = { ...process.env, REQUESTS_CA_BUNDLE: ca, SSL_CERT_FILE: ca, HOME: folder };
    const child = spawn(program, args, { cwd: folder, env, timeout: limitMs, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    }
    child.on('close', (code) => resolve({ text, code }));
  });
}
