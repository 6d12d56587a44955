/** What the claim view asks for: the form, and the flags it has no field for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestWith } from '../../../../src/commands/impl/claim-live.js';
import { emptyForm } from '../../../../src/ui/claim/form.js';
import type { ClaimRequest } from '../../../../src/workflows/claim/request.js';

const request: ClaimRequest = {
  namespace: 'db',
  name: 'db-07',
  image: 'img',
  power: 'On',
  requirements: [],
  tolerations: [],
};
const phrases = (read: ReturnType<typeof requestWith>): string[] =>
  'request' in read ? read.request.requirements.map(({ phrase }) => phrase) : [read.field, read.text];

test('--arch and --cpu-model have no field, and still choose', () => {
  const fixed = { arch: 'ARM', cpuModel: '*6430*' };
  assert.deepEqual(phrases(requestWith(request, { ...emptyForm, gpu: '2', cpu: '8' }, [], fixed)), [
    'have a processor of model *6430*',
    'have a processor of architecture ARM',
    'have ≥ 8 cores',
    'have ≥ 2 GPUs',
  ]);
});

test('a network card is as fast as the report of the discovery says; unknown is not fast', () => {
  const read = requestWith(request, { ...emptyForm, nicSpeed: '25G' }, [], {}, new Map([['fast', 25_000]]));
  assert.ok('request' in read);
  const [requirement] = read.request.requirements;
  const isMet = (name: string) => requirement?.isMet({ metadata: { name } } as never);
  assert.deepEqual([requirement?.phrase, isMet('fast'), isMet('other')], ['have a network card ≥ 25G', true, false]);
});

test('a field that does not parse is named', () => {
  const bad = { gpu: 'x', nicSpeed: '25X', cpu: '-1', memory: 'much' } as const;
  for (const [field, text] of Object.entries(bad))
    assert.equal(phrases(requestWith(request, { ...emptyForm, [field]: text }, []))[0], field);
});
