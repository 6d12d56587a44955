/** Certificates of the manager's HTTPS service: read, requested, replaced. */
import type { CertificateInfo, Certificates, SigningRequest, TaskInfo } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { Certificate, CertificateService, NetworkProtocol } from '../schema/certificate.js';
import { Manager } from '../schema/manager.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { taskIn } from './tasks.js';
import { unsupported } from './unsupported.js';

const linksMs = 3_600_000;

/** Certificates of a BMC. */
export function certificatesOf(reach: Reach): Certificates {
  return {
    certificates: async () =>
      (await reach.resources.members(await collectionOf(reach), { tolerant: true })).map(toInfo),
    generateSigningRequest: (request) => generate(reach, request),
    replaceCertificate: (certificate, pem) => replace(reach.resources, certificate, pem),
  };
}

async function collectionOf({ resources, managerResource }: Reach): Promise<string> {
  const manager = Manager.parse((await managerResource(linksMs)).json);
  const lacking = (why: string) => unsupported(resources, 'looking at its certificates', why);
  if (manager.NetworkProtocol === undefined) throw lacking('its manager tells no network protocols');
  const { json } = await resources.get(resources.service.path(manager.NetworkProtocol), linksMs);
  const found = NetworkProtocol.parse(json).HTTPS?.Certificates;
  if (found === undefined) throw lacking('its HTTPS service lists none');
  return found;
}

/** Names of a subject in the order people write them. */
function nameOf(parts: JsonObject | undefined): string | undefined {
  const short = { CommonName: 'CN', OrganizationalUnit: 'OU', Organization: 'O', City: 'L', State: 'ST', Country: 'C' };
  const words = Object.entries(short).flatMap(([key, sign]) =>
    typeof parts?.[key] === 'string' && parts[key] !== '' ? [`${sign}=${String(parts[key]).slice(0, 200)}`] : [],
  );
  return words.length > 0 ? words.join(', ') : undefined;
}

function toInfo(json: JsonObject): CertificateInfo {
  const certificate = Certificate.parse(json);
  const facts = present({
    subject: nameOf(isObject(json.Subject) ? json.Subject : undefined),
    issuer: nameOf(isObject(json.Issuer) ? json.Issuer : undefined),
    validNotBefore: certificate.ValidNotBefore,
    validNotAfter: certificate.ValidNotAfter,
    fingerprint: certificate.Fingerprint,
  });
  return { uri: String(json['@odata.id']), ...facts };
}

async function targetOf(resources: Resources, action: 'GenerateCSR' | 'ReplaceCertificate', doing: string) {
  const { root } = await resources.service.known();
  if (root.CertificateService === undefined) throw unsupported(resources, doing, 'it has no CertificateService');
  const { json } = await resources.get(resources.service.path(root.CertificateService), linksMs);
  const target = CertificateService.parse(json).Actions?.[`#CertificateService.${action}`]?.target;
  if (target === undefined) throw unsupported(resources, doing, 'its CertificateService has no such action');
  return resources.service.path(target);
}

async function generate(reach: Reach, request: SigningRequest): Promise<string> {
  const { resources } = reach;
  const doing = 'asking for a certificate signing request';
  const path = await targetOf(resources, 'GenerateCSR', doing);
  const body = {
    CommonName: request.commonName,
    AlternativeNames: request.alternativeNames ?? [request.commonName],
    Organization: request.organization ?? '',
    OrganizationalUnit: request.organizationalUnit ?? '',
    City: request.city ?? '',
    State: request.state ?? '',
    Country: request.country ?? '',
    ...present({ KeyPairAlgorithm: request.keyPairAlgorithm }),
    CertificateCollection: { '@odata.id': await collectionOf(reach) },
  };
  const { json } = await resources.service.send({ method: 'POST', path, kind: 'action', body });
  const csr = isObject(json) ? json.CSRString : undefined;
  if (typeof csr === 'string' && csr.includes('BEGIN CERTIFICATE REQUEST')) return csr;
  throw unsupported(resources, doing, 'its answer holds no request');
}

async function replace(resources: Resources, certificate: string, pem: string): Promise<TaskInfo> {
  const path = await targetOf(resources, 'ReplaceCertificate', 'replacing a certificate');
  const body = {
    CertificateString: pem,
    CertificateType: pem.split('BEGIN CERTIFICATE').length > 2 ? 'PEMchain' : 'PEM',
    CertificateUri: { '@odata.id': resources.service.path(certificate) },
  };
  try {
    return taskIn(resources.service, await resources.service.send({ method: 'POST', path, kind: 'action', body }));
  } finally {
    resources.forget(resources.service.path(certificate));
  }
}
