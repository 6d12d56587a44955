/** One request on its way through the server, and what answering it may give. */

import type { Authorizer } from '../access/authorizer.js';
import type { ServiceAccountTokens } from '../access/tokens.js';
import type { User } from '../access/user.js';
import type { Admission, Admissions } from '../admission.js';
import type { Registry } from '../resources/registry.js';
import type { Resource } from '../resources/resource.js';
import type { ClusterState } from '../storage/cluster-state.js';
import type { Json } from '../types.js';
import type { WatchHub } from '../watch/hub.js';

/** What all requests share. */
export interface Server {
  readonly state: ClusterState;
  readonly registry: Registry;
  readonly hub: WatchHub;
  readonly admissions: Admissions;
  readonly access: Authorizer;
  readonly tokens: ServiceAccountTokens;
  readonly bookmarkIntervalMs: number;
  now(): Date;
}

/** A request for a resource. */
export interface Call {
  readonly server: Server;
  readonly resource: Resource;
  readonly method: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Buffer;
  readonly user: User;
  readonly userAgent: string;
  /** What hooks say to this request's writes. */
  readonly admission: Admission;
  /** Texts for `Warning` headers, gathered on the way. */
  readonly warnings: string[];
}

/** What goes back: an object or a list (which may still become a Table), or JSON that is sent as it is. */
export type Answer =
  | { readonly kind: 'object'; readonly code: number; readonly object: Json }
  | { readonly kind: 'list'; readonly code: number; readonly items: readonly Json[]; readonly metadata: Json }
  | { readonly kind: 'plain'; readonly code: number; readonly body: Json };

/** The moment as Kubernetes writes it. */
export const timestamp = (now: Date): string => `${now.toISOString().slice(0, 19)}Z`;
