/** Search of the local segment by multicast: who is there answers by itself, and nobody is asked twice. */

/** Ways to ask: SSDP (DSP0266, "Discovery") and DNS-SD over multicast (`_redfish._tcp`). */
export const searchWays = ['ssdp', 'mdns'] as const;
export type SearchWay = (typeof searchWays)[number];

export interface SearchOptions {
  readonly ways: readonly SearchWay[];
  /** Address of the interface to ask on; absent: the one the system chooses. */
  readonly interfaceAddress?: string;
  /** How long answers are waited for. */
  readonly listenMs: number;
  readonly signal: AbortSignal;
}

/** Somebody who says to be a Redfish service. The address is the one the answer came from, whatever the answer names. */
export interface Announced {
  readonly address: string;
  /** Absent: the answer names none. */
  readonly port?: number;
  readonly way: SearchWay;
}

export interface Search {
  /** Resolves when the time is over, with each place once. @throws TransientError BMC_UNREACHABLE when nobody can be asked */
  search(options: SearchOptions): Promise<readonly Announced[]>;
}
