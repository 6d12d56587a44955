/** Checks of the objects: references that lead nowhere, deletions that do not end, and states that wait for a person. */
import { type KindDef, type KubeObject, keyOf, keyText } from '../../api/kind.js';
import {
  annotations,
  BMC,
  BMCSecret,
  internalType,
  metalKinds,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import { moveMark } from '../move/identity.js';
import { type Check, type Finding, ok, type Patient, some } from './check.js';

const all = async <T extends KubeObject>({ cluster, signal }: Patient, kind: KindDef<T>): Promise<readonly T[]> =>
  (await cluster.list(kind, { signal })).items;

const namesOf = (objects: readonly KubeObject[]): ReadonlySet<string> =>
  new Set(objects.map((object) => keyText(keyOf(object))));

const lostClaims: Check = {
  id: 'D031',
  title: 'claims of servers',
  area: 'cluster',
  probe: async (patient) => {
    const claims = namesOf(await all(patient, ServerClaim));
    const lost = (await all(patient, Server)).filter(({ spec, status }) => {
      const ref = spec?.serverClaimRef;
      return ref !== undefined && status?.state !== 'Released' && !claims.has(`${ref.namespace}/${ref.name}`);
    });
    if (lost.length === 0) return ok('every reserved server has its claim');
    const told = lost.map(
      ({ metadata, spec }) =>
        `server/${metadata.name} is reserved for ${spec?.serverClaimRef?.namespace}/${spec?.serverClaimRef?.name}`,
    );
    // Not repaired here: the reconciler powers the machine off first.
    return about(
      lost,
      Server,
      'warning',
      `${some(told)}, which does not exist`,
      'metalctl reconcile --once   powers off, then offers again',
    );
  },
};

/** A check for objects that name what is not there. */
const dangling = <T extends KubeObject>(
  head: Pick<Check, 'id' | 'title'>,
  kind: KindDef<T>,
  find: (patient: Patient) => Promise<readonly T[]>,
  told: { readonly verdict: 'warning' | 'failure'; readonly none: string; readonly some: string; readonly fix: string },
): Check => ({
  ...head,
  area: 'cluster',
  probe: async (patient) => {
    const lost = await find(patient);
    if (lost.length === 0) return ok(told.none);
    return about(lost, kind, told.verdict, `${some(lost.map(nameOf))} ${told.some}`, told.fix);
  },
});

const lostBmcs = dangling(
  { id: 'D032', title: 'BMCs of servers' },
  Server,
  async (patient) => {
    const bmcs = namesOf(await all(patient, BMC));
    return (await all(patient, Server)).filter(({ spec }) => spec?.bmcRef?.name && !bmcs.has(spec.bmcRef.name));
  },
  {
    verdict: 'failure',
    none: 'every server has its BMC',
    some: 'name a BMC that does not exist',
    fix: 'metalctl onboard, or delete them',
  },
);

const lostSecrets = dangling(
  { id: 'D033', title: 'credentials of BMCs' },
  BMC,
  async (patient) => {
    const secrets = namesOf(await all(patient, BMCSecret));
    return (await all(patient, BMC)).filter(({ spec }) => !secrets.has(spec?.bmcSecretRef.name ?? ''));
  },
  {
    verdict: 'failure',
    none: 'every BMC has its BMCSecret',
    some: 'name a BMCSecret that does not exist',
    fix: 'kubectl create one under that name',
  },
);

const orphans: Check = {
  id: 'D034',
  title: 'boot configurations',
  area: 'cluster',
  probe: async (patient) => {
    const servers = await all(patient, Server);
    const known = namesOf(servers);
    const lost = (await all(patient, ServerBootConfiguration)).filter(
      ({ spec }) => !known.has(spec?.serverRef.name ?? ''),
    );
    if (lost.length === 0) return ok('every boot configuration has its server');
    // Those of discoveries are made anew when they are needed; a claim's belong to their owner.
    const ours = lost.filter(({ metadata }) => metadata.annotations?.[annotations.type] === internalType);
    const finding = about(
      lost,
      ServerBootConfiguration,
      'warning',
      `${some(lost.map(nameOf))} boot a server that does not exist`,
      'metalctl doctor --fix D034',
    );
    if (ours.length === 0) return { ...finding, fix: 'metalctl delete them, or release their claims' };
    return {
      ...finding,
      repair: { what: `delete ${ours.length} left over from discoveries`, run: () => removeAll(patient, ours) },
    };
  },
};

async function removeAll({ cluster, signal }: Patient, objects: readonly ServerBootConfiguration[]): Promise<void> {
  for (const object of objects) {
    const { uid } = object.metadata;
    await cluster.delete(ServerBootConfiguration, keyOf(object), { signal, ...(uid === undefined ? {} : { uid }) });
  }
}

const claimless = dangling(
  { id: 'D037', title: 'claims of boot configurations' },
  ServerBootConfiguration,
  async (patient) => {
    const claims = namesOf(await all(patient, ServerClaim));
    const used = new Set(
      (await all(patient, Server)).flatMap(({ spec }) => {
        const ref = spec?.bootConfigurationRef;
        return ref === undefined ? [] : [`${ref.namespace}/${ref.name}`];
      }),
    );
    return (await all(patient, ServerBootConfiguration)).filter(({ metadata }) => {
      const key = keyText(keyOf({ metadata }));
      return metadata.annotations?.[annotations.type] !== internalType && !claims.has(key) && !used.has(key);
    });
  },
  {
    verdict: 'warning',
    none: 'every boot configuration has its claim, or a server that boots it',
    some: 'belong to no claim, and no server boots them',
    fix: 'metalctl delete serverbootconfiguration NAME',
  },
);

const halfCopied: Check = {
  id: 'D038',
  title: 'moves and restores',
  area: 'cluster',
  probe: async (patient) => {
    const left: string[] = [];
    for (const kind of metalKinds.filter((each) => each !== BMCSecret))
      for (const object of await all(patient, kind as KindDef))
        if (object.metadata.annotations?.[moveMark] !== undefined)
          left.push(`${kind.singular}/${keyText(keyOf(object))}`);
    if (left.length === 0) return ok('none is half done');
    return {
      verdict: 'warning',
      evidence: `copied and not handed over, so nothing reconciles them: ${some(left)}`,
      fix: 'metalctl move --resume FILE, or the same metalctl restore again',
      targets: left,
    };
  },
};

const stuckMs = 10 * 60_000;

const deletions: Check = {
  id: 'D035',
  title: 'deletions',
  area: 'cluster',
  probe: async (patient) => {
    const nowMs = patient.clock.now().getTime();
    const stuck: string[] = [];
    for (const kind of metalKinds.filter((each) => each !== BMCSecret)) {
      for (const { metadata } of await all(patient, kind as KindDef)) {
        const since = Date.parse(metadata.deletionTimestamp ?? '');
        if (nowMs - since > stuckMs)
          stuck.push(`${kind.singular}/${metadata.name} (${(metadata.finalizers ?? []).join(', ')})`);
      }
    }
    if (stuck.length === 0) return ok('none is held up');
    return {
      verdict: 'warning',
      evidence: `for more than 10m: ${some(stuck)}`,
      fix: 'metalctl reconcile --once   takes finalizers off; metalctl why tells what holds them',
    };
  },
};

const errors: Check = {
  id: 'D036',
  title: 'states',
  area: 'cluster',
  probe: async (patient) => {
    const servers = (await all(patient, Server)).filter(({ status }) => status?.state === 'Error');
    const bmcs = (await all(patient, BMC)).filter(({ status }) => status?.state === 'Error');
    const bad = [...servers.map((each) => `server/${nameOf(each)}`), ...bmcs.map((each) => `bmc/${nameOf(each)}`)];
    if (bad.length === 0) return ok('none in Error');
    return { verdict: 'warning', evidence: `in Error: ${some(bad)}`, fix: `metalctl why ${bad[0]}`, targets: bad };
  },
};

const nameOf = ({ metadata }: KubeObject): string => metadata.name;

const about = (
  objects: readonly KubeObject[],
  kind: KindDef,
  verdict: 'warning' | 'failure',
  evidence: string,
  fix: string,
): Finding => ({
  verdict,
  evidence,
  fix,
  targets: objects.map((object) => `${kind.singular}/${keyText(keyOf(object))}`),
});

export const objectChecks: readonly Check[] = [
  lostClaims,
  lostBmcs,
  lostSecrets,
  orphans,
  deletions,
  errors,
  claimless,
  halfCopied,
];
