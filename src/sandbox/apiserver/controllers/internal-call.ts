/** Requests the server makes to itself: deletions by the controllers go the way of everybody's. */

import { ADMIN } from '../access/user.js';
import { type Admission, unguarded } from '../admission.js';
import type { Call, Server } from '../requests/call.js';
import type { Resource } from '../resources/resource.js';
import type { KubeObject } from '../types.js';

/** A call on one object, as the server. What goes with its definition or namespace goes without asking hooks. */
export const internalCall = (
  server: Server,
  resource: Resource,
  object: KubeObject,
  admission: Admission = unguarded,
): Call => ({
  server,
  resource,
  method: 'DELETE',
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name ?? '',
  subresource: '',
  query: new URLSearchParams(),
  contentType: '',
  body: Buffer.alloc(0),
  user: ADMIN,
  userAgent: 'kube-apiserver',
  admission,
  warnings: [],
});
