/** Manifests judged without a cluster: by the schemas and admission rules that the program carries. */
import { type FieldProblem, validate } from '../../../api/admission/index.js';
import { allKinds, type SchemaFault, schemaFaults, schemaOf } from '../../../api/crd/index.js';
import type { CustomKind } from '../../../api/define-kind.js';
import type { KindDef, KubeObject } from '../../../api/kind.js';
import { apiVersionOf } from '../../../api/kind.js';
import type { Manifest } from './manifest-files.js';

/** What is wrong with one object. */
export interface Judged extends Manifest {
  /** Whether it is of a kind whose schema is known here. */
  readonly isKnown: boolean;
  readonly faults: readonly SchemaFault[];
}

/** Judges every manifest, in its place among the others. */
export async function judge(manifests: readonly Manifest[]): Promise<Judged[]> {
  const objects = manifests.map(({ object }) => object);
  const seen = new Map<string, string>();
  const judged: Judged[] = [];
  for (const manifest of manifests) {
    const { object, source } = manifest;
    const kind = allKinds.find((each) => each.kind === object.kind && apiVersionOf(each) === object.apiVersion);
    const faults = [...nameFaults(object), ...(kind === undefined ? [] : await kindFaults(kind, object, objects))];
    const { namespace = '', name } = object.metadata;
    const identity = `${object.apiVersion} ${object.kind} ${namespace}/${name}`;
    const earlier = seen.get(identity);
    if (earlier !== undefined) faults.push({ path: 'metadata.name', message: `is in ${earlier} already` });
    else seen.set(identity, source);
    judged.push({ ...manifest, isKnown: kind !== undefined, faults });
  }
  return judged;
}

/** DNS subdomains (RFC 1123), as every API server wants names of custom kinds. */
const isSubdomain = (name: string): boolean =>
  name.length <= 253 && name.split('.').every((label) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label));

function nameFaults({ metadata }: KubeObject): SchemaFault[] {
  if (isSubdomain(metadata.name)) return [];
  const message = 'must be lower-case letters, digits, "-" and ".", and begin and end with a letter or digit';
  return [{ path: 'metadata.name', message }];
}

async function kindFaults(kind: CustomKind, object: KubeObject, all: readonly KubeObject[]): Promise<SchemaFault[]> {
  const faults = schemaFaults(schemaOf(kind), object);
  if (kind.scope === 'Cluster' && object.metadata.namespace !== undefined)
    faults.push({ path: 'metadata.namespace', message: `is set, but ${kind.kind} is not namespaced` });
  // Rules read fields: they are asked about objects that have the form they expect.
  return faults.length > 0
    ? faults
    : (await ruleFaults(kind, object, all)).map(({ path, message }) => ({ path, message }));
}

/** Admission rules, for which the other manifests are what there is. */
const ruleFaults = (
  kind: CustomKind,
  object: KubeObject,
  all: readonly KubeObject[],
): Promise<readonly FieldProblem[]> =>
  validate(kind, 'CREATE', undefined, object, {
    list: async <T extends KubeObject>(wanted: KindDef<T>) =>
      all.filter((each) => each !== object && each.kind === wanted.kind) as readonly KubeObject[] as readonly T[],
  });
