/** The line before one BMC: reads side by side, writes alone, nobody overtakes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { queue } from '../../../../src/redfish/transport/queue.js';
import { settle } from '../../../support/clock.js';

describe('the queue of one BMC', () => {
  const world = (width: number) => {
    const line = queue(width);
    const started: string[] = [];
    const ends = new Map<string, (error?: Error) => void>();
    const enter = (name: string, mode: 'shared' | 'alone') =>
      line.run(mode, () => {
        started.push(name);
        return new Promise<void>((resolve, reject) => {
          ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
        });
      });
    return { line, started, enter, end: (name: string, error?: Error) => ends.get(name)?.(error) };
  };

  it('lets reads run up to its width', async () => {
    const { started, enter, end } = world(2);
    for (const name of ['a', 'b', 'c']) void enter(name, 'shared');
    await settle();
    assert.deepEqual(started, ['a', 'b']);
    end('a');
    await settle();
    assert.deepEqual(started, ['a', 'b', 'c']);
  });

  it('gives a write the BMC alone, and lets no read overtake it', async () => {
    const { started, enter, end } = world(4);
    void enter('read', 'shared');
    void enter('write', 'alone');
    void enter('later read', 'shared');
    await settle();
    assert.deepEqual(started, ['read']);
    end('read');
    await settle();
    assert.deepEqual(started, ['read', 'write']);
    end('write');
    await settle();
    assert.deepEqual(started, ['read', 'write', 'later read']);
  });

  it('goes on after a failure, and grows', async () => {
    const { line, started, enter, end } = world(1);
    const failing = enter('a', 'shared');
    void enter('b', 'shared');
    void enter('c', 'shared');
    await settle();
    end('a', new Error('no'));
    await assert.rejects(failing);
    await settle();
    assert.deepEqual(started, ['a', 'b']);
    line.widen(2);
    await settle();
    assert.deepEqual(started, ['a', 'b', 'c']);
    assert.equal(line.waiting(), 0);
  });
});
