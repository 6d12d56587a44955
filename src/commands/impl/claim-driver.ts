/** The driver of a command that waits: chosen by `--driver`, said on stderr, with a probe registry where one is needed. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { UserError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import type { Probes } from '../../ports/probes.js';
import { defaultSettings, type RunnerPorts, type Settings } from '../../reconcile/index.js';
import {
  chooseDriver,
  type Driver,
  type DriverMode,
  type LiveController,
  localDriver,
  watchingDriver,
} from '../../workflows/driver.js';
import { cryptoIds, deafProbes } from '../../workflows/runner-ports.js';
import type { AnyRun } from './kit/run.js';

export interface DriverWish {
  readonly mode: DriverMode;
  readonly takeOver: boolean;
  /** Whether the command waits at all: otherwise nobody drives. */
  readonly waits: boolean;
  readonly settings?: Partial<Settings>;
  /** Where a local driver serves the registry for discoveries; absent serves none. */
  readonly registry?: { readonly address: string; readonly url?: string | undefined };
}

export interface OpenDriver {
  readonly driver: Driver;
  /** Who is to do the work, where the cluster drives and its lease was seen. */
  readonly live?: LiveController;
  close(): Promise<void>;
}

/** Chooses and builds the driver. Its ports are opened only when it is the local one. */
export async function openDriver(
  run: AnyRun,
  ports: { readonly cluster: Cluster; readonly clock: Clock },
  wish: DriverWish,
): Promise<OpenDriver> {
  if (!wish.waits) return { driver: watchingDriver('none'), close: async () => undefined };
  const closers: (() => Promise<void>)[] = [];
  const makeLocal = async (): Promise<Driver> => {
    const registry = wish.registry && (await serveRegistry(run, wish.registry));
    if (registry !== undefined) closers.push(() => registry.close());
    const own = { instance: `${hostname()}_${randomUUID()}`, verifiesTls: !run.globals.bmcInsecureSkipTlsVerify };
    const settings = { ...defaultSettings, ...own, ...wish.settings };
    return localDriver(await runnerPorts(run, ports, registry), settings);
  };
  const choice = { mode: wish.mode, takeOver: wish.takeOver, signal: run.signal };
  const { driver, note, live } = await chooseDriver(ports, makeLocal, choice);
  if (note !== undefined) run.talk.note(note);
  return {
    driver,
    ...(live === undefined ? {} : { live }),
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

async function runnerPorts(
  run: AnyRun,
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
  probes: Probes = deafProbes,
): Promise<RunnerPorts> {
  const [bmcs, shells, events, log] = await Promise.all([
    run.open('bmc'),
    run.open('shells'),
    run.open('events'),
    run.open('log'),
  ]);
  return { cluster, bmcs, shells, probes, events, clock, log, ids: cryptoIds, random: Math.random };
}

/** @throws UserError USAGE */
async function serveRegistry(run: AnyRun, { address, url }: NonNullable<DriverWish['registry']>) {
  const [, host = '', port = ''] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(address) ?? [];
  if (host === '' || Number(port) > 65_535) {
    throw new UserError('USAGE', `--registry-address ${address} is not HOST:PORT`, {
      hint: '--registry-address 127.0.0.1:10000',
    });
  }
  return run.serveRegistry({ host, port: Number(port), ...(url === undefined ? {} : { publicUrl: url }) });
}
