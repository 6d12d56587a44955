/** Checks of the cluster itself: reach, clock, kinds, rights, and who else reconciles. */
import { CustomResourceDefinition, Lease, type LeaseObject } from '../../api/kubernetes.js';
import { isControllerLease, ownAnnotations, reconcilerLease } from '../../api/metal/v1alpha1/constants.js';
import { metalKinds } from '../../api/metal/v1alpha1/index.js';
import type { Right } from '../../api/rbac.js';
import { formatDuration } from '../../lib/duration.js';
import { applyCrds } from '../install/apply.js';
import { type ModeName, modes } from '../install/modes.js';
import { apiCheck, type Check, type Finding, ok, type Patient, skipped, some } from './check.js';

const reachable: Check = {
  id: apiCheck,
  title: 'API server',
  area: 'cluster',
  probe: async ({ cluster, clock, signal }) => {
    const before = clock.monotonicMs();
    const { gitVersion } = await cluster.version(signal);
    return ok(`${gitVersion} reachable (${Math.round(clock.monotonicMs() - before)}ms)`);
  },
};

const skewMs = { warn: 5_000, fail: 60_000 };

const clockSkew: Check = {
  id: 'D002',
  title: 'clock',
  area: 'cluster',
  probe: async ({ cluster, clock, signal }) => {
    const { headers } = await cluster.raw('GET', '/version', { signal });
    const said = Date.parse(String(headers.date ?? ''));
    if (Number.isNaN(said)) return skipped('the API server tells no time');
    // The header has whole seconds: half of one is its error.
    const offMs = Math.abs(clock.now().getTime() - said - 500);
    const evidence = `${offMs < 1_000 ? 'less than 1s' : formatDuration(Math.round(offMs / 1_000) * 1_000)} off the API server's`;
    if (offMs < skewMs.warn) return ok(evidence);
    const verdict = offMs < skewMs.fail ? 'warning' : 'failure';
    return { verdict, evidence, fix: 'synchronise this clock: leases and time-outs are judged by it' };
  },
};

const crdNameOf = ({ plural, group }: { plural: string; group: string }): string => `${plural}.${group}`;

const served: Check = {
  id: 'D010',
  title: 'CRDs',
  area: 'cluster',
  probe: async (patient) => {
    const { cluster, signal } = patient;
    const answers = await Promise.all(
      metalKinds.map(async (kind) => ({ kind, is: await cluster.served(kind, signal) })),
    );
    const missing = answers.filter(({ is }) => !is).map(({ kind }) => crdNameOf(kind));
    const evidence = `${answers.length - missing.length}/${answers.length} CRDs served`;
    if (missing.length === 0) return ok(evidence);
    return {
      verdict: 'failure',
      evidence: `${evidence}; not ${some(missing)}`,
      fix: 'metalctl install crds',
      targets: missing.map((name) => `customresourcedefinition/${name}`),
      repair: { what: `create ${missing.length} CRDs`, run: () => createMissing(patient, missing) },
    };
  },
};

/** Creates what is missing; what is there is left alone. */
async function createMissing({ cluster, signal }: Patient, missing: readonly string[]): Promise<void> {
  const { allCrds } = await import('../../api/crd/index.js');
  const wanted = allCrds().filter(({ metadata }) => missing.includes(metadata.name));
  await applyCrds(cluster, wanted, { signal, mayUpgrade: false });
}

const stored: Check = {
  id: 'D011',
  title: 'stored versions',
  area: 'cluster',
  probe: async ({ cluster, signal }) => {
    const old: string[] = [];
    for (const kind of metalKinds) {
      const crd = await cluster.get(CustomResourceDefinition, { name: crdNameOf(kind) }, signal);
      const lost = (crd?.status?.storedVersions ?? []).filter((version) => version !== kind.version);
      if (lost.length > 0) old.push(`${crdNameOf(kind)} (${lost.join(', ')})`);
    }
    if (old.length === 0) return ok('every kind is stored in the version this program knows');
    return {
      verdict: 'failure',
      evidence: `objects are stored in other versions: ${some(old)}`,
      fix: 'write them again in v1alpha1, then take the old version out of status.storedVersions',
    };
  },
};

/** Day-2 kinds as upstream v0.7.0 had them, in the group of the core kinds. */
const oldPlurals = [
  'biossettings',
  'biossettingssets',
  'biosversions',
  'biosversionsets',
  'bmcsettings',
  'bmcsettingssets',
  'bmcversions',
  'bmcversionsets',
  'servermaintenances',
];

const oldGroup: Check = {
  id: 'D012',
  title: 'old day-2 kinds',
  area: 'cluster',
  probe: async ({ cluster, signal }) => {
    const names = oldPlurals.map((plural) => `${plural}.metal.ironcore.dev`);
    const crds = await Promise.all(names.map((name) => cluster.get(CustomResourceDefinition, { name }, signal)));
    const left = names.filter((_, at) => crds[at] !== undefined);
    if (left.length === 0) return ok('none left of the old group');
    const evidence = `never reconciled by metalctl: ${some(left)}`;
    return {
      verdict: 'warning',
      evidence,
      fix: 'write them again in the groups they moved to, then delete these',
      targets: left,
    };
  },
};

export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs?: readonly string[];
}

/** What the API says this user may do in a namespace. */
export async function rulesIn(
  { cluster, signal }: Pick<Patient, 'cluster' | 'signal'>,
  namespace: string,
): Promise<{ rules: Rule[]; isWhole: boolean }> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const spec = { namespace };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec };
  const answer = (await cluster.raw('POST', path, { body, signal })).body as {
    status?: { resourceRules?: Rule[]; incomplete?: boolean };
  };
  return { rules: answer.status?.resourceRules ?? [], isWhole: answer.status?.incomplete !== true };
}

const matches = (list: readonly string[] | undefined, word: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(word));

/** `patch servers/status` for each verb that no rule allows. */
export function missingVerbs(rights: readonly Right[], rules: readonly Rule[]): string[] {
  const missing = rights.flatMap(({ kind, subresource, verbs }) => {
    const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
    return verbs.flatMap((verb) => {
      const isAllowed = rules.some(
        (rule) =>
          (rule.resourceNames ?? []).length === 0 &&
          matches(rule.apiGroups, kind.group) &&
          matches(rule.resources, resource) &&
          matches(rule.verbs, verb),
      );
      return isAllowed ? [] : [`${verb} ${resource}`];
    });
  });
  return [...new Set(missing)];
}

const fails: Readonly<Record<ModeName, string>> = {
  viewer: 'looking at objects fails',
  claimer: 'claim and release fail',
  discoverer: 'discover and onboard fail',
  daemon: 'reconcile fails',
};

const rightsCheck = (id: string, name: ModeName): Check => ({
  id,
  title: `rights of a ${name}`,
  area: 'cluster',
  probe: (patient) => rightsOf(patient, name),
});

async function rightsOf(patient: Patient, name: ModeName): Promise<Finding> {
  const rights = modes.find((mode) => mode.name === name)?.rights ?? [];
  const places = new Map<string, Right[]>();
  for (const right of rights) {
    const place = right.within === 'manager' ? patient.managerNamespace : patient.namespace;
    places.set(place, [...(places.get(place) ?? []), right]);
  }
  const missing: string[] = [];
  let isWhole = true;
  for (const [namespace, wanted] of places) {
    const allowed = await rulesIn(patient, namespace);
    isWhole &&= allowed.isWhole;
    missing.push(...missingVerbs(wanted, allowed.rules));
  }
  if (missing.length === 0) return ok('all of them');
  if (!isWhole) return skipped('the API server does not tell all rules');
  const evidence = `you may not "${missing[0]}"${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}: ${fails[name]}`;
  const isNeeded = patient.role === name;
  const fix = `metalctl install rbac --role ${name}`;
  return isNeeded ? { verdict: 'failure', evidence, fix } : { verdict: 'skipped', evidence: `not yours: ${evidence}` };
}

const controllers: Check = {
  id: 'D030',
  title: 'controllers',
  area: 'cluster',
  probe: async ({ cluster, clock, signal }) => {
    const { items } = await cluster.list(Lease, { signal });
    const live = items.filter(
      (lease) => isControllerLease(lease.metadata.name) && isLive(lease, clock.now().getTime()),
    );
    const holders = live.map(
      ({ metadata, spec }) => `${metadata.namespace}/${metadata.name} held by ${spec?.holderIdentity}`,
    );
    const kinds = new Set(live.map(divisionOf));
    if (kinds.size > 1) {
      const fix = 'stop one of them: two reconcilers fight over power';
      return { verdict: 'failure', evidence: `two operators reconcile: ${holders.join('; ')}`, fix };
    }
    if (live.length > 0) return ok(some(holders));
    return { verdict: 'warning', evidence: 'nobody reconciles', fix: 'metalctl reconcile --watch, or install cronjob' };
  },
};

/** Parts of the same whole are one operator; the whole beside a part, or parts of another number, are two. */
const divisionOf = ({ metadata }: LeaseObject): string =>
  metadata.name.startsWith(`${reconcilerLease}-`)
    ? `1/${metadata.annotations?.[ownAnnotations.shards]}`
    : metadata.name;

/** By its own clock and generously: this only informs. */
export const isLive = ({ spec }: LeaseObject, nowMs: number): boolean =>
  Boolean(spec?.holderIdentity) &&
  nowMs - Date.parse(spec?.renewTime ?? '') < 3 * (spec?.leaseDurationSeconds ?? 15) * 1_000;

export const clusterChecks: readonly Check[] = [
  reachable,
  clockSkew,
  served,
  stored,
  oldGroup,
  rightsCheck('D020', 'viewer'),
  rightsCheck('D021', 'daemon'),
  rightsCheck('D022', 'claimer'),
  rightsCheck('D023', 'discoverer'),
  controllers,
];
