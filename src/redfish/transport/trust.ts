/**
 * Whom to believe over TLS: the certificate authorities of the system and those given, or one pinned certificate.
 * The judgement falls after the handshake and before the first byte of HTTP, so a stranger never sees a credential.
 */
import { createHash } from 'node:crypto';
import * as tls from 'node:tls';

export interface Trust {
  /** Verifies chains against the system's authorities and the given bundles. Made once: it parses some 150 roots. */
  context(): tls.SecureContext;
  /** SHA-256 of the only leaf that is believed besides; lower-case hex. */
  readonly pin?: string;
  /** Any certificate is believed where none is pinned: asked for by a person, for labs. */
  readonly isBlind: boolean;
}

/** Trust in the system's authorities and the given PEM bundles. */
export function trustIn(bundles: readonly string[], isBlind = false): Trust {
  let made: tls.SecureContext | undefined;
  return {
    isBlind,
    context: () => {
      made ??= tls.createSecureContext({ ca: authorities(bundles), minVersion: 'TLSv1.2' });
      return made;
    },
  };
}

/** Without own bundles Node's default store is used, which also honours NODE_EXTRA_CA_CERTS and costs nothing. */
function authorities(bundles: readonly string[]): string[] | undefined {
  if (bundles.length === 0) return undefined;
  const system = 'getCACertificates' in tls ? (tls.getCACertificates as () => string[])() : tls.rootCertificates;
  return [...system, ...bundles];
}

/** What the peer showed: SHA-256 of the leaf in DER, lower-case hex, and its end; nothing when it showed none. */
function shownBy(socket: tls.TLSSocket): Pick<Judgement, 'fingerprint' | 'ends'> {
  const { raw, valid_to: end } = socket.getPeerCertificate();
  if (raw === undefined) return {};
  const ends = new Date(end);
  return {
    fingerprint: createHash('sha256').update(raw).digest('hex'),
    ...(Number.isNaN(ends.getTime()) ? {} : { ends: ends.toISOString() }),
  };
}

export interface Judgement {
  readonly isTrusted: boolean;
  /** In words, when not trusted. */
  readonly reason?: string;
  readonly fingerprint?: string;
  /** When the certificate ends, RFC 3339. */
  readonly ends?: string;
}

/** Judges a finished handshake. A pin is decisive where given: it accepts a self-signed leaf and refuses any other. */
export function judge(socket: tls.TLSSocket, pin?: string, isBlind = false): Judgement {
  const shown = shownBy(socket);
  const { fingerprint } = shown;
  if (pin !== undefined) {
    if (fingerprint === normalPin(pin)) return { isTrusted: true, ...shown };
    return {
      isTrusted: false,
      reason: `its certificate is not the pinned one (it shows sha256 ${fingerprint})`,
      ...shown,
    };
  }
  if (socket.authorized || isBlind) return { isTrusted: true, ...shown };
  return { isTrusted: false, reason: inWords(socket.authorizationError), ...shown };
}

const normalPin = (pin: string): string => pin.toLowerCase().replaceAll(':', '');

const sentences: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate authority is not known here',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Node types this as Error; what arrives is the code, or an Error carrying it. */
function inWords(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : String(error);
  return sentences[code ?? ''] ?? `its certificate does not verify (${code})`;
}
