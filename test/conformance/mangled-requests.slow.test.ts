import { test } from 'node:test';
import { mangledRequestsAreAnswered } from './mangled-requests.js';
import { embeddedOnly } from './servers/choice.js';

const skip = embeddedOnly('a process that a test may ill-treat');

for (let seed = 100; seed < 116; seed++) {
  test(`1,000 mangled requests are answered, and none with a fault of the server: seed ${seed}`, { skip }, (context) =>
    mangledRequestsAreAnswered(context, 1_000, seed),
  );
}
