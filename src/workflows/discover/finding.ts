/** What a sweep found at one address, and what it means beside the objects of the cluster. */

/** States of a finding, in the order summaries name them. */
export const findingStatuses = ['known', 'new', 'moved', 'conflict', 'auth', 'tls', 'unsupported', 'silent'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** One ComputerSystem behind a BMC, as the login phase read it. */
export interface FoundSystem {
  readonly uri: string;
  readonly uuid?: string;
  readonly model?: string;
  readonly serial?: string;
  readonly power?: string;
  /** Memory, in GiB. */
  readonly memoryGiB?: number;
}

/** One address that answered. A document: JSON-safe, versioned with DiscoverReport, never holding a secret value. */
export interface Finding {
  readonly address: string;
  readonly port: number;
  readonly scheme: 'https' | 'http';
  readonly status: FindingStatus;
  /** Why the status is what it is; absent when it explains itself. */
  readonly why?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly serial?: string;
  readonly redfish?: string;
  /** Model of the manager: `iDRAC`, `iLO 6`. */
  readonly manager?: string;
  /** Firmware of the manager. */
  readonly firmware?: string;
  /** UUID of the Redfish service: known without credentials. */
  readonly serviceUUID?: string;
  /** Present exactly after a login. */
  readonly systems?: readonly FoundSystem[];
  /** Power of the first system. */
  readonly power?: string;
  /** SHA-256 of the leaf certificate, lower-case hex. */
  readonly fingerprint?: string;
  /** When that certificate ends, RFC 3339. */
  readonly certificateEnds?: string;
  /** What makes the certificate trusted: a CA, a fingerprint recorded before, or its first sight in this sweep. */
  readonly trust?: 'ca' | 'pinned' | 'first-use';
  /** The object it belongs to: `bmc/NAME`. */
  readonly object?: string;
  /** Address the object has, when it is another one. */
  readonly was?: string;
  /** Where the credential came from, in words. */
  readonly credential?: string;
  /** BMCSecret of the credential, when it is in one. */
  readonly secret?: string;
  readonly mac?: string;
  readonly location?: string;
  readonly rack?: string;
  readonly shelf?: string;
}

/** Whether `--strict` counts it as a failure. */
export const isProblem = ({ status }: Finding): boolean =>
  status === 'auth' || status === 'tls' || status === 'conflict' || status === 'unsupported';

/** `10.0.0.1`, or with its port where that is not the usual one. */
export const placeOf = ({ address, port, scheme }: Pick<Finding, 'address' | 'port' | 'scheme'>): string => {
  if (port === (scheme === 'https' ? 443 : 80)) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
};
