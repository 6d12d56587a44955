import { test } from 'node:test';
import { mangledRequestsAreAnswered } from './mangled-requests.js';
import { embeddedOnly } from './servers/choice.js';

const skip = embeddedOnly('a process that a test may ill-treat');

test('400 mangled requests are answered, and none with a fault of the server', { skip }, (context) =>
  mangledRequestsAreAnswered(context, 400, 6),
);
