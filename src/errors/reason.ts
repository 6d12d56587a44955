/** What an error code is called as the reason of a condition. */
import type { ErrorCode } from './catalogue.js';

/** Upstream's reasons where it has one (BMC condition `Ready`), else the code in PascalCase. */
const upstreamReasons: Partial<Record<ErrorCode, string>> = {
  BMC_AUTH_FAILED: 'AuthenticationFailed',
  BMC_ERROR: 'InternalServerError',
  BMC_UNREACHABLE: 'ConnectionFailed',
  BMC_TIMEOUT: 'ConnectionFailed',
  BMC_BUSY: 'ConnectionFailed',
  BMC_TLS: 'CertificateNotTrusted',
};

export const reasonOf = (code: ErrorCode): string =>
  upstreamReasons[code] ??
  code
    .toLowerCase()
    .split('_')
    .map((word) =>
      word === 'bmc' || word === 'tls' || word === 'api' ? word.toUpperCase() : word[0]?.toUpperCase() + word.slice(1),
    )
    .join('');
