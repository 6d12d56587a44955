/** What is asked for like a resource and is none: `$metadata`, `odata`, and the stream of events. */
import { isObject, stringAt } from '../json.js';
import { root } from '../tree/builder.js';
import { typeOf } from '../tree/template.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { type Answer, type BmcRequest, ok, problem } from './answer.js';

/** `$metadata` and `odata` are no resources. */
export function specialDocument(bmc: VirtualBmc, { method, path }: BmcRequest): Answer | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  if (path === bmc.profile.quirks.events.sse?.path) return eventStream(bmc);
  if (path === `${root}/$metadata`) return metadata(bmc);
  if (path !== `${root}/odata`) return undefined;
  const services = Object.entries(bmc.read(root) ?? {}).filter(([, value]) => isObject(value) && '@odata.id' in value);
  return ok({
    '@odata.context': `${root}/$metadata`,
    value: [
      { name: 'Service', kind: 'Singleton', url: `${root}/` },
      ...services.map(([name, value]) => ({
        name,
        kind: 'Singleton',
        url: isObject(value) ? (stringAt(value, '@odata.id') ?? null) : null,
      })),
    ],
  });
}

/** The stream itself is written by the socket side; here it is only let in. */
function eventStream(bmc: VirtualBmc): Answer {
  const { quirks } = bmc.profile;
  const isFull = bmc.events.streams >= (quirks.events.sse?.max ?? 0);
  return isFull ? problem(quirks, 503, 'ServiceTemporarilyUnavailable', ['30']) : { status: 200, isStream: true };
}

function metadata(bmc: VirtualBmc): Answer {
  const types = new Set<string>();
  for (const path of bmc.profile.template.paths) types.add(typeOf(bmc.profile.template.get(path) ?? {}));
  types.delete('');
  const references = [...types]
    .sort()
    .map(
      (type) =>
        `<edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/${type}_v1.xml"><edmx:Include Namespace="${type}"/></edmx:Reference>`,
    );
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">',
    ...references,
    '<edmx:DataServices><Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Service">',
    '<EntityContainer Name="Service" Extends="ServiceRoot.v1_0_0.ServiceContainer"/>',
    '</Schema></edmx:DataServices></edmx:Edmx>',
  ].join('\n');
  return { status: 200, body, headers: { 'Content-Type': 'application/xml' } };
}
