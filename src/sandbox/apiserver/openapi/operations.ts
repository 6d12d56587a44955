/** The paths part of an OpenAPI document: which methods a resource has, with the query parameters clients look for. */
import { SUBRESOURCE_VERBS } from '../discovery/discovery.js';
import type { Resource } from '../resources/resource.js';
import type { Json, JsonObject } from '../types.js';
import { PARAMETER_DESCRIPTIONS } from './descriptions.js';
import { apiPath } from './document.js';

const BOOLEANS = new Set([
  'allowWatchBookmarks',
  'watch',
  'sendInitialEvents',
  'orphanDependents',
  'force',
  IGNORE_ERRORS(),
]);
const INTEGERS = new Set(['limit', 'timeoutSeconds', 'gracePeriodSeconds']);
const WRITE = ['dryRun', 'fieldManager', 'fieldValidation'];
const LIST = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
];
const DELETE = ['dryRun', 'gracePeriodSeconds', IGNORE_ERRORS(), 'orphanDependents', 'propagationPolicy'];

function IGNORE_ERRORS(): string {
  return 'ignoreStoreReadErrorWithClusterBreakingPotential';
}

const PATCH_MANAGER =
  ' This field is required for apply requests (application/apply-patch) but optional for non-apply patch types (JsonPatch, MergePatch, StrategicMergePatch).';
const FORCE =
  'Force is going to "force" Apply requests. It means user will re-acquire conflicting fields owned by other people. Force flag must be unset for non-apply patch requests.';
const PATCH_SCHEMA = '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Patch';

/** Parameters of a patch say a little more. */
function patchQuery(name: string): JsonObject {
  const plain = query(name);
  if (name === 'force') return { ...plain, description: FORCE };
  return name === 'fieldManager' ? { ...plain, description: `${String(plain.description)}${PATCH_MANAGER}` } : plain;
}

const query = (name: string): JsonObject => ({
  name,
  in: 'query',
  description: PARAMETER_DESCRIPTIONS[name] ?? name,
  schema: { type: BOOLEANS.has(name) ? 'boolean' : INTEGERS.has(name) ? 'integer' : 'string', uniqueItems: true },
});

const inPath = (name: string, description: string): JsonObject => ({
  name,
  in: 'path',
  description,
  required: true,
  schema: { type: 'string', uniqueItems: true },
});

/** `test.metalctl.dev`, `v1` → `TestMetalctlDevV1`. */
function operationGroup({ group, version, isCustom }: Resource): string {
  const parts = group === '' ? ['core'] : isCustom ? group.split('.') : [group.split('.')[0] ?? ''];
  return [...parts, version].map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
}

interface OperationInput {
  readonly action: string;
  readonly id: string;
  readonly parameters: readonly string[];
  readonly bodies: readonly string[];
  readonly text: string;
}

class ResourceOperations {
  readonly #resource: Resource;
  readonly #reference: string;

  constructor(resource: Resource, reference: string) {
    this.#resource = resource;
    this.#reference = reference;
  }

  #id(verb: string, suffix = '', collection = ''): string {
    const scope = this.#resource.namespaced && suffix !== 'ForAllNamespaces' ? 'Namespaced' : '';
    return `${verb}${operationGroup(this.#resource)}${collection}${scope}${this.#resource.kind}${suffix}`;
  }

  #operation({ action, id, parameters, bodies, text }: OperationInput): JsonObject {
    const { group, version, kind } = this.#resource;
    const schema = { schema: { $ref: this.#reference } };
    const sent = action === 'patch' ? { schema: { $ref: PATCH_SCHEMA } } : schema;
    const content = Object.fromEntries(bodies.map((type) => [type, sent]));
    const answers = { 'application/json': schema, 'application/yaml': schema };
    return {
      tags: [this.#tag],
      description: text,
      operationId: id,
      parameters: parameters.map(action === 'patch' ? patchQuery : query),
      ...(bodies.length > 0 ? { requestBody: { content, required: true } } : {}),
      responses: {
        200: { description: 'OK', content: answers },
        ...(action === 'post' ? { 201: { description: 'Created', content: answers } } : {}),
        ...(action === 'post' ? { 202: { description: 'Accepted', content: answers } } : {}),
        401: { description: 'Unauthorized' },
      },
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': { group, version, kind },
    };
  }

  /** `testMetalctlDev_v1`. */
  get #tag(): string {
    const name = operationGroup(this.#resource).slice(0, -this.#resource.version.length);
    return `${name.charAt(0).toLowerCase()}${name.slice(1)}_${this.#resource.version}`;
  }

  get #bodies(): string[] {
    return this.#resource.isCustom ? ['application/json', 'application/yaml'] : ['*/*'];
  }

  get #patches(): string[] {
    const common = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];
    return this.#resource.isCustom ? common : [...common, 'application/strategic-merge-patch+json'];
  }

  collection(): JsonObject {
    const { kind, verbs, isCustom } = this.#resource;
    const offered: [string, string, JsonObject][] = [
      [
        'list',
        'get',
        this.#operation({
          action: 'list',
          id: this.#id('list'),
          parameters: LIST,
          bodies: [],
          text: `list objects of kind ${kind}`,
        }),
      ],
      [
        'create',
        'post',
        this.#operation({
          action: 'post',
          id: this.#id('create'),
          parameters: WRITE,
          bodies: this.#bodies,
          text: `create a ${kind}`,
        }),
      ],
      [
        'deletecollection',
        'delete',
        this.#operation({
          action: 'deletecollection',
          id: this.#id('delete', '', 'Collection'),
          parameters: isCustom
            ? LIST
            : [...new Set([...LIST, ...DELETE])]
                .filter((name) => name !== 'allowWatchBookmarks' && name !== 'watch')
                .sort(),
          bodies: isCustom ? [] : this.#bodies,
          text: `delete collection of ${kind}`,
        }),
      ],
    ];
    return Object.fromEntries(
      offered.filter(([verb]) => verbs.includes(verb)).map(([, method, operation]) => [method, operation]),
    );
  }

  item(subresource: string): JsonObject {
    const { kind, isCustom, verbs } = this.#resource;
    const suffix = subresource === '' ? '' : subresource.charAt(0).toUpperCase() + subresource.slice(1);
    const part = subresource === '' ? '' : `${subresource} of `;
    const offered: [string, string, JsonObject][] = [
      [
        'get',
        'get',
        this.#operation({
          action: 'get',
          id: this.#id('read', suffix),
          parameters: isCustom ? ['resourceVersion'] : [],
          bodies: [],
          text: `read ${part}the specified ${kind}`,
        }),
      ],
      [
        'update',
        'put',
        this.#operation({
          action: 'put',
          id: this.#id('replace', suffix),
          parameters: WRITE,
          bodies: this.#bodies,
          text: `replace ${part}the specified ${kind}`,
        }),
      ],
      [
        'delete',
        'delete',
        this.#operation({
          action: 'delete',
          id: this.#id('delete', suffix),
          parameters: DELETE,
          bodies: this.#bodies,
          text: `delete a ${kind}`,
        }),
      ],
      [
        'patch',
        'patch',
        this.#operation({
          action: 'patch',
          id: this.#id('patch', suffix),
          parameters: [...WRITE, 'force'],
          bodies: this.#patches,
          text: `partially update ${part}the specified ${kind}`,
        }),
      ],
    ];
    const allowed = subresource === '' ? verbs : (SUBRESOURCE_VERBS[subresource] ?? []);
    return Object.fromEntries(
      offered.filter(([verb]) => allowed.includes(verb)).map(([, method, operation]) => [method, operation]),
    );
  }

  forAllNamespaces(): JsonObject {
    const { kind } = this.#resource;
    return {
      get: this.#operation({
        action: 'list',
        id: this.#id('list', 'ForAllNamespaces'),
        parameters: [],
        bodies: [],
        text: `list objects of kind ${kind}`,
      }),
    };
  }
}

/** A token request is of a kind of another group, whose schema this document has not; no client looks for it. */
const isDescribed = (subresource: string): boolean => subresource !== 'token';

/** Every path of a resource. */
export function operationsOf(resource: Resource, reference: string): JsonObject {
  const operations = new ResourceOperations(resource, reference);
  const root = apiPath(resource);
  const namespaceParameter = inPath('namespace', PARAMETER_DESCRIPTIONS.namespace ?? '');
  const pretty = query('pretty');
  const scoped: Json[] = resource.namespaced ? [namespaceParameter] : [];
  const collection = `${root}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}`;
  const name = inPath('name', `name of the ${resource.kind}`);
  const paths: JsonObject = { [collection]: { parameters: [...scoped, pretty], ...operations.collection() } };
  if (resource.verbs.includes('get')) {
    for (const subresource of ['', ...resource.subresources.filter(isDescribed)]) {
      const path = `${collection}/{name}${subresource === '' ? '' : `/${subresource}`}`;
      paths[path] = { parameters: [name, ...scoped, pretty], ...operations.item(subresource) };
    }
  }
  if (resource.namespaced && resource.verbs.includes('list')) {
    const parameters = [...LIST.slice(0, 5), 'pretty', ...LIST.slice(5)].map(query);
    paths[`${root}/${resource.plural}`] = { parameters, ...operations.forAllNamespaces() };
  }
  return paths;
}
