/** Ctrl-C at each step of the discover view: what was done, what is in flight, how to go on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LeftAt, leftLines } from '../../../../src/commands/impl/discover-left.js';
import type { DiscoverReport } from '../../../../src/workflows/discover/report.js';

const report = (complete: boolean) => ({ complete, summary: { probed: 611, addresses: 1022 } }) as DiscoverReport;
const at = (more: Partial<LeftAt>): LeftAt => ({
  program: 'metalctl',
  account: [],
  report: report(true),
  login: undefined,
  writing: undefined,
  ...more,
});

test('sweep and identification: how far it came, and the command that goes on', () => {
  assert.deepEqual(leftLines(at({ report: report(false), account: ['--bmc-secret oob'] })), [
    'interrupted: 611 of 1022 addresses were asked; a login under way was sent once, and is not waited for',
    'go on    metalctl discover -i --resume last --bmc-secret oob',
  ]);
  assert.match(leftLines(at({ report: report(false) }))[0] ?? '', /; no login was made$/);
});

test('credentials: who had not answered may have counted a failed login', () => {
  const login = { places: ['10.0.0.1', '10.0.0.2', '[::1]:8443'], answered: ['10.0.0.1'] };
  assert.deepEqual(leftLines(at({ login })), [
    'interrupted: the typed account was answered by 1 of 3 BMCs; each was sent it once at most',
    '             10.0.0.2, [::1]:8443 may have counted a failed login; nothing was written',
    'go on    metalctl discover --target 10.0.0.2 --target [::1]:8443 --bmc-username U --bmc-password-file F',
  ]);
});

test('onboarding: what was reached, and the rest as a command', () => {
  const writing = { places: ['10.0.0.1', '10.0.0.2', '10.0.0.3'], written: 1, created: ['dell-1'] };
  assert.deepEqual(leftLines(at({ writing, account: ['--bmc-secret oob'] })), [
    'interrupted: 1 of 3 BMCs onboarded; nothing is in flight, no machine was touched',
    'go on    metalctl onboard --from last 10.0.0.2 10.0.0.3 --bmc-secret oob',
    'go back  metalctl delete bmc dell-1',
  ]);
});

test('Ctrl-C while choosing: the selection as a command, or the view again; an account that was typed was not tried', () => {
  const chosen = { goOn: 'metalctl onboard --from last 10.0.0.1', isTypingAccount: false };
  assert.deepEqual(leftLines(at({ chosen })), [
    'interrupted: nothing was created, nothing is in flight; the report is kept',
    'go on    metalctl onboard --from last 10.0.0.1',
  ]);
  assert.deepEqual(
    leftLines(at({ chosen: { goOn: undefined, isTypingAccount: true }, account: ['--bmc-secret oob'] })),
    [
      'interrupted: the typed account was not tried, nothing was created, nothing is in flight; the report is kept',
      'go on    metalctl discover -i --resume last --bmc-secret oob',
    ],
  );
});

test('onboarding: the rest keeps the names that were typed; where all is written that is said', () => {
  const writing = {
    places: ['10.0.0.1', '10.0.0.2'],
    written: 1,
    created: ['x'],
    goOn: 'metalctl onboard --name-template y',
  };
  assert.equal(leftLines(at({ writing }))[1], 'go on    metalctl onboard --name-template y');
  const chosen = { goOn: undefined, isTypingAccount: false };
  assert.deepEqual(leftLines(at({ chosen, writing: { ...writing, written: 2 } })), [
    'interrupted: the last object was written; nothing is in flight',
  ]);
});

test('nothing cut, nothing said', () => {
  const whole = { places: ['10.0.0.1'], answered: ['10.0.0.1'] };
  assert.deepEqual(leftLines(at({ login: whole, writing: { places: ['10.0.0.1'], written: 1, created: [] } })), []);
  assert.deepEqual(leftLines(at({ report: undefined })), []);
});
