/** The views as conversations: transcripts, and no byte that is not text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spokenText } from '../../../src/commands/impl/claim-linear.js';
import type { Secret } from '../../../src/lib/secret.js';
import { emptyForm, type Form } from '../../../src/ui/claim/form.js';
import { claimDialogue } from '../../../src/ui/claim/linear.js';
import type { ServerRow } from '../../../src/ui/claim/model.js';
import { discoverDialogue } from '../../../src/ui/discover/linear.js';
import type { Chosen, FindingRow } from '../../../src/ui/discover/model.js';
import type { ClaimEvent } from '../../../src/workflows/claim/claim.js';
import type { ClaimRequest } from '../../../src/workflows/claim/request.js';

/** Plays a person; the transcript has questions with their answers. */
function aPerson(...answers: string[]) {
  const transcript: string[] = [];
  return {
    transcript,
    say: (line: string) => void transcript.push(line),
    ask: async (question: string) => {
      const answer = answers.shift();
      transcript.push(`${question}${answer ?? '(hung up)'}`);
      return answer;
    },
    askSecret: async (question: string) => {
      transcript.push(question);
      return answers.shift();
    },
  };
}

const aServer = (name: string, because?: string): ServerRow => ({
  name,
  isFree: because === undefined,
  status: because === undefined ? 'ready' : 'taint',
  model: 'Dell R660',
  cores: 64,
  memory: '512Gi',
  disks: '',
  where: 'r12/u18',
  power: 'Off',
  gates: because === undefined ? [] : [{ text: because, isOpen: false }],
});
const given = {
  claim: 'db/db-07',
  rows: [aServer('a'), aServer('b'), aServer('c', 'it is cordoned')],
  funnel: '3 servers > 2 claimable',
  image: '',
  ignition: '',
  power: 'On' as const,
  wait: undefined,
  tolerations: [],
  spread: '' as const,
  form: emptyForm,
  wanted: 1,
  isMany: false,
  isAtomic: false,
  onForm: async () => ({ rows: [aServer('b')], funnel: '3 servers > 1 claimable' }),
};
const choice = {
  servers: ['b'],
  image: 'img',
  ignition: '',
  power: 'On',
  wait: undefined,
  tolerations: [],
  spread: '',
};

test('a claim is made by listening and answering', async () => {
  const person = aPerson('w', '9', '2', 'img:1', 'maybe', 'yes');
  assert.deepEqual(await claimDialogue(given, person), {
    choice: { ...choice, image: 'img:1' },
    form: emptyForm,
  });
  assert.deepEqual(person.transcript, [
    'Claim db/db-07. 3 servers, 2 claimable.',
    '1. a, Dell R660, 64 cores, 512Gi, r12/u18',
    '2. b, Dell R660, 64 cores, 512Gi, r12/u18',
    'Number, name, w for why others cannot be claimed, f to filter, ? for more, q to quit: w',
    'c: it is cordoned',
    'Number, name, w for why others cannot be claimed, f to filter, ? for more, q to quit: 9',
    'There is no 9.',
    'Number, name, w for why others cannot be claimed, f to filter, ? for more, q to quit: 2',
    'Image to boot, or q to quit: img:1',
    'Will create ServerClaim db/db-07 on b and power it on. Continue, yes or no: maybe',
    'Will create ServerClaim db/db-07 on b and power it on. Continue, yes or no: yes',
  ]);
});

test('by letters a claim is filtered, left off and waited for, as by the keys of the view', async () => {
  const person = aPerson('?', 'f', 'name=b', 'P', 'W', '1', 'img', 'yes');
  assert.deepEqual(await claimDialogue(given, person), {
    choice: { ...choice, power: 'Off', wait: 'power' },
    form: emptyForm,
  });
  assert.deepEqual(person.transcript.slice(3), [
    `${question}?`,
    'i: the image to boot.',
    'u: the ignition, a file or secret/NAME.',
    'r: requirements, such as cores, memory and labels.',
    'T: tolerate a taint that keeps servers back.',
    'P: powered on, or left off.',
    'W: how long this stays after claiming.',
    `${question}f`,
    'Filter, such as model=r660, or nothing for all: name=b',
    '1 of 2.',
    '1. b, Dell R660, 64 cores, 512Gi, r12/u18',
    `${question}P`,
    'It will be left off.',
    `${question}W`,
    'This stays until the server is powered off.',
    `${question}1`,
    'Image to boot, or q to quit: img',
    'Will create ServerClaim db/db-07 on b and leave it off. Continue, yes or no: yes',
  ]);
});

test('a filter without match says so, and nothing is chosen by its number', async () => {
  const person = aPerson('f', 'gpu9', '1', 'f', '', 'b', 'img', 'yes');
  assert.equal((await claimDialogue(given, person))?.choice.servers[0], 'b');
  assert.ok(person.transcript.includes('0 of 2 match gpu9.'));
  assert.ok(person.transcript.includes('There is no 1.'));
});

test('quitting, hanging up and no claim nothing', async () => {
  for (const answers of [['q'], [], ['a'], ['a', 'img', 'no'], ['a', 'q']]) {
    assert.equal(await claimDialogue(given, aPerson(...answers)), undefined, String(answers));
  }
});

const question = 'Number, name, w for why others cannot be claimed, f to filter, ? for more, q to quit: ';

test('by letters a claim gets its image, ignition, requirements and tolerations, and the list is judged anew', async () => {
  const tainted = { ...aServer('c', 'taint hw/psu'), taints: ['hw/psu:NoBind'] };
  const asked: unknown[] = [];
  const live = {
    ...given,
    rows: [aServer('a'), tainted],
    onForm: async (form: Form, tolerations: readonly string[]) => {
      asked.push([form.cpu, form.selector, tolerations]);
      if (form.cpu === 'x') return { field: 'cpu' as const, text: '"x" is not a number of cores' };
      return { rows: [aServer('b')], funnel: '3 servers > 1 claimable' };
    },
  };
  const person = aPerson(
    ...['i', 'os:2', 'u', 'db.ign', 'r', 'size', 'r', 'cores', 'x', 'r', 'cores', '64', 'r', 'labels', 'pool=a'],
    ...['w', '1', 'yes'],
  );
  assert.deepEqual(await claimDialogue(live, person), {
    choice: { ...choice, image: 'os:2', ignition: 'db.ign' },
    form: { ...emptyForm, cpu: '64', selector: 'pool=a' },
  });
  const requirement =
    'Requirement, one of cores, memory, disk, nic, gpu, labels, vendor, model, location, rack, or nothing to go back: ';
  assert.deepEqual(person.transcript.slice(2), [
    `${question}i`,
    'Image to boot, or nothing to keep it open: os:2',
    `${question}u`,
    'Ignition file, secret/NAME, or nothing for none: db.ign',
    'Ignition db.ign.',
    `${question}r`,
    `${requirement}size`,
    'There is no requirement size.',
    `${question}r`,
    `${requirement}cores`,
    'At least how much cores, or nothing for any: x',
    '"x" is not a number of cores.',
    `${question}r`,
    `${requirement}cores`,
    'At least how much cores, or nothing for any: 64',
    '3 servers, 1 claimable.',
    '1. b, Dell R660, 64 cores, 512Gi, r12/u18',
    `${question}r`,
    `${requirement}labels`,
    'Which labels, or nothing for any: pool=a',
    '3 servers, 1 claimable.',
    '1. b, Dell R660, 64 cores, 512Gi, r12/u18',
    `${question}w`,
    'All of them can be claimed.',
    `${question}1`,
    'Will create ServerClaim db/db-07 on b and power it on. Continue, yes or no: yes',
  ]);
  const tolerant = aPerson('T', 'other', 'T', 'hw/psu:NoBind', 'T', 'b', 'img', 'yes');
  assert.deepEqual((await claimDialogue(live, tolerant))?.choice.tolerations, ['hw/psu:NoBind']);
  assert.deepEqual(asked.at(-1), ['', '', ['hw/psu:NoBind']]);
  assert.ok(tolerant.transcript.includes('Taint to tolerate, one of hw/psu:NoBind, or nothing to go back: other'));
  assert.ok(tolerant.transcript.includes('No server has the taint other.'));
  assert.ok(tolerant.transcript.includes('No taint is in the way.'));
});

test('several are claimed by their numbers; too few and unknown ones are said', async () => {
  const many = { ...given, claim: 'db/web', wanted: 2, isMany: true, isAtomic: true, image: 'img' };
  const ask =
    '2 numbers or names with commas, a for the first 2, w for why others cannot be claimed, f to filter, ? for more, q to quit: ';
  const person = aPerson('2', '2, 9', '2, 2', 'b, 1', 'yes');
  assert.deepEqual((await claimDialogue(many, person))?.choice.servers, ['b', 'a']);
  assert.deepEqual(person.transcript, [
    'Claim db/web. 2 wanted. 3 servers, 2 claimable.',
    '1. a, Dell R660, 64 cores, 512Gi, r12/u18',
    '2. b, Dell R660, 64 cores, 512Gi, r12/u18',
    `${ask}2`,
    '1 named, 2 wanted.',
    `${ask}2, 9`,
    'There is no 9.',
    `${ask}2, 2`,
    '1 named, 2 wanted.',
    `${ask}b, 1`,
    'ServerClaim db/web-0 on b.',
    'ServerClaim db/web-1 on a.',
    'Will create 2 ServerClaims and power them on, all or none. Continue, yes or no: yes',
  ]);
  assert.deepEqual((await claimDialogue(many, aPerson('a', 'yes')))?.choice.servers, ['a', 'b']);
  const three = aPerson('a', 'q');
  assert.equal(await claimDialogue({ ...many, wanted: 3 }, three), undefined);
  assert.ok(three.transcript.includes('Only 2 can be claimed, 3 are wanted.'));
});

test('what is said while claims are made names the claim, and has no glyph', () => {
  const claim = { namespace: 'db', name: 'web-0' } as ClaimRequest;
  const said = (event: unknown, seconds: number) => spokenText(claim, event as ClaimEvent, seconds);
  assert.equal(said({ type: 'created' }, 0), 'Claim db/web-0 written.');
  assert.equal(
    said({ type: 'step', step: { step: 'bound', detail: 'node-A' } }, 1),
    'Claim db/web-0 bound to node-A after 1 second.',
  );
  assert.equal(
    said({ type: 'step', step: { step: 'boot config', detail: 'Ready' } }, 5),
    'Claim db/web-0 boot configuration ready after 5 seconds.',
  );
  assert.equal(
    said({ type: 'step', step: { step: 'power', detail: 'On' } }, 31),
    'Claim db/web-0 power on after 31 seconds.',
  );
});

test('findings are chosen by number, planned, confirmed and created', async () => {
  const aFinding = (place: string, barred?: string): FindingRow => ({
    place,
    status: 'new',
    vendor: 'Dell',
    model: 'R660',
    serial: 'S',
    power: 'Off',
    name: `n-${place}`,
    isRunning: false,
    details: [],
    ...(barred === undefined ? {} : { barred }),
  });
  const rows = [aFinding('10.0.0.1'), aFinding('10.0.0.2'), aFinding('10.0.0.3', 'is known as bmc/x')];
  const created: unknown[] = [];
  const intents = {
    onPreview: async () => ({ lines: ['PLAN  1 BMC', ''] }),
    onLogin: async () => '',
    onTemplate: async () => new Map<string, string>(),
    onReport: async (path: string) => `${path} written`,
    onCreate: async (chosen: readonly unknown[], tell: (text: string) => void) => {
      created.push(...chosen);
      tell('bmc/n-10.0.0.2 created');
    },
  };
  const person = aPerson('o', 'rack.json', '5', '2', 'rack', 'rack=r12', 'yes');
  assert.equal(await discoverDialogue(() => rows, intents, person), true);
  assert.deepEqual(created, [{ place: '10.0.0.2', name: 'n-10.0.0.2', labels: { rack: 'r12' } }]);
  assert.ok(person.transcript.includes('rack.json written.'));
  assert.deepEqual(person.transcript.slice(-7), [
    'Numbers with commas, all, f to filter, ? for more, q to quit: 2',
    'Labels as key=value with blanks, or nothing: rack',
    '"rack" is not KEY=VALUE.',
    'Labels as key=value with blanks, or nothing: rack=r12',
    'PLAN  1 BMC',
    'Will create 1 BMC objects. Continue, yes or no: yes',
    'bmc/n-10.0.0.2 created',
  ]);
  assert.equal(await discoverDialogue(() => rows, intents, aPerson('q')), false);
  assert.equal(created.length, 1);
});

test('discover by letters: a filter, names, an account that is not heard, everything about a row, a plan that is blocked', async () => {
  const aFinding = (place: string, more: Partial<FindingRow> = {}): FindingRow => ({
    ...{ place, status: 'new', vendor: 'Dell', model: 'R660', serial: 'S', power: 'Off', name: `n-${place}` },
    isRunning: false,
    details: [],
    raw: [`address: ${place}`, 'firmware: 7.10'],
    ...more,
  });
  let rows = [
    aFinding('10.0.0.1'),
    aFinding('10.0.0.2', { vendor: 'HPE' }),
    aFinding('10.0.0.3', { status: 'auth', barred: 'cannot be onboarded: 401' }),
  ];
  const logins: unknown[] = [];
  const created: unknown[] = [];
  const intents = {
    onPreview: async (chosen: readonly Chosen[]) =>
      chosen[0]?.name === 'taken' ? { lines: ['Names collide', ' taken'], isBlocked: true } : { lines: ['PLAN'] },
    onReport: async () => '',
    onCreate: async (chosen: readonly Chosen[]) => void created.push(...chosen.map(({ name }) => name)),
    onLogin: async (places: readonly string[], username: string, password: Secret) => {
      logins.push([places, username, password.reveal()]);
      rows = rows.map((row) => (row.place === '10.0.0.3' ? aFinding('10.0.0.3') : row));
      return '1 let root in';
    },
    onTemplate: async (template: string, chosen: readonly Chosen[]) => {
      if (template === '{size}') throw new Error('--name-template has no field {size}');
      return new Map(chosen.map(({ place }, at) => [place, `fra-${at + 1}`]));
    },
  };
  const person = aPerson(
    ...['c', '10.0.0.3', 'root', 'hunter2', 'n', 'all', '{size}', 'n', '1,3', 'fra-{n}', 'n', '1,2', 'plain'],
    ...['n', '2', 'taken', 'v', '10.0.0.3', '2', '', 'f', 'hpe', 'n', '1', 'hpe-2', '1', '', 'yes'],
  );
  assert.equal(await discoverDialogue(() => rows, intents, person), true);
  assert.deepEqual([logins, created], [[[['10.0.0.3'], 'root', 'hunter2']], ['hpe-2']]);
  assert.ok(!person.transcript.join('\n').includes('hunter2'));
  const ask = 'Numbers with commas, all, f to filter, ? for more, q to quit: ';
  const name = 'Name, or a template such as {location}-{serial}, or nothing to go back: ';
  const which = 'Numbers with commas or all for those to name, or nothing to go back: ';
  assert.deepEqual(person.transcript.slice(4), [
    `${ask}c`,
    'Addresses or numbers with commas for the account, or nothing to go back: 10.0.0.3',
    'User name, or nothing to go back: root',
    'Password, which is not shown, or nothing to go back: ',
    '1 let root in.',
    '3 of 3.',
    '1. 10.0.0.1, Dell, R660, S, power Off, named n-10.0.0.1',
    '2. 10.0.0.2, HPE, R660, S, power Off, named n-10.0.0.2',
    '3. 10.0.0.3, Dell, R660, S, power Off, named n-10.0.0.3',
    `${ask}n`,
    `${which}all`,
    `${name}{size}`,
    '--name-template has no field {size}.',
    `${ask}n`,
    `${which}1,3`,
    `${name}fra-{n}`,
    '10.0.0.1 named fra-1.',
    '10.0.0.3 named fra-2.',
    `${ask}n`,
    `${which}1,2`,
    `${name}plain`,
    'Several rows need a template: a name with fields such as {serial}.',
    `${ask}n`,
    `${which}2`,
    `${name}taken`,
    '10.0.0.2 named taken.',
    `${ask}v`,
    'Address or number of the row, or nothing to go back: 10.0.0.3',
    'address: 10.0.0.3',
    'firmware: 7.10',
    `${ask}2`,
    'Labels as key=value with blanks, or nothing: ',
    'Names collide',
    'taken',
    `${ask}f`,
    'Filter, such as vendor=dell, or nothing for all: hpe',
    '1 of 3.',
    '1. 10.0.0.2, HPE, R660, S, power Off, named taken',
    `${ask}n`,
    `${which}1`,
    `${name}hpe-2`,
    '10.0.0.2 named hpe-2.',
    `${ask}1`,
    'Labels as key=value with blanks, or nothing: ',
    'PLAN',
    'Will create 1 BMC objects. Continue, yes or no: yes',
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
  assert.doesNotMatch(person.transcript.join('\n'), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f✔◐◆●✖○]/);
});

test('long lists are read ten at a time', async () => {
  const rows = Array.from({ length: 25 }, (_, at) => aServer(`s${at + 1}`));
  const person = aPerson('more', 'more', 'q');
  await claimDialogue({ ...given, rows }, person);
  assert.equal(person.transcript[11], '15 more. Answer more to hear them.');
  assert.equal(person.transcript.filter((line) => /^\d+\. s/.test(line)).length, 25);
});
