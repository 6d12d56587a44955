/** POST of a collection. */
import type { Answer, Call } from './call.js';
import { decodeObject, reportFaults } from './decode.js';
import { writeOptions } from './options.js';
import { ownersAfterUpdate } from './ownership.js';
import { parseBody } from './parse.js';
import { answer } from './update.js';
import { createObject, perform, placeInNamespace } from './write-pipeline.js';

/** Create an object. @throws StatusError */
export async function create(call: Call): Promise<Answer> {
  const options = writeOptions(call.query, 'CreateOptions', call.userAgent);
  const { object, faults } = decodeObject(call, parseBody(call));
  reportFaults(call, faults, options.fieldValidation);
  placeInNamespace(call, object);
  const stored = await perform(call, options, (transaction) =>
    createObject(call, transaction, object, (next) => ownersAfterUpdate(call, undefined, next, options.fieldManager)),
  );
  return answer(call, 201, stored);
}
