/**
 * One way into one cluster: its address, its default namespace and the credentials as they are now. `config.ts` makes
 * them from kubeconfigs; `staticContext` from values in hand (the sandbox, tests).
 */
import type { Dispatcher } from '../http/undici.js';
import type { Secret } from '../lib/secret.js';
import { trailingSlashes } from '../lib/trailing-slashes.js';

/** TLS material as PEM. Keys are only ever handed to the TLS layer. */
export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Name to verify instead of the host of the address. */
  readonly servername?: string;
  /** False only when the kubeconfig says `insecure-skip-tls-verify`. */
  readonly isVerified: boolean;
}

/** What a request needs beyond its address. The same object as long as nothing changed: connections are kept by it. */
export interface Access {
  readonly tls: TlsMaterial;
  /** Set when requests must take a way of their own, e.g. `proxy-url`. */
  readonly dispatcher?: Dispatcher;
}

/** Header fields that say who asks. */
export type CredentialHeaders = Readonly<Record<string, string | readonly string[]>>;

/** A context of a kubeconfig, resolved. */
export interface KubeContext {
  readonly name: string;
  /** Origin and path prefix without a trailing slash: `https://10.0.0.1:6443`. */
  readonly server: string;
  /** `default` when the context names none. */
  readonly namespace: string;
  /** Authorization and impersonation, as of now: files are read again when they changed. */
  headers(): Promise<CredentialHeaders>;
  access(): Promise<Access>;
  /** Forget remembered credentials, after a 401. */
  refresh(): Promise<void>;
  /** What a person should know, e.g. that certificates are not verified. */
  readonly warnings: readonly string[];
}

/** A context from values in hand: a bearer token, a CA, or a client certificate. */
export function staticContext(from: {
  readonly server: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly token?: Secret;
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}): KubeContext {
  const headers: CredentialHeaders = from.token === undefined ? {} : { authorization: `Bearer ${from.token.reveal()}` };
  const access: Access = {
    tls: {
      isVerified: true,
      ...(from.ca === undefined ? {} : { ca: from.ca }),
      ...(from.cert === undefined ? {} : { cert: from.cert }),
      ...(from.key === undefined ? {} : { key: from.key }),
    },
  };
  return {
    name: from.name ?? 'static',
    server: from.server.replace(trailingSlashes, ''),
    namespace: from.namespace ?? 'default',
    headers: async () => headers,
    access: async () => access,
    refresh: async () => undefined,
    warnings: [],
  };
}
