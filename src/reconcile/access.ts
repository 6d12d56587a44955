/**
 * From objects to a way into a BMC: address, scheme, credentials, trust. One credential per BMC, and none at all while
 * the BMC is known to have refused it.
 */
import { BMC, BMCSecret, bmcSecretKeys, Endpoint, ownAnnotations, type Server } from '../api/metal/v1alpha1/index.js';
import { PermanentError, TransientError } from '../errors/classes.js';
import { Secret } from '../lib/secret.js';
import type { BmcAccess } from '../ports/bmc.js';
import { isRotating } from './bmc/rotation.js';
import type { Visit } from './reads.js';

/** Protocol names the client speaks; upstream's two local variants are plain Redfish to us. */
const redfishProtocols = new Set(['Redfish', 'RedfishLocal', 'RedfishWithRegistryPatch']);

interface Protocol {
  name: string;
  port: number;
  scheme?: string | undefined;
}

/** How to reach a BMC object. @throws PermanentError REFERENCE_MISSING · SPEC_INVALID · BMC_AUTH_FAILED (refused before) */
export function accessToBmc(bmc: BMC, visit: Visit): BmcAccess {
  const spec = bmc.spec;
  if (spec === undefined) throw new PermanentError('SPEC_INVALID', `bmc/${bmc.metadata.name} has no spec`);
  if (isRotating(bmc, visit.now)) {
    throw new TransientError('BMC_UNAVAILABLE', `the password of bmc/${bmc.metadata.name} is being changed`, {
      hint: `metalctl bmc credentials rotate ${bmc.metadata.name}   finishes what was interrupted`,
    });
  }
  const credentials = credentialsOf(spec.bmcSecretRef.name ?? '', visit);
  const refused = bmc.metadata.annotations?.[ownAnnotations.credentialsRefused];
  if (refused === credentials.credentialVersion) throw refusedBefore(spec.bmcSecretRef.name ?? '');
  return { ...doorToBmc(bmc, visit), ...credentials };
}

/** The way to a BMC object without what lets in: for who brings a credential. @throws PermanentError REFERENCE_MISSING · SPEC_INVALID */
export function doorToBmc(bmc: BMC, visit: Visit): Omit<BmcAccess, keyof Credentials> {
  const { spec, metadata } = bmc;
  if (spec === undefined) throw new PermanentError('SPEC_INVALID', `bmc/${metadata.name} has no spec`);
  const pin = metadata.annotations?.[ownAnnotations.tlsPin];
  return {
    id: metadata.name,
    url: urlOf(addressOf(bmc, visit), spec.protocol, visit),
    ...(pin === undefined ? {} : { tlsPin: pin }),
    ...(spec.bmcUUID === undefined ? {} : { managerUUID: spec.bmcUUID }),
    allowPlainHttp: visit.settings.allowPlainHttp,
  };
}

/**
 * How to reach the BMC of a Server: through its BMC object, which must be Enabled, or inline.
 * @throws TransientError BMC_UNAVAILABLE · PermanentError as `accessToBmc`
 */
export function accessToServer(server: Server, visit: Visit): BmcAccess {
  const name = server.spec?.bmcRef?.name;
  if (name !== undefined && name !== '') return accessThrough(name, visit);
  const inline = server.spec?.bmc;
  if (inline === undefined) {
    throw new PermanentError('SPEC_INVALID', `server/${server.metadata.name} has neither a bmcRef nor a bmc`);
  }
  const credentials = credentialsOf(inline.bmcSecretRef.name ?? '', visit);
  const url = urlOf(inline.address, inline.protocol, visit);
  return { id: `server:${server.metadata.name}`, url, ...credentials, allowPlainHttp: visit.settings.allowPlainHttp };
}

/** How to reach the BMC of this name, which must be Enabled. @throws as `accessToServer` */
export function accessThrough(name: string, visit: Visit): BmcAccess {
  const bmc = visit.read.get(BMC, { name });
  if (bmc === undefined) throw new PermanentError('REFERENCE_MISSING', `bmc/${name} does not exist`);
  const state = bmc.status?.state ?? '';
  if (state !== 'Enabled') {
    throw new TransientError('BMC_UNAVAILABLE', `bmc/${name} is ${state === '' ? 'not read yet' : state}`);
  }
  return accessToBmc(bmc, visit);
}

/** The address in use: inline, or the Endpoint's. @throws PermanentError REFERENCE_MISSING · SPEC_INVALID */
export function addressOf(bmc: BMC, visit: Visit): string {
  const inline = bmc.spec?.access?.ip;
  if (inline !== undefined && inline !== '') return inline;
  const name = bmc.spec?.endpointRef?.name ?? '';
  const endpoint = name === '' ? undefined : visit.read.get(Endpoint, { name });
  if (name !== '' && endpoint === undefined)
    throw new PermanentError('REFERENCE_MISSING', `endpoint/${name} does not exist`);
  const address = endpoint?.spec?.ip;
  if (address === undefined || address === '') {
    throw new PermanentError('SPEC_INVALID', `bmc/${bmc.metadata.name} has no IP address`);
  }
  return address;
}

/** @throws PermanentError SPEC_INVALID for protocols other than Redfish. */
function urlOf(address: string, protocol: Protocol, visit: Visit): string {
  if (!redfishProtocols.has(protocol.name)) {
    throw new PermanentError('SPEC_INVALID', `unsupported BMC protocol ${protocol.name}`, { hint: 'use Redfish' });
  }
  const scheme = protocol.scheme || visit.settings.defaultScheme;
  const host = address.includes(':') ? `[${address}]` : address;
  return `${scheme}://${host}:${protocol.port}`;
}

type Credentials = Pick<BmcAccess, 'username' | 'password' | 'credentialVersion'>;

/**
 * `data` first (decoded, used even if empty), then `stringData`: upstream's lookup.
 * @throws PermanentError REFERENCE_MISSING · SPEC_INVALID
 */
export function credentialsOf(name: string, visit: Visit): Credentials {
  const secret = visit.read.get(BMCSecret, { name });
  if (secret === undefined) throw new PermanentError('REFERENCE_MISSING', `bmcsecret/${name} does not exist`);
  const value = (key: string): string => {
    const encoded = secret.data?.[key];
    const text = encoded === undefined ? secret.stringData?.[key] : Buffer.from(encoded, 'base64').toString('utf8');
    if (text === undefined) {
      throw new PermanentError('SPEC_INVALID', `bmcsecret/${name} has no "${key}" in data nor in stringData`);
    }
    return text;
  };
  return {
    username: value(bmcSecretKeys.username),
    password: new Secret(value(bmcSecretKeys.password)),
    credentialVersion: `${secret.metadata.uid}/${secret.metadata.resourceVersion}`,
  };
}

function refusedBefore(secretName: string): PermanentError {
  return new PermanentError('BMC_AUTH_FAILED', 'BMC credentials are invalid', {
    why: `the BMC refused them before; no second attempt is made until bmcsecret/${secretName} changes`,
    hint: `correct bmcsecret/${secretName}`,
  });
}
