/** PUT of an object or one of its subresources. */
import { keyOf } from '../resources/metadata.js';
import { resourceName } from '../resources/resource.js';
import { badRequest, conflict, notFound } from '../status.js';
import type { Json, KubeObject } from '../types.js';
import type { Answer, Call } from './call.js';
import { decodeObject, reportFaults } from './decode.js';
import { writeOptions } from './options.js';
import { ownersAfterUpdate } from './ownership.js';
import { parseBody } from './parse.js';
import { createObject, draft, perform, placeInNamespace, updateObject } from './write-pipeline.js';

/** The place of the object a request names. */
export const keyOfCall = ({ namespace, name }: Call): string => (namespace === '' ? name : `${namespace}/${name}`);

/** Replace an object. @throws StatusError */
export async function update(call: Call): Promise<Answer> {
  const options = writeOptions(call.query, 'UpdateOptions', call.userAgent);
  const { object, faults } = decodeObject(call, parseBody(call));
  reportFaults(call, faults, options.fieldValidation);
  checkName(call, object);
  placeInNamespace(call, object);
  return perform(call, options, (transaction) => {
    const stored = transaction.get(call.resource.table, keyOfCall(call));
    const owners = (live: KubeObject | undefined, next: KubeObject) =>
      ownersAfterUpdate(call, live, next, options.fieldManager);
    if (stored === undefined) {
      if (!call.resource.createsOnUpdate || call.subresource !== '')
        throw notFound(resourceName(call.resource), call.name);
      const made = createObject(call, transaction, draft(object), (next) => owners(undefined, next));
      return answer(call, 201, made);
    }
    const old = call.resource.toServed(stored);
    checkUid(call, object, old);
    const next = draft(object);
    return answer(call, 200, updateObject({ call, transaction, old, stored, next, needsVersion: true, owners }));
  });
}

export const answer = (call: Call, code: number, stored: KubeObject): Answer => ({
  kind: 'object',
  code,
  object: call.resource.toServed(stored) as unknown as Json,
});

/** The body must name the object of the path. @throws StatusError 400 */
export function checkName(call: Call, object: KubeObject): void {
  const { name } = object.metadata;
  if (name === call.name) return;
  if (name === undefined || name === '') {
    throw badRequest(`the name of the object (${call.name} based on URL) was undeterminable: name must be provided`);
  }
  throw badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name})`);
}

function checkUid(call: Call, object: KubeObject, old: KubeObject): void {
  const { uid } = object.metadata;
  if (uid === undefined || uid === '' || uid === old.metadata.uid) return;
  const key = `/registry/${call.resource.table.replace(/^\//, '')}/${keyOf(old)}`;
  const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
  throw conflict(resourceName(call.resource), call.name, why);
}
