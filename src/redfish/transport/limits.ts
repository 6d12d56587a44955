/** The numbers BMC traffic lives by. Each is a default; tests and fleets with odd hardware give their own. */

export interface Limits {
  /** TCP and TLS handshake together. */
  readonly connectMs: number;
  /** From the request to the first byte of the answer: reads (iDRAC storage regularly exceeds 20 s), and actions. */
  readonly readMs: number;
  readonly actionMs: number;
  /** The same for an upload, which is sent in that time. */
  readonly uploadMs: number;
  /** Longest silence within a body, and longest body overall: a BMC that sends one byte a second is not waited for. */
  readonly bodyIdleMs: number;
  readonly bodyTotalMs: number;
  /** How long one call goes on trying a BMC that stays silent, and one that asks to come back later. */
  readonly silentPatienceMs: number;
  readonly askedPatienceMs: number;
  /** Most tries of one request, where the table of retries allows more. */
  readonly tries: number;
  /** Longest Retry-After believed. */
  readonly retryAfterCapMs: number;
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** Bytes of resources remembered per BMC. */
  readonly keptBytes: number;
  readonly jsonDepth: number;
  readonly members: number;
  readonly pages: number;
  /** Connections and requests in flight to one BMC before its vendor is known. */
  readonly sockets: number;
  /** Requests in flight to all BMCs of a factory. */
  readonly inFlight: number;
  /** Unused connections are closed after this long. */
  readonly keepAliveMs: number;
}

export const defaultLimits: Limits = {
  connectMs: 10_000,
  readMs: 60_000,
  actionMs: 120_000,
  uploadMs: 900_000,
  bodyIdleMs: 60_000,
  bodyTotalMs: 120_000,
  silentPatienceMs: 15_000,
  askedPatienceMs: 60_000,
  tries: Number.POSITIVE_INFINITY,
  retryAfterCapMs: 120_000,
  bodyBytes: 32 * 1024 * 1024,
  headerBytes: 64 * 1024,
  keptBytes: 8 * 1024 * 1024,
  jsonDepth: 64,
  members: 10_000,
  pages: 100,
  sockets: 2,
  inFlight: 256,
  keepAliveMs: 10_000,
};
