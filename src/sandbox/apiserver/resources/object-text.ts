/** An object as the JSON that clients read. */
import { jsonOf } from '../storage/json-text.js';
import type { KubeObject } from '../types.js';
import { apiVersionOf, type Resource } from './resource.js';

/** With its type; most objects carry it, and then the text may be there already. */
export function textOf(resource: Resource, object: KubeObject): string {
  if (object.kind !== undefined && object.apiVersion !== undefined) return jsonOf(object);
  return JSON.stringify({ kind: resource.kind, apiVersion: apiVersionOf(resource), ...object });
}
