/** Members a schema got in a later version: a document of an older one does not have them (DSP8010, `Redfish.Revisions`). */
import { isObject, type JsonObject, stringAt } from '../json.js';

type Version = readonly [major: number, minor: number];

const since: Readonly<Record<string, readonly (readonly [version: Version, ...path: string[]])[]>> = {
  ServiceRoot: [
    [[1, 4], 'ProtocolFeaturesSupported', 'ExcerptQuery'],
    [[1, 4], 'ProtocolFeaturesSupported', 'OnlyMemberQuery'],
    [[1, 4], 'TelemetryService'],
    [[1, 5], 'CertificateService'],
    [[1, 17], 'ProtocolFeaturesSupported', 'TopSkipQuery'],
  ],
  ComputerSystem: [
    [[1, 5], 'Boot', 'BootOptions'],
    [[1, 5], 'Boot', 'BootOrder'],
    [[1, 5], 'Actions', '#ComputerSystem.SetDefaultBootOrder'],
    [[1, 5], 'ProcessorSummary', 'LogicalProcessorCount'],
    [[1, 9], 'Boot', 'HttpBootUri'],
    [[1, 12], 'LastResetTime'],
    [[1, 14], 'ProcessorSummary', 'CoreCount'],
  ],
  ManagerAccount: [
    [[1, 3], 'PasswordChangeRequired'],
    [[1, 4], 'AccountTypes'],
  ],
  Manager: [
    [[1, 7], 'SerialNumber'],
    [[1, 8], 'Actions', '#Manager.ResetToDefaults'],
    [[1, 9], 'LastResetTime'],
  ],
};

/** Takes out of a document what its version of the schema does not know. */
export function withoutLaterMembers(doc: JsonObject): void {
  for (const path of laterMembers(doc)) removeAt(doc, path);
}

/** Whether the document's version of the schema knows a member. */
export const hasMember = (doc: JsonObject, member: string): boolean =>
  !laterMembers(doc).some((path) => path.join('/') === member);

function laterMembers(doc: JsonObject): readonly (readonly string[])[] {
  const [, name = '', major, minor] = /^#(\w+)\.v(\d+)_(\d+)/.exec(stringAt(doc, '@odata.type') ?? '') ?? [];
  const own: Version = [Number(major), Number(minor)];
  return (since[name] ?? []).filter(([version]) => isOlder(own, version)).map(([, ...path]) => path);
}

const isOlder = ([major, minor]: Version, [thanMajor, thanMinor]: Version): boolean =>
  major < thanMajor || (major === thanMajor && minor < thanMinor);

function removeAt(doc: JsonObject, path: readonly string[]): void {
  const [first = '', ...rest] = path;
  const within = doc[first];
  if (rest.length === 0) delete doc[first];
  else if (isObject(within)) removeAt(within, rest);
}
