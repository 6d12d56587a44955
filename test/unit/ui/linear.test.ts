/** The views as conversations: transcripts, and no byte that is not text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimDialogue } from '../../../src/ui/claim/linear.js';
import type { ServerRow } from '../../../src/ui/claim/model.js';
import { discoverDialogue } from '../../../src/ui/discover/linear.js';
import type { FindingRow } from '../../../src/ui/discover/model.js';

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
  power: 'On' as const,
  wait: undefined,
};

test('a claim is made by listening and answering', async () => {
  const person = aPerson('w', '9', '2', 'img:1', 'maybe', 'yes');
  assert.deepEqual(await claimDialogue(given, person), { server: 'b', image: 'img:1', power: 'On', wait: undefined });
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
  assert.deepEqual(await claimDialogue(given, person), { server: 'b', image: 'img', power: 'Off', wait: 'power' });
  const question = 'Number, name, w for why others cannot be claimed, f to filter, ? for more, q to quit: ';
  assert.deepEqual(person.transcript.slice(3), [
    `${question}?`,
    'P: powered on, or left off. W: how long this stays after claiming.',
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
  assert.equal((await claimDialogue(given, person))?.server, 'b');
  assert.ok(person.transcript.includes('0 of 2 match gpu9.'));
  assert.ok(person.transcript.includes('There is no 1.'));
});

test('quitting, hanging up and no claim nothing', async () => {
  for (const answers of [['q'], [], ['a'], ['a', 'img', 'no'], ['a', 'q']]) {
    assert.equal(await claimDialogue(given, aPerson(...answers)), undefined, String(answers));
  }
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
    onReport: async (path: string) => `${path} written`,
    onCreate: async (chosen: readonly unknown[], tell: (text: string) => void) => {
      created.push(...chosen);
      tell('bmc/n-10.0.0.2 created');
    },
  };
  const person = aPerson('o', 'rack.json', '5', '2', 'rack', 'rack=r12', 'yes');
  assert.equal(await discoverDialogue(rows, intents, person), true);
  assert.deepEqual(created, [{ place: '10.0.0.2', name: 'n-10.0.0.2', labels: { rack: 'r12' } }]);
  assert.ok(person.transcript.includes('rack.json written.'));
  assert.deepEqual(person.transcript.slice(-7), [
    'Numbers with commas, all, o to write the report, or q to quit: 2',
    'Labels as key=value with blanks, or nothing: rack',
    '"rack" is not KEY=VALUE.',
    'Labels as key=value with blanks, or nothing: rack=r12',
    'PLAN  1 BMC',
    'Will create 1 BMC objects. Continue, yes or no: yes',
    'bmc/n-10.0.0.2 created',
  ]);
  assert.equal(await discoverDialogue(rows, intents, aPerson('q')), false);
  assert.equal(created.length, 1);
});

test('long lists are read ten at a time', async () => {
  const rows = Array.from({ length: 25 }, (_, at) => aServer(`s${at + 1}`));
  const person = aPerson('more', 'more', 'q');
  await claimDialogue({ ...given, rows }, person);
  assert.equal(person.transcript[11], '15 more. Answer more to hear them.');
  assert.equal(person.transcript.filter((line) => /^\d+\. s/.test(line)).length, 25);
});
