/** ETags: computed from what a client would see, so that every change of state changes them and nothing else does. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.js';
import type { EtagForm, IfMatchRule } from '../profile.js';

/** The entity tag of a document. The time of day is no part of it. */
export function etagOf(form: EtagForm, doc: JsonObject): string | undefined {
  if (form === 'none') return undefined;
  const tag = `"${createHash('sha1').update(stateOf(doc)).digest('hex').slice(0, 16)}"`;
  return form === 'weak' ? `W/${tag}` : tag;
}

/** Most documents have neither a time nor a tag of their own, and need no copy without them. */
function stateOf(doc: JsonObject): string {
  if (!('DateTime' in doc || '@odata.etag' in doc)) return JSON.stringify(doc);
  const { DateTime: _, '@odata.etag': __, ...rest } = doc;
  return JSON.stringify(rest);
}

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Whether a header's list of tags names this one. Weak and strong forms of a tag are the same to these services. */
export function matches(header: string, etag: string | undefined): boolean {
  if (header.trim() === '*') return true;
  return etag !== undefined && header.split(',').some((tag) => opaque(tag) === opaque(etag));
}

/** What If-Match demands of a write: nothing, a header, or another value. */
export function preconditionOf(rule: IfMatchRule, header: string | undefined, etag: string | undefined) {
  if (rule === 'off') return 'met';
  if (header === undefined) return rule === 'required' ? 'missing' : 'met';
  if (rule === 'broken') return 'failed';
  return matches(header, etag) ? 'met' : 'failed';
}
