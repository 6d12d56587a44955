/** Runs the checks of the areas asked for, prints them, and carries out the repairs that were named. */
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { isMetalError, UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { Ports } from '../../wiring.js';
import { type BmcPatient, bmcChecks, networkChecks } from '../../workflows/doctor/bmc.js';
import { bootChecks } from '../../workflows/doctor/boot.js';
import {
  type Area,
  type Check,
  examine,
  type Finding,
  type Patient,
  type Result,
} from '../../workflows/doctor/check.js';
import { clusterChecks } from '../../workflows/doctor/cluster.js';
import { objectChecks } from '../../workflows/doctor/objects.js';
import type { ModeName } from '../../workflows/install/modes.js';
import { printResults } from './doctor-print.js';
import { reach } from './doctor-reach.js';
import { toolChecks } from './doctor-tools.js';
import { bmcKind } from './kit/kinds.js';
import { accessOfBmc } from './kit/machine.js';
import { missing } from './kit/missing.js';
import type { AnyRun } from './kit/run.js';

export interface DoctorWish {
  readonly areas: readonly Area[];
  readonly bmcs: readonly string[];
  readonly allBmcs: boolean;
  readonly fix: readonly string[];
  readonly role: ModeName;
  readonly managerNamespace: string;
}

type DoctorRun = AnyRun & { readonly ports: Pick<Ports, 'clock'> };

export async function runDoctor(run: DoctorRun, wish: DoctorWish): Promise<ExitName | undefined> {
  const checks = await checksOf(run, wish);
  requireKnown(wish.fix, checks);
  // Tools can be checked where no cluster is known.
  const patient = wish.areas.some((area) => area !== 'tools') ? await patientOf(run, wish) : nobody;
  const progress = run.talk.progress('doctor');
  const results = await examine(checks, patient, ({ id, title }) => progress.update({ target: id, text: title }));
  progress.done();
  const final = wish.fix.length === 0 ? results : await repair(run, wish.fix, results, checks, patient);
  await printResults(run, final);
  return final.some(({ verdict }) => verdict === 'failure') ? 'CHECKS_FAILED' : undefined;
}

async function checksOf(run: DoctorRun, wish: DoctorWish): Promise<readonly Check[]> {
  const inArea: Readonly<Record<Area, () => Promise<readonly Check[]>>> = {
    cluster: async () => [...clusterChecks, ...objectChecks],
    network: async () => [...networkChecks, ...bootChecks],
    bmc: async () => bmcChecks(await bmcPatients(run, wish)),
    tools: async () => toolChecks,
  };
  const checks: Check[] = [];
  for (const area of wish.areas) checks.push(...(await inArea[area]()));
  return checks;
}

/** @throws UserError NOT_FOUND for a BMC that was named and is not there */
async function bmcPatients(run: DoctorRun, { bmcs: names, allBmcs }: DoctorWish): Promise<BmcPatient[]> {
  const cluster = await run.open('cluster');
  const found: BMC[] = allBmcs ? (await cluster.list(bmcKind, { signal: run.signal })).items : [];
  for (const name of allBmcs ? [] : names) {
    const bmc = await cluster.get(bmcKind, { name }, run.signal);
    if (bmc === undefined) throw await missing(cluster, bmcKind, { name }, run.signal);
    found.push(bmc);
  }
  const factory = await run.open('bmc');
  return found.map((bmc) => ({
    name: bmc.metadata.name,
    access: () => accessOfBmc(run, bmc),
    open: (access) => factory.open(access),
  }));
}

async function patientOf(run: DoctorRun, { role, managerNamespace }: DoctorWish): Promise<Patient> {
  return {
    cluster: await run.open('cluster'),
    clock: run.ports.clock,
    signal: run.signal,
    managerNamespace,
    namespace: await run.namespace(),
    role,
    identification: () => run.open('identification'),
    reach,
  };
}

/** For checks that look at this machine alone. */
const nobody = { signal: new AbortController().signal } as unknown as Patient;

/** @throws UserError USAGE */
function requireKnown(ids: readonly string[], checks: readonly Check[]): void {
  const unknown = ids.find((id) => id !== 'all' && !checks.some((check) => check.id === id.toUpperCase()));
  if (unknown === undefined) return;
  throw new UserError('USAGE', `--fix ${unknown} is no check of this run`, {
    hint: `checks: ${checks.map(({ id }) => id).join(', ')}`,
  });
}

/** Shows every repair before it is made; what was repaired is looked at again. */
async function repair(
  run: DoctorRun,
  ids: readonly string[],
  results: readonly Result[],
  checks: readonly Check[],
  patient: Patient,
): Promise<Result[]> {
  const wanted = new Set(ids.map((id) => id.toUpperCase()));
  const final: Result[] = [];
  for (const result of results) {
    const isWanted = wanted.has(result.id) || wanted.has('ALL');
    if (!isWanted || result.repair === undefined) {
      if (wanted.has(result.id) && result.verdict !== 'ok')
        run.talk.warn(`${result.id} has no harmless repair: ${result.fix ?? result.evidence}`);
      final.push(result);
      continue;
    }
    run.talk.note(`${result.id}: ${result.repair.what}`);
    await result.repair.run();
    const check = checks.filter(({ id }) => id === result.id);
    final.push(...(await examineOnce(check, patient, result)));
  }
  return final;
}

async function examineOnce(check: readonly Check[], patient: Patient, before: Result): Promise<Result[]> {
  try {
    return await examine(check, patient);
  } catch (error) {
    if (!isMetalError(error)) throw error;
    const finding: Finding = { verdict: 'failure', evidence: error.message };
    return [{ ...before, ...finding }];
  }
}
