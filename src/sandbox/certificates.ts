/**
 * The sandbox's own certificate authority: one CA signs the API server and every emulated BMC, so that clients verify
 * TLS exactly as they would in a data centre.
 */
import { certify, type Signer, signerOf } from './x509.js';

export interface Authority {
  /** The CA certificate, PEM. Public: it goes into kubeconfigs and `--bmc-ca` files. */
  readonly ca: string;
  /** The CA's private key, PEM. Secret: keep it in a file of mode 0600. */
  readonly key: string;
  /** Sign a server certificate for these IP addresses and DNS names. EC P-256, a new key each time. */
  issue(options: CertificateOptions): Promise<{ cert: string; key: string }>;
}

export interface CertificateOptions {
  readonly hosts: readonly string[];
  /** Why clients must refuse it: its time is over, it signed itself, it names another host. `tlsNewKey` is none. */
  readonly flaw?: 'tlsExpired' | 'tlsSelfSigned' | 'tlsOtherName' | 'tlsNewKey';
}

const YEAR_MS = 365 * 24 * 3600 * 1000;
const CA_NAME = 'metalctl-sandbox-ca';

/** An hour back, because clocks of machines that share a folder may differ. */
const validity = (years: number) => ({
  from: new Date(Date.now() - 3_600_000),
  until: new Date(Date.now() + years * YEAR_MS),
});

/** Make a new authority, valid for ten years. */
export async function createAuthority(): Promise<Authority> {
  const { cert, key } = certify({ commonName: CA_NAME, ...validity(10) });
  return restoreAuthority({ ca: cert, key });
}

/** The authority saved earlier; nothing is generated. */
export function restoreAuthority({ ca, key }: { readonly ca: string; readonly key: string }): Authority {
  const signer = signerOf({ cert: ca, key });
  return { ca, key, issue: async (options) => issue(signer, options) };
}

/** Two years that ended yesterday. */
const over = () => ({ from: new Date(Date.now() - 2 * YEAR_MS), until: new Date(Date.now() - 24 * 3_600_000) });

function issue(by: Signer, { hosts: asked, flaw }: CertificateOptions) {
  const hosts = flaw === 'tlsOtherName' ? ['somebody-else.example'] : asked;
  return certify({
    commonName: hosts[0] ?? 'localhost',
    hosts,
    ...(flaw === 'tlsExpired' ? over() : validity(2)),
    ...(flaw === 'tlsSelfSigned' ? {} : { by }),
  });
}
