/** Certificates of a BMC's own web server (CertificateService, DSP0268). */
import type { TaskInfo } from './bmc-firmware.js';

export interface CertificateInfo {
  readonly uri: string;
  readonly subject?: string;
  readonly issuer?: string;
  /** RFC 3339. */
  readonly validNotBefore?: string;
  readonly validNotAfter?: string;
  readonly fingerprint?: string;
}

export interface SigningRequest {
  readonly commonName: string;
  readonly alternativeNames?: readonly string[];
  readonly organization?: string;
  readonly organizationalUnit?: string;
  readonly city?: string;
  readonly state?: string;
  /** Two letters. */
  readonly country?: string;
  readonly keyPairAlgorithm?: string;
}

export interface Certificates {
  /** Of the HTTPS service of the manager. */
  certificates(): Promise<readonly CertificateInfo[]>;
  /** A certificate signing request in PEM; the key never leaves the BMC. */
  generateSigningRequest(request: SigningRequest): Promise<string>;
  /** Replace one by a PEM. The web server restarts: the connection may break, and pins no longer hold. */
  replaceCertificate(certificate: string, pem: string): Promise<TaskInfo>;
}
