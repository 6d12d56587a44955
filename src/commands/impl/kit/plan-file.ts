/**
 * A plan in a file: the manifests it was made for, its steps, and the versions of all that it rests on. `apply PLANFILE`
 * does what it says, or, when something of that has changed since, nothing at all.
 */
import { readFile } from 'node:fs/promises';
import { apiVersionOf, type KubeObject, keyText } from '../../../api/kind.js';
import { Namespace } from '../../../api/kubernetes.js';
import { ConflictError, isMetalError, UserError } from '../../../errors/classes.js';
import { formatAge } from '../../../lib/duration.js';
import { writeWhole } from '../../../lib/whole-file.js';
import type { Basis, PlanStep } from '../../../reconcile/plan/index.js';
import { bmcPlace } from './bmc-places.js';
import { comparable, differences } from './difference.js';
import type { AnyRun } from './run.js';
import { resolved, type Wanted } from './wanted.js';

/** A resource of a BMC that a step of the plan would write, as it was. */
export interface SeenResource {
  readonly bmc: string;
  readonly uri: string;
  readonly etag: string;
}

export interface PlanFile {
  readonly apiVersion: 'cli.metalctl.dev/v1';
  readonly kind: 'Plan';
  readonly madeAt: string;
  /** UID of the cluster's kube-system: the same names may exist elsewhere. */
  readonly cluster?: string;
  /** Files of `-f`, to make it again. */
  readonly files: readonly string[];
  readonly manifests: readonly KubeObject[];
  readonly steps: readonly PlanStep[];
  readonly unknown: readonly { readonly kind: string; readonly name: string; readonly message: string }[];
  readonly restsOn: readonly Basis[];
  readonly resources: readonly SeenResource[];
}

const header = { apiVersion: 'cli.metalctl.dev/v1', kind: 'Plan' } as const;

/** Secrets have no place in it. @throws UserError USAGE */
export function requireNoSecrets(wanted: readonly Wanted[]): void {
  const secret = wanted.find(({ kind }) => kind.kind === 'Secret' || kind.kind === 'BMCSecret');
  if (secret === undefined) return;
  throw new UserError('USAGE', `a plan keeps no secrets, and ${nameOf(secret)} is one`, {
    why: 'what is in the file may be read by whoever gets it',
    hint: ['metalctl apply -f FILE   the secret, by itself', 'metalctl plan -f FILE --out PLANFILE   then the rest'],
  });
}

/** Writes the file, readable by its owner alone. */
export async function keepPlan(
  run: AnyRun,
  path: string,
  plan: Pick<PlanFile, 'files' | 'steps' | 'unknown' | 'restsOn'> & {
    readonly wanted: readonly Wanted[];
    readonly now: Date;
  },
): Promise<void> {
  const { wanted, files, steps, unknown, restsOn, now } = plan;
  const cluster = await clusterOf(run);
  const file: PlanFile = {
    ...header,
    madeAt: now.toISOString(),
    ...(cluster && { cluster }),
    files,
    manifests: wanted.map(({ kind, object }) => ({ ...object, apiVersion: apiVersionOf(kind), kind: kind.kind })),
    steps,
    unknown,
    restsOn,
    resources: await resourcesOf(run, steps),
  };
  await writeWhole(path, `${JSON.stringify(file, null, 2)}\n`);
}

async function clusterOf(run: AnyRun): Promise<string | undefined> {
  try {
    const cluster = await run.open('cluster');
    return (await cluster.get(Namespace, { name: 'kube-system' }, run.signal))?.metadata.uid;
  } catch (error) {
    if (isMetalError(error) && error.code === 'API_FORBIDDEN') return undefined;
    throw error;
  }
}

/** ETags of what BMCs would be asked to change; a BMC that gives none has none here. */
async function resourcesOf(run: AnyRun, steps: readonly PlanStep[]): Promise<SeenResource[]> {
  const places = new Map<string, { bmc: string; uri: string }>();
  for (const step of steps)
    if (step.to === 'bmc' && step.uri !== undefined)
      places.set(`${step.bmc} ${step.uri}`, { bmc: step.bmc, uri: step.uri });
  const found: SeenResource[] = [];
  for (const place of places.values()) {
    const etag = await etagOf(run, place);
    if (etag !== undefined) found.push({ ...place, etag });
  }
  return found;
}

/** Undefined where the object of the BMC is itself only planned. */
async function etagOf(run: AnyRun, { bmc, uri }: { bmc: string; uri: string }): Promise<string | undefined> {
  try {
    const place = await bmcPlace(run, bmc.startsWith('server:') ? `server/${bmc.slice(7)}` : `bmc/${bmc}`);
    const answer = await place.bmc.raw({ method: 'GET', path: uri });
    return answer.etag;
  } catch (error) {
    if (isMetalError(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID */
export async function readPlan(path: string): Promise<PlanFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserError('FILE_NOT_FOUND', `${path} cannot be read`, { cause });
  });
  const file = parsed(text);
  if (file?.kind === 'Plan' && [file.manifests, file.restsOn, file.resources, file.files].every(Array.isArray))
    return file as PlanFile;
  throw new UserError('MANIFEST_INVALID', `${path} is no plan`, {
    hint: ['metalctl plan -f FILE --out PLANFILE', 'metalctl apply -f FILE   for a manifest'],
  });
}

function parsed(text: string): Partial<PlanFile> | undefined {
  try {
    return JSON.parse(text) as Partial<PlanFile>;
  } catch {
    return undefined;
  }
}

/**
 * The manifests of a plan that still fits, each bound to the version it was planned on; or as they are, when all of them
 * are in effect already. @throws ConflictError PLAN_STALE
 */
export async function fitting(run: AnyRun, plan: PlanFile, path: string): Promise<Wanted[]> {
  const manifests = plan.manifests.map((object, at) => ({ object, source: `${path}#${at + 1}` }));
  const wanted = await resolved(run, manifests);
  const why = await staleness(run, plan);
  if (why === undefined) return wanted.map((each) => bound(each, plan.restsOn));
  if (await areInEffect(run, wanted)) return wanted;
  throw new ConflictError('PLAN_STALE', 'the plan no longer fits', {
    why,
    hint: `metalctl plan ${plan.files.map((file) => `-f ${file}`).join(' ')} --out ${path}`,
  });
}

/** What has changed since, in a sentence. */
async function staleness(run: AnyRun, plan: PlanFile): Promise<string | undefined> {
  const here = await clusterOf(run);
  if (here !== undefined && plan.cluster !== undefined && here !== plan.cluster)
    return 'it was made for another cluster';
  for (const each of plan.restsOn) {
    const why = await changeOf(run, each);
    if (why !== undefined) return why;
  }
  for (const { bmc, uri, etag } of plan.resources) {
    const now = await etagOf(run, { bmc, uri });
    if (now !== etag) return `${uri} of bmc/${bmc} changed since the plan (ETag ${etag} -> ${now ?? 'none'})`;
  }
  return undefined;
}

async function changeOf(run: AnyRun, { apiVersion, kind, name, resourceVersion }: Basis): Promise<string | undefined> {
  const cluster = await run.open('cluster');
  const [plain = '', namespace] = name.split('/').reverse();
  const metadata = { name: plain, ...(namespace && { namespace }) };
  const [found] = await resolved(run, [{ object: { apiVersion, kind, metadata }, source: name }]);
  const now = found && (await cluster.get(found.kind, found.key, run.signal));
  const version = now?.metadata.resourceVersion;
  if (version === resourceVersion) return undefined;
  const object = `${kind.toLowerCase()}/${name}`;
  if (now === undefined) return `${object} is gone since the plan`;
  if (resourceVersion === undefined) return `${object} was made since the plan${await lastWriter(run, now)}`;
  return `${object} changed since the plan (resourceVersion ${resourceVersion} -> ${version}${await lastWriter(run, now)})`;
}

/** `: kubectl, 2m ago`, as the API server remembers it. */
async function lastWriter(run: AnyRun, { metadata }: KubeObject): Promise<string> {
  const { managedFields = [] } = metadata as { managedFields?: readonly { manager?: string; time?: string }[] };
  const [last] = [...managedFields].sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''));
  if (last?.manager === undefined || last.time === undefined) return '';
  const ms = (await run.open('clock')).now().getTime() - Date.parse(last.time);
  return `: ${last.manager}, ${formatAge(Math.max(0, ms))} ago`;
}

/** Applied on the version it was planned on: between our look and the write nobody else may write. */
function bound(wanted: Wanted, restsOn: readonly Basis[]): Wanted {
  const { kind, key, object } = wanted;
  const basis = restsOn.find((each) => each.kind === kind.kind && each.name === keyText(key));
  if (basis?.resourceVersion === undefined) return wanted;
  const { resourceVersion } = basis;
  return { ...wanted, object: { ...object, metadata: { ...object.metadata, resourceVersion } } };
}

/** Whether applying would change nothing: then the plan was carried out, by us or by others. */
async function areInEffect(run: AnyRun, wanted: readonly Wanted[]): Promise<boolean> {
  const cluster = await run.open('cluster');
  for (const { kind, key, object } of wanted) {
    const before = await cluster.get(kind, key, run.signal);
    if (before === undefined) return false;
    const after = await cluster.patch(kind, key, object, 'apply', { dryRun: true, signal: run.signal });
    if (differences(comparable(before), comparable(after)).length > 0) return false;
  }
  return true;
}

const nameOf = ({ kind, key }: Wanted): string => `${kind.singular}/${keyText(key)}`;
