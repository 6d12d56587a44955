/**
 * The sandbox's own certificate authority: one CA signs the API server and every emulated BMC, so that clients verify
 * TLS exactly as they would in a data centre. Loaded late: the certificate library is slow to import.
 */
import { isIP } from 'node:net';

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
  notBeforeDate: new Date(Date.now() - 3_600_000),
  notAfterDate: new Date(Date.now() + years * YEAR_MS),
});

/** A CommonJS package: node names its exports, a bundle gives them as `default` only. */
async function generator(): Promise<typeof import('selfsigned')['generate']> {
  const loaded = (await import('selfsigned')) as typeof import('selfsigned') & {
    default?: typeof import('selfsigned');
  };
  return loaded.generate ?? loaded.default?.generate;
}

/** Make a new authority, valid for ten years. */
export async function createAuthority(): Promise<Authority> {
  const generate = await generator();
  const pems = await generate([{ name: 'commonName', value: CA_NAME }], {
    ...validity(10),
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  return restoreAuthority({ ca: pems.cert, key: pems.private });
}

/** The authority saved earlier; nothing is generated. */
export function restoreAuthority(saved: { readonly ca: string; readonly key: string }): Authority {
  return { ca: saved.ca, key: saved.key, issue: (options) => issue(saved, options) };
}

/** Two years that ended yesterday. */
const over = () => ({
  notBeforeDate: new Date(Date.now() - 2 * YEAR_MS),
  notAfterDate: new Date(Date.now() - 24 * 3_600_000),
});

async function issue(
  authority: { readonly ca: string; readonly key: string },
  { hosts: asked, flaw }: CertificateOptions,
) {
  const generate = await generator();
  const hosts = flaw === 'tlsOtherName' ? ['somebody-else.example'] : asked;
  const pems = await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
    ...(flaw === 'tlsExpired' ? over() : validity(2)),
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    ...(flaw === 'tlsSelfSigned' ? {} : { ca: { cert: authority.ca, key: authority.key } }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map(altName) },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}

const altName = (host: string) =>
  isIP(host) === 0 ? ({ type: 2, value: host } as const) : ({ type: 7, ip: host } as const);
