/**
 * `--plan` of a command that changes things: its own body runs on recording ports, then the reconcilers on the same ones
 * for whatever it touched and whatever they touch in turn. Objects and BMCs are read live; nothing is written or told.
 */
import type { ExitName } from '../../../errors/exit.js';
import { defaultSettings, type RunnerPorts, reconcileOnce, reconcilers } from '../../../reconcile/index.js';
import { type PlanStep, recordingPorts } from '../../../reconcile/plan/index.js';
import type { Ports } from '../../../wiring.js';
import { cryptoIds, deafProbes } from '../../../workflows/runner-ports.js';
import { printPlan } from '../plan.js';
import type { Out } from './out.js';
import type { Body, Run } from './run.js';
import { touchedBy } from './touched.js';

const deadlineMs = 60_000;
const maxPasses = 20;

/** Prints the steps instead of what the command prints; what it refuses, it refuses. */
export async function planned(run: Run<unknown>, body: Body): Promise<ExitName | undefined> {
  const steps: PlanStep[] = [];
  const live = await portsOf(run);
  const recording = recordingPorts(live, (step) => void steps.push(step));
  await body(onPorts(run, live.cluster, recording));
  const { report } = await reconcileOnce(recording, {
    registrations: reconcilers,
    settings: defaultSettings,
    inScope: touchedBy([], steps),
    settle: false,
    maxPasses,
    deadlineMs,
    signal: run.signal,
  });
  return printPlan(run, { steps, report });
}

async function portsOf(run: Run<unknown>): Promise<RunnerPorts> {
  const [cluster, bmcs, shells, events, clock, log] = await Promise.all([
    run.open('cluster'),
    run.open('bmc'),
    run.open('shells'),
    run.open('events'),
    run.open('clock'),
    run.open('log'),
  ]);
  return { cluster, bmcs, shells, events, clock, log, probes: deafProbes, ids: cryptoIds, random: Math.random };
}

/** The run as the body sees it: recording ports, nobody to ask, nothing to wait for, and nothing printed. */
function onPorts(run: Run<unknown>, live: RunnerPorts['cluster'], recording: RunnerPorts): Run<unknown> {
  const instead: Readonly<Record<string, unknown>> = {
    // What commands ask beyond the port (discovery, versions) only reads.
    cluster: { ...live, ...recording.cluster },
    bmc: recording.bmcs,
    shells: recording.shells,
    events: recording.events,
    clock: recording.clock,
    log: recording.log,
  };
  const ports = Object.fromEntries(Object.entries(run.ports).map(([name, port]) => [name, instead[name] ?? port]));
  const open = async (name: keyof Ports): Promise<unknown> => instead[name] ?? run.open(name);
  return {
    ...run,
    ports,
    open: open as Run<unknown>['open'],
    flags: { ...(run.flags as object), wait: undefined, atomic: false },
    globals: { ...run.globals, plan: false, interactive: false },
    isInteractive: false,
    confirm: async () => undefined,
    out: mute(run.out),
    talk: { ...run.talk, note: () => undefined, hint: () => undefined },
  } as unknown as Run<unknown>;
}

const nothing = async (): Promise<void> => undefined;
const mute = (out: Out): Out => ({
  ...out,
  objects: nothing,
  changes: nothing,
  document: nothing,
  value: nothing,
  text: nothing,
  rows: nothing,
  redraw: nothing,
  pages: nothing,
  event: nothing,
});
