/**
 * What must not leave in an object: the values of secrets, and `managedFields`, which nobody reads. Every object goes
 * through here before it is printed in any form.
 */

const redactedText = '<redacted>';

const secretKinds = new Set(['Secret', 'BMCSecret']);
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

type Json = Record<string, unknown>;
const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface CleanOptions {
  readonly showManagedFields?: boolean;
}

/** A copy fit to print: lists are cleaned item by item; the argument is not changed. */
export function cleaned<T>(object: T, options: CleanOptions = {}): T {
  if (!isRecord(object)) return object;
  if (Array.isArray(object.items)) return { ...object, items: object.items.map((item) => cleaned(item, options)) };
  const shown = isRecord(object.metadata) ? { ...object, metadata: cleanMetadata(object, options) } : { ...object };
  return (secretKinds.has(String(object.kind)) ? withoutValues(shown) : shown) as T;
}

function cleanMetadata(object: Json, options: CleanOptions): Json {
  const { managedFields, ...metadata } = object.metadata as Json;
  const annotations = metadata.annotations;
  // kubectl apply copies the whole manifest, passwords included, into this annotation.
  const leaks = secretKinds.has(String(object.kind)) && isRecord(annotations) && lastApplied in annotations;
  return {
    ...metadata,
    ...(leaks ? { annotations: { ...annotations, [lastApplied]: redactedText } } : {}),
    ...(options.showManagedFields === true && managedFields !== undefined ? { managedFields } : {}),
  };
}

function withoutValues(object: Json): Json {
  const hidden = (value: unknown): unknown =>
    isRecord(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, redactedText])) : redactedText;
  return {
    ...object,
    ...('data' in object ? { data: hidden(object.data) } : {}),
    ...('stringData' in object ? { stringData: hidden(object.stringData) } : {}),
  };
}

const secretKey = /^(authorization|x-auth-token|cookie|set-cookie|password|passwd|token|secret|stringdata)$/i;
const userinfo = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]+@/gi;
const bearer = /\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}/gi;

/** A text for logs and crash reports without userinfo in URLs and without authorization values. */
export const redactText = (text: string): string =>
  text.replace(userinfo, '$1[redacted]@').replace(bearer, '$1 [redacted]');

/** A value for logs and crash reports: members that name secrets are replaced at any depth (at most eight). */
export function redactFields(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (depth > 8) return '…';
  if (Array.isArray(value)) return value.map((each) => redactFields(each, depth + 1));
  if (value === null || typeof value !== 'object') return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  return Object.fromEntries(
    Object.entries(cleaned(value)).map(([key, each]) => [
      key,
      secretKey.test(key) ? '[redacted]' : redactFields(each, depth + 1),
    ]),
  );
}
