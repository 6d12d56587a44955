/** Body of `api-resources`. */
import { kindNames } from '../../api/names.js';
import type { ExitName } from '../../errors/exit.js';
import type { apiResourcesCommand } from '../look.js';
import { kindOf } from './kit/kinds.js';
import type { Run } from './kit/run.js';

type ResourcesRun = Run<typeof apiResourcesCommand>;

export default async function (run: ResourcesRun): Promise<ExitName | undefined> {
  const { verbs, missing } = run.flags;
  const may = verbs ? await allowed(run) : undefined;
  const all = await Promise.all(
    kindNames.map(async ({ plural, shortNames, aliases, group, version, scope, kind }) => ({
      name: plural,
      shortNames: [...shortNames, ...aliases],
      groupVersion: `${group}/${version}`,
      namespaced: scope === 'Namespaced',
      kind,
      ...(may === undefined ? {} : { verbs: may(group, plural) }),
      installed: await run.ports.cluster.served(
        kindOf(kindNames.find((each) => each.kind === kind) as (typeof kindNames)[number]),
        run.signal,
      ),
    })),
  );
  const resources = missing ? all.filter(({ installed }) => !installed) : all;
  if (resources.length === 0) run.talk.note('Nothing is missing.');
  const columns = [
    'NAME',
    'SHORT',
    'GROUP/VERSION',
    'NAMESPACED',
    'KIND',
    ...(verbs ? ['VERBS'] : []),
    missing ? 'INSTALL' : 'INSTALLED',
  ];
  const rows = resources.map((each) => [
    each.name,
    each.shortNames.join(','),
    each.groupVersion,
    String(each.namespaced),
    each.kind,
    ...(verbs ? [(each.verbs ?? []).join(',')] : []),
    missing ? 'metalctl install crds' : String(each.installed),
  ]);
  await run.out.document(
    { kind: 'APIResources', resources },
    () => (rows.length === 0 ? '' : { columns: columns.map((header) => ({ header })), rows }),
    resources.map(({ name, groupVersion }) => `${name}.${groupVersion.split('/')[0]}`),
  );
  return missing && resources.length > 0 ? 'CHANGES' : undefined;
}

interface Rules {
  readonly status?: {
    readonly resourceRules?: readonly {
      readonly verbs?: string[];
      readonly apiGroups?: string[];
      readonly resources?: string[];
    }[];
  };
}

/** What the API server says this user may do, in the namespace at hand. */
async function allowed(run: ResourcesRun): Promise<(group: string, plural: string) => string[]> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace: await run.namespace() },
  };
  const answer = await run.ports.cluster.raw('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
    body,
    signal: run.signal,
  });
  const rules = (answer.body as Rules | undefined)?.status?.resourceRules ?? [];
  const covers = (list: readonly string[] | undefined, word: string): boolean =>
    list?.some((each) => each === '*' || each === word) === true;
  return (group, plural) => [
    ...new Set(
      rules
        .filter(({ apiGroups, resources }) => covers(apiGroups, group) && covers(resources, plural))
        .flatMap(({ verbs = [] }) => verbs),
    ),
  ];
}
