/** The small parts of a claim: ignition, tolerations, selectors, sizes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMetalError } from '../../../../src/errors/classes.js';
import { checkIgnition } from '../../../../src/workflows/claim/ignition.js';
import { readToleration, selectorObject } from '../../../../src/workflows/claim/request.js';
import { coresOf, disksText, readRequirements, whereOf } from '../../../../src/workflows/claim/requirements.js';
import { aServer } from '../support/servers.js';

const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    assert.ok(isMetalError(error), String(error));
    return `${error.code}: ${error.why ?? error.message}`;
  }
  return 'accepted';
};

test('ignition must be JSON with a version; its content is never quoted', () => {
  assert.equal(
    refusal(() => checkIgnition('{"ignition":{"version":"3.4.0"}}', 'f')),
    'accepted',
  );
  const cases: [string, string][] = [
    ['variant: fcos\nversion: 1.5.0\n', 'it looks like Butane or YAML'],
    ['{"a":1}', 'it has no ignition.version'],
    ['{"ignition":{"version":3}}', 'its ignition.version is not a version such as 3.4.0'],
    ['[]', 'it has no ignition.version'],
  ];
  for (const [text, why] of cases)
    assert.equal(
      refusal(() => checkIgnition(text, 'f')),
      `IGNITION_INVALID: ${why}`,
    );
  const secret = refusal(() => checkIgnition('{"token": "s3cret" oops}', 'f'));
  assert.ok(secret.startsWith('IGNITION_INVALID') && !secret.includes('s3cret') && !secret.includes('oops'), secret);
});

test('tolerations are read as they are written on taints', () => {
  assert.deepEqual(readToleration('hw/nic-fault'), { key: 'hw/nic-fault', operator: 'Exists' });
  assert.deepEqual(readToleration('pool=gpu:NoBind'), {
    key: 'pool',
    operator: 'Equal',
    value: 'gpu',
    effect: 'NoBind',
  });
  assert.match(
    refusal(() => readToleration('a:Never')),
    /^USAGE/,
  );
  assert.match(
    refusal(() => readToleration('')),
    /^USAGE/,
  );
});

test('a selector becomes labels where it can and expressions where it must', () => {
  assert.deepEqual(selectorObject('a=b,c in (d,e),!f,g'), {
    matchLabels: { a: 'b' },
    matchExpressions: [
      { key: 'c', operator: 'In', values: ['d', 'e'] },
      { key: 'f', operator: 'DoesNotExist' },
      { key: 'g', operator: 'Exists' },
    ],
  });
  assert.match(
    refusal(() => selectorObject('a==,,')),
    /^USAGE/,
  );
});

test('hardware is judged on what the status says', () => {
  const server = aServer('a', {
    labels: { 'metadata.metal.ironcore.dev/rack': 'r12', 'metadata.metal.ironcore.dev/shelf': '4' },
    status: {
      processors: [
        { id: '1', type: 'CPU', totalCores: 24 },
        { id: '2', type: 'GPU', totalCores: 5000 },
      ],
      storages: [
        {
          name: 's',
          drives: [
            { name: 'NVMe 0', capacity: '3500Gi' },
            { name: 'NVMe 1', capacity: '3500Gi', state: 'Absent' },
          ],
        },
      ],
    },
  });
  const fits = (flags: Parameters<typeof readRequirements>[0]) =>
    readRequirements(flags).every(({ isMet }) => isMet(server));
  assert.equal(coresOf(server), 24);
  assert.equal(disksText(server), '1N 3.4Ti');
  assert.equal(whereOf(server), 'r12/u04');
  assert.ok(fits({ cpu: 24, memory: '512Gi', disk: '3T:nvme', rack: 'r12', model: 'r660', vendor: 'Dell*' }));
  for (const flags of [
    { cpu: 25 },
    { memory: '513Gi' },
    { disk: '4Ti' },
    { rack: 'r13' },
    { model: 'R6*5' },
    { vendor: 'hp' },
  ]) {
    assert.ok(!fits(flags), JSON.stringify(flags));
  }
  for (const flags of [{ memory: 'lots' }, { disk: '1Ti:tape' }, { disk: '' + ':ssd' }, { memory: '-1' }]) {
    assert.match(
      refusal(() => readRequirements(flags)),
      /^USAGE/,
    );
  }
});
