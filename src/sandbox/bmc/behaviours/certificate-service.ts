/** CertificateService: a signing request over a fresh key, and a certificate that is served from then on. */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { type Answer, actionDone, ok, problem } from '../http/answer.js';
import { isObject, type Json, type JsonObject, stringAt } from '../json.js';
import { signingRequest } from '../signing.js';
import type { Behaviour, Write } from './behaviour.js';

export const certificateService: Behaviour = {
  privilege: 'ConfigureManager',
  actions: {
    'CertificateService.GenerateCSR': generate,
    'CertificateService.ReplaceCertificate': replace,
  },
};

const strings = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item: Json) => typeof item === 'string' && item !== '') : [];

function generate({ bmc, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const needed = [
    'CommonName',
    'City',
    'State',
    'Country',
    'Organization',
    'OrganizationalUnit',
    'CertificateCollection',
  ];
  const missing = needed.find((name) => body[name] === undefined);
  if (missing) return problem(quirks, 400, 'ActionParameterMissing', ['GenerateCSR', missing]);
  const part = (name: string): string => stringAt(body, name) ?? '';
  const subject = {
    CommonName: part('CommonName'),
    City: part('City'),
    State: part('State'),
    Country: part('Country'),
    Organization: part('Organization'),
  };
  const { csr, key } = signingRequest({ subject, alternativeNames: strings(body.AlternativeNames) });
  bmc.pendingKey = key;
  return ok({ CSRString: csr, CertificateCollection: body.CertificateCollection ?? null });
}

function replace({ bmc, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const { CertificateString: pem, CertificateUri: link, CertificateType: type } = body;
  const path = isObject(link) ? (stringAt(link, '@odata.id') ?? '') : '';
  if (!bmc.read(path)) return problem(quirks, 400, 'ActionParameterMissing', ['ReplaceCertificate', 'CertificateUri']);
  if (type !== 'PEM' && type !== 'PEMchain') {
    return problem(quirks, 400, 'ActionParameterValueNotInList', [
      String(type),
      'CertificateType',
      'ReplaceCertificate',
    ]);
  }
  const certificate = parsed(pem);
  const key = bmc.pendingKey;
  if (!certificate || key === undefined || !fits(certificate, key)) {
    return problem(quirks, 400, 'PropertyValueFormatError', ['…', 'CertificateString']);
  }
  bmc.pendingKey = undefined;
  bmc.patch(path, factsOf(certificate, String(pem)));
  bmc.world.serveCertificate(bmc, { cert: String(pem), key });
  return actionDone(quirks);
}

function parsed(pem: Json | undefined): X509Certificate | undefined {
  try {
    return typeof pem === 'string' ? new X509Certificate(pem) : undefined;
  } catch {
    return undefined;
  }
}

function fits(certificate: X509Certificate, key: string): boolean {
  return (
    certificate.publicKey.export({ type: 'spki', format: 'pem' }) ===
    createPublicKey(key).export({ type: 'spki', format: 'pem' })
  );
}

function factsOf(certificate: X509Certificate, pem: string): JsonObject {
  const commonName = (text: string): string => /CN=([^\n]*)/.exec(text)?.[1] ?? '';
  return {
    CertificateString: pem,
    Subject: { CommonName: commonName(certificate.subject) },
    Issuer: { CommonName: commonName(certificate.issuer) },
    ValidNotBefore: new Date(certificate.validFrom).toISOString(),
    ValidNotAfter: new Date(certificate.validTo).toISOString(),
    Fingerprint: certificate.fingerprint256,
  };
}
