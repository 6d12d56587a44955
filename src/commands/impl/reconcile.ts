/** Body of `reconcile`: builds the ports, takes the lease, runs a pass or the loop, reports. */
import { UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import type { Log } from '../../ports/log.js';
import type { Probes } from '../../ports/probes.js';
import {
  inShard,
  type RunnerOptions,
  type RunnerPorts,
  registrationsIn,
  type Settings,
  shardOf,
} from '../../reconcile/index.js';
import { createLog } from '../../wiring/log.js';
import { refuseBesideUpstream } from '../../workflows/driver.js';
import { cryptoIds, deafProbes } from '../../workflows/runner-ports.js';
import { leaseOfShard, refuseBesideOtherShards } from '../../workflows/shards.js';
import type { reconcileCommand } from '../reconcile.js';
import { placeOf } from './kit/place.js';
import type { Run } from './kit/run.js';
import { registrationsOf, scopeOf, settingsOf } from './reconcile-settings.js';

export type ReconcileRun = Run<typeof reconcileCommand>;

export default async function (run: ReconcileRun): Promise<ExitName | undefined> {
  const { once, watch } = run.flags;
  if (once === watch) {
    throw new UserError('USAGE', once ? '--once and --watch exclude each other' : 'reconcile needs --once or --watch', {
      why: 'a pass drives hardware, and a loop keeps doing so',
      hint: ['metalctl reconcile --once', 'metalctl reconcile --watch'],
    });
  }
  if (watch) refuseFlagsOfPasses(run);
  const settings = await settingsOf(run.flags, run.globals);
  if (run.globals.plan) return (await import('./plan.js')).planPass(run, settings);
  if (watch) return (await import('./reconcile-watch.js')).reconcileWatch(run, settings);
  return (await import('./reconcile-once.js')).reconcilePass(run, settings);
}

/** @throws UserError USAGE for what only the end of a pass could give */
function refuseFlagsOfPasses({ flags }: ReconcileRun): void {
  const ofPasses = Object.entries({ '--metrics-file': flags.metricsFile, '--fail-on': flags.failOn });
  const idle = ofPasses.find(([, value]) => value !== undefined)?.[0];
  if (idle === undefined) return;
  throw new UserError('USAGE', `${idle} is about the end of a pass, and --watch has none`, {
    hint: ['--metrics-address HOST:PORT   serves the metrics of a daemon', 'metalctl reconcile --once'],
  });
}

/** The ports of a runner; the registry only where probes may report to this process. Every line of its log names the run. */
export function runnerPorts(run: ReconcileRun, runId: string, probes: Probes = deafProbes): RunnerPorts {
  const { cluster, bmc, shells, events, clock } = run.ports;
  const plain = logOf(run);
  const log: Log = { log: (level, message, fields) => plain.log(level, message, { ...fields, run: runId }) };
  return { cluster, bmcs: bmc, shells, probes, events, clock, log, ids: cryptoIds, random: Math.random };
}

/** A daemon tells one line per change without being asked, as JSON where no person reads along. */
function logOf(run: ReconcileRun): Log {
  const { clock, log } = run.ports;
  const { verbose, logLevel, logFormat, quiet } = run.globals;
  if (!run.flags.watch || quiet || verbose > 0 || logLevel !== undefined) return log;
  const form = process.stderr.isTTY ? logFormat : 'json';
  return createLog({ level: 'info', form, clock, write: (line) => void process.stderr.write(line) });
}

/** What a run does of the whole: its reconcilers, its objects, and its lease. @throws UserError USAGE */
export function workOf({ args, flags, ports, signal }: ReconcileRun, settings: Settings) {
  const shard = flags.shard === undefined ? undefined : shardOf(flags.shard);
  const registrations = registrationsOf(flags);
  const named = scopeOf(args.targets, flags.selector);
  const part = shard && inShard(shard);
  const inScope: RunnerOptions['inScope'] = (kind, object, store) =>
    (named?.(kind, object) ?? true) && (part?.(kind, object, store) ?? true);
  const { name, annotations } = leaseOfShard(shard);
  return {
    registrations: shard === undefined ? registrations : registrationsIn(shard, registrations),
    ...(named === undefined && part === undefined ? {} : { inScope }),
    lease: {
      name: flags.lease ?? name,
      namespace: settings.managerNamespace,
      identity: settings.instance,
      ...(annotations && { annotations }),
    },
    // Who names a lease has divided the work otherwise.
    alone: async () => {
      if (flags.lease === undefined) await refuseBesideOtherShards(ports, settings.managerNamespace, shard, signal);
    },
  };
}

/** @throws ConflictError LEASE_HELD beside upstream's operator */
export async function besideNobody(run: ReconcileRun): Promise<void> {
  if (run.flags.upstreamCompat ?? true) await refuseBesideUpstream(run.ports, run.signal);
}

/** Serves the probe registry. @throws UserError PORT_IN_USE · USAGE */
export async function serveRegistry(run: ReconcileRun) {
  const { registryAddress, registryOpen, registryUrl } = run.flags;
  const place = placeOf('--registry-address', registryAddress);
  const isOpen = registryOpen ? { isOpen: true } : {};
  return run.serveRegistry({ ...place, ...isOpen, ...(registryUrl === undefined ? {} : { publicUrl: registryUrl }) });
}
