/** A ServerBootConfiguration is called Pending once; what the boot operator says is never changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverBootConfigurationRegistration } from '../../../../src/reconcile/serverbootconfiguration/machine.js';
import { aBoot } from '../../../support/build.js';
import { decideIn } from '../../../support/decide.js';

test('a new boot configuration is Pending until the boot operator speaks', async () => {
  const decision = await decideIn(serverBootConfigurationRegistration, aBoot(undefined));
  assert.deepEqual(
    [decision.because, decision.status, decision.isSettled],
    ['WaitingForBootOperator', { state: 'Pending' }, false],
  );
});

for (const state of ['Pending', 'Ready', 'Error']) {
  test(`a boot configuration that is ${state} is left alone`, async () => {
    const decision = await decideIn(serverBootConfigurationRegistration, aBoot(state));
    assert.deepEqual([decision.because, decision.status, decision.effects, decision.isSettled], [state, {}, [], true]);
  });
}
