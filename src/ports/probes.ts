/**
 * The registry that discovered machines report to, as the reconcilers see it (in process, never over the network).
 * One discovery of one machine is one registration: a token that is valid for that UUID until it ends.
 */

/** Payload of `POST /register`, the part reconcilers read; the rest is carried unread. */
export interface ProbeReport {
  readonly networkInterfaces: readonly ProbeInterface[];
  readonly lldp: readonly { readonly name: string; readonly neighbors: readonly ProbeNeighbor[] }[];
  /** The whole `data` member as received, size-limited. */
  readonly data: unknown;
}

export interface ProbeInterface {
  readonly name: string;
  readonly macAddress: string;
  readonly ipAddresses: readonly string[];
  readonly carrierStatus?: string;
}

export interface ProbeNeighbor {
  readonly chassisId?: string;
  readonly portId?: string;
  readonly portDescription?: string;
  readonly systemName?: string;
  readonly systemDescription?: string;
}

export interface ProbeReads {
  /** The report of this discovery, with its arrival time (the sender's clock is not trusted). UUID in any case. */
  report(systemUUID: string, tokenHash: string): Promise<{ report: ProbeReport; receivedAt: Date } | undefined>;
  /** Base URL probes are given, without the token; undefined when no registry is served by this process. */
  baseUrl(): string | undefined;
}

export interface Probes extends ProbeReads {
  /** Accept reports for this UUID under the token with this SHA-256 (lower-case hex). Repeating is harmless. */
  expect(systemUUID: string, tokenHash: string, expiresAt: Date): void;
  /** End a discovery: the token is refused from now on. */
  forget(systemUUID: string): void;
  /** Called with the UUID whenever a report arrived. Returns the unsubscribe function. */
  onReport(listener: (systemUUID: string) => void): () => void;
}
