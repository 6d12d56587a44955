/** How the config's safety raises and eases questions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Safety } from '../../../../../src/commands/defaults.js';
import { createConfirm, type Question } from '../../../../../src/commands/impl/kit/confirm.js';
import type { Talk } from '../../../../../src/commands/impl/kit/talk.js';
import { UserError } from '../../../../../src/errors/classes.js';

const target = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'metal.ironcore.dev/v1alpha1',
  kind: 'Server',
  metadata: { name, labels },
});
const many = (count: number) => Array.from({ length: count }, (_, at) => target(`n${at}`));

interface Row {
  readonly name: string;
  readonly question: Partial<Question>;
  readonly safety?: Safety;
  readonly fleet?: number;
  readonly flags?: { readonly yes?: boolean; readonly confirm?: string };
  /** What must be given; undefined when it goes ahead. */
  readonly wants?: RegExp;
}

const rows: readonly Row[] = [
  { name: 'ten servers of a small fleet', question: { targets: many(10) }, fleet: 12, flags: { yes: true } },
  {
    name: 'eleven of twelve',
    question: { targets: many(11) },
    fleet: 12,
    flags: { yes: true },
    wants: /--confirm 11$/,
  },
  { name: 'eleven of twelve, typed', question: { targets: many(11) }, fleet: 12, flags: { confirm: '11' } },
  { name: 'eleven of five hundred', question: { targets: many(11) }, fleet: 500, flags: { yes: true } },
  {
    name: 'five where the config says four',
    question: { targets: many(5) },
    safety: { maxBlastRadius: 4 },
    flags: { yes: true },
    wants: /--confirm 5$/,
  },
  {
    name: 'a plan line becomes a question',
    question: { level: 1, targets: many(5) },
    safety: { maxBlastRadius: 4 },
    wants: /--confirm 5$/,
  },
  {
    name: 'a protected server',
    question: { targets: [target('db', { env: 'prod' })] },
    safety: { protectedSelector: 'env=prod' },
    flags: { yes: true },
    wants: /--confirm db$/,
  },
  {
    name: 'a protected server among others',
    question: { targets: [target('a'), target('db', { env: 'prod' })] },
    safety: { protectedSelector: 'env=prod' },
    flags: { confirm: 'db' },
    wants: /--confirm 2$/,
  },
  {
    name: 'no protected one',
    question: { targets: [target('a', { env: 'lab' })] },
    safety: { protectedSelector: 'env=prod' },
    flags: { yes: true },
  },
  { name: 'relaxed', question: { level: 3, typed: 'a' }, safety: { confirm: 'relaxed' }, flags: { yes: true } },
  {
    name: 'relaxed, but data goes',
    question: { level: 3, typed: 'a', erases: true },
    safety: { confirm: 'relaxed' },
    flags: { yes: true },
    wants: /--confirm a$/,
  },
];

for (const { name, question, safety = {}, fleet = 0, flags = {}, wants } of rows) {
  test(`${name}: ${wants === undefined ? 'goes ahead' : 'is typed'}`, async () => {
    const talk = { note: () => undefined } as unknown as Talk;
    const confirm = createConfirm({
      yes: flags.yes === true,
      confirm: flags.confirm,
      isInteractive: false,
      talk,
      signal: new AbortController().signal,
      safety,
      fleetSize: async () => fleet,
    });
    const asked = confirm({ level: 2, what: 'powering off', plan: [], ...question });
    if (wants === undefined) return assert.doesNotReject(asked);
    await assert.rejects(
      asked,
      (error) => error instanceof UserError && error.code === 'CONFIRM_REQUIRED' && wants.test(error.hints[0] ?? ''),
    );
  });
}
