/** What ethtool tells, in the forms it has: lists over several lines, brackets, and words for not knowing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardFacts } from '../../../src/probe/ethtool.js';

const settings = `Settings for eno1:
\tSupported ports: [ TP\t FIBRE ]
\tSupported link modes:   1000baseT/Full
\t                        10000baseT/Full
\tSupported pause frame use: Symmetric
\tSpeed: 25000Mb/s
\tLink detected: yes
`;
const driver = 'driver: ice\nversion: 6.8.0\nfirmware-version: 4.40 0x8001c967 1.3534.0\nbus-info: 0000:3b:00.0\n';

test('speed, modes, ports and firmware of a card', () => {
  const asked: string[][] = [];
  const facts = cardFacts((...args) => {
    asked.push([...args]);
    return args[0] === '-i' ? driver : settings;
  }, 'eno1');
  assert.deepEqual(facts, {
    speed: '25000Mb/s',
    linkModes: ['1000baseT/Full', '10000baseT/Full'],
    supportedPorts: ['TP', 'FIBRE'],
    firmwareVersion: '4.40 0x8001c967 1.3534.0',
  });
  assert.deepEqual(asked, [['eno1'], ['-i', 'eno1']]);
});

test('what is not reported is null, an unknown speed stays as ethtool says it', () => {
  const text = 'Settings for x:\n\tSupported ports: [  ]\n\tSupported link modes:   Not reported\n\tSpeed: Unknown!\n';
  assert.deepEqual(
    cardFacts((...args) => (args[0] === '-i' ? undefined : text), 'x'),
    {
      speed: 'Unknown!',
      linkModes: null,
      supportedPorts: null,
    },
  );
});

test('one card that ethtool refuses does not empty the others, and a name that is an option is not asked for', () => {
  assert.deepEqual(
    cardFacts(() => undefined, 'sit0'),
    { linkModes: null, supportedPorts: null },
  );
  assert.deepEqual(
    cardFacts(() => assert.fail('asked'), '--version'),
    {},
  );
});
