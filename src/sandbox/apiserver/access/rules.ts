/** The arithmetic of RBAC: what a rule allows, and whether rules cover others. Pure; knows no objects of the server. */

/** `rules[]` of a Role or ClusterRole (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A wish to use a resource. */
export interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

const EVERYTHING = '*';

const names = (list: readonly string[] | undefined, wanted: string): boolean =>
  list?.some((entry) => entry === EVERYTHING || entry === wanted) ?? false;

/** `pods/log` is allowed by itself, by `*`, and by the wildcard of a subresource `*` + `/log`. */
function namesResource(list: readonly string[] | undefined, resource: string): boolean {
  const slash = resource.indexOf('/');
  return names(list, resource) || (slash >= 0 && (list?.includes(`*${resource.slice(slash)}`) ?? false));
}

/** A path, or everything below one that ends with a star. */
const namesPath = (list: readonly string[] | undefined, path: string): boolean =>
  list?.some((entry) => entry === path || (entry.endsWith(EVERYTHING) && path.startsWith(entry.slice(0, -1)))) ?? false;

export const fullResource = ({ resource, subresource }: Pick<Asked, 'resource' | 'subresource'>): string =>
  subresource === '' ? resource : `${resource}/${subresource}`;

/** A rule that names objects allows only these: no create and no list, which name none. */
export function allowsResource(rule: PolicyRule, asked: Asked): boolean {
  return (
    names(rule.verbs, asked.verb) &&
    names(rule.apiGroups, asked.group) &&
    namesResource(rule.resources, fullResource(asked)) &&
    ((rule.resourceNames ?? []).length === 0 || (rule.resourceNames ?? []).includes(asked.name))
  );
}

export const allowsPath = (rule: PolicyRule, verb: string, path: string): boolean =>
  names(rule.verbs, verb) && namesPath(rule.nonResourceURLs, path);

/** What of `wanted` no rule of `held` covers, broken down to single rights. Empty when all is held. */
export const missingRights = (held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap(singleRights).filter((right) => !held.some((rule) => covers(rule, right)));

/** One right each: one verb on one resource, of one object where objects are named, or on one path. */
function singleRights(rule: PolicyRule): PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const objects = resourceNames.length === 0 ? [undefined] : resourceNames;
  const onResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        objects.map((name) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          ...(name === undefined ? {} : { resourceNames: [name] }),
        })),
      ),
    ),
  );
  const onPaths = nonResourceURLs.flatMap((path) => verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [path] })));
  return [...onResources, ...onPaths];
}

function covers(rule: PolicyRule, right: PolicyRule): boolean {
  const all = (wanted: readonly string[] | undefined, has: (value: string) => boolean) => (wanted ?? []).every(has);
  const isNameHeld =
    (rule.resourceNames ?? []).length === 0 ||
    ((right.resourceNames ?? []).length > 0 && all(right.resourceNames, (name) => names(rule.resourceNames, name)));
  return (
    isNameHeld &&
    all(right.verbs, (verb) => names(rule.verbs, verb)) &&
    all(right.apiGroups, (group) => names(rule.apiGroups, group)) &&
    all(right.resources, (resource) => namesResource(rule.resources, resource)) &&
    all(right.nonResourceURLs, (path) => namesPath(rule.nonResourceURLs, path))
  );
}

/** Rights in the form error texts show: verbs on the same thing together, sorted. */
export function describeRights(rights: readonly PolicyRule[]): string[] {
  const together = new Map<string, PolicyRule>();
  for (const right of rights) {
    const { verbs, ...thing } = right;
    const key = right.nonResourceURLs === undefined ? JSON.stringify(thing) : JSON.stringify(right);
    const known = together.get(key);
    together.set(key, known === undefined ? right : { ...known, verbs: [...known.verbs, ...verbs] });
  }
  return [...new Set([...together.values()].map(describe))].sort();
}

/** A list of texts as Go's `%q` prints it. */
export const quoted = (list: readonly string[]): string => `[${list.map((entry) => JSON.stringify(entry)).join(' ')}]`;

function describe(rule: PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = parts.filter(([, list]) => list !== undefined && list.length > 0);
  return `{${shown.map(([name, list]) => `${name}:${commaQuoted(list ?? [])}`).join(', ')}}`;
}

const commaQuoted = (list: readonly string[]) => `[${list.map((entry) => JSON.stringify(entry)).join(', ')}]`;
