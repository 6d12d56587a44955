/** A dead BMC is left alone, longer each time, and one probe decides whether it is back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { breaker } from '../../../../src/redfish/transport/breaker.js';
import { fakeClock } from '../../../support/clock.js';

describe('the circuit breaker of one BMC', () => {
  const refused = { code: 'BMC_UNREACHABLE', class: 'transient' };
  const never = async () => assert.fail('no probe while open');

  it('opens after five failures in a row, and only then', async () => {
    const circuit = breaker(fakeClock());
    for (let n = 0; n < 4; n += 1) circuit.failed('refused');
    circuit.succeeded();
    for (let n = 0; n < 4; n += 1) circuit.failed('refused');
    await circuit.admit(never);
    circuit.failed('refused');
    assert.equal(circuit.state(), 'open');
    await assert.rejects(circuit.admit(never), { ...refused, retryAfterMs: 30_000 });
  });

  it('doubles from 30 s to five minutes, with one probe per step', async () => {
    const clock = fakeClock();
    const circuit = breaker(clock);
    let probes = 0;
    const probe = async () => {
      probes += 1;
      circuit.failed('still refused');
      return false;
    };
    for (let n = 0; n < 5; n += 1) circuit.failed('refused');
    for (const openMs of [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]) {
      await clock.tick(openMs - 1);
      await assert.rejects(circuit.admit(never), refused);
      await clock.tick(1);
      await Promise.allSettled([circuit.admit(probe), circuit.admit(probe), circuit.admit(probe)]);
    }
    assert.equal(probes, 6);
  });

  it('closes when the probe succeeds', async () => {
    const clock = fakeClock();
    const circuit = breaker(clock);
    for (let n = 0; n < 5; n += 1) circuit.failed('refused');
    await clock.tick(30_000);
    await circuit.admit(async () => {
      circuit.succeeded();
      return true;
    });
    assert.equal(circuit.state(), 'closed');
  });
});
