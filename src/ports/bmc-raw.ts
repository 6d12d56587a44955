/** Requests that people write themselves (`metalctl redfish`): any resource of the service, any status an answer. */
import type { MetalError } from '../errors/classes.js';
import type { TaskInfo } from './bmc-firmware.js';

export type RawMethod = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface RawRequest {
  readonly method: RawMethod;
  /** On the BMC, from its first slash on, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** Sent as If-Match. */
  readonly etag?: string;
  /** Without credentials: what the service tells everybody. */
  readonly anonymous?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. Those that carry credentials are left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for an empty body. */
  readonly json?: unknown;
  readonly etag?: string;
  readonly bytes: number;
  /** What goes on behind a 202. */
  readonly task?: TaskInfo;
  /** Why this is no success, classified; also for a success whose messages deny it. */
  readonly problem?: MetalError;
}

/** How much was said so far, logins and repeats included. */
export interface Traffic {
  readonly requests: number;
  readonly bytesIn: number;
}

export interface Raw {
  /**
   * Send one request. A change goes out once, unless the BMC says that it was not looked at.
   * @throws PermanentError BMC_HOSTILE_LINK for a path that leads elsewhere; failures without an answer
   */
  raw(request: RawRequest): Promise<RawAnswer>;
  traffic(): Traffic;
  /** Session this process is in, by its path; undefined without one. */
  ownSession(): string | undefined;
}
