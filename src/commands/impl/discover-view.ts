/** `discover -i`: the sweep as a view; what is selected there is onboarded by the functions `onboard` uses. */
import { isMetalError, UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { toDnsLabel } from '../../lib/template.js';
import type { Chosen, DiscoverEvent, FindingRow } from '../../ui/discover/model.js';
import type { Credential } from '../../workflows/discover/credentials.js';
import type { DiscoverEvent as SweepEvent } from '../../workflows/discover/discover.js';
import { type Finding, placeOf } from '../../workflows/discover/finding.js';
import type { DiscoverReport } from '../../workflows/discover/report.js';
import { nameFindings } from '../../workflows/onboard/names.js';
import { type WriteOutcome, writeOnboarding } from '../../workflows/onboard/onboard.js';
import {
  type OnboardOptions,
  type OnboardPlan,
  planOnboarding,
  planText,
  readLabels,
} from '../../workflows/onboard/plan.js';
import { vendorName } from '../../workflows/vendor-name.js';
import { converse, isAccessible } from './claim-dialogue.js';
import { conclude, type DiscoverRun, keep, rowsOf, sweepOf } from './discover.js';
import { flagCredential } from './discover-credentials.js';
import { startSweep } from './discover-sweep.js';

export async function discoverInView(run: DiscoverRun): Promise<ExitName | undefined> {
  if (!run.isInteractive) {
    throw new UserError('NEEDS_INPUT', 'the discover view needs a terminal', {
      hint: [
        'Leave out -i: the findings are printed.',
        'metalctl onboard --from last --status new   creates what the view would',
      ],
    });
  }
  const given = await flagCredential(run.flags, run.talk);
  const session = new ViewSession(run, given);
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);
  const events = await startSweep({ ...sweepOf(run), signal, given });
  if (isAccessible(run)) return session.converse(events);
  const { runDiscover } = await import('../../ui/discover/run.js');
  const ranges = [...run.flags.cidr, ...run.flags.target].join(' ');
  await runDiscover(
    { ranges, ascii: run.talk.style.ascii },
    (send) => {
      session.feed(events, send).catch((error: Error) => send({ type: 'refused', why: error.message }));
      return () => stop.abort();
    },
    {
      onPreview: (chosen) => session.preview(chosen),
      onCreate: (chosen, tell) => session.create(chosen, tell),
      onStop: () => stop.abort(),
    },
    run.signal,
  );
  stop.abort();
  return session.finish();
}

/** What the view and the command share: the findings, the plan, what was created. */
class ViewSession {
  readonly #run: DiscoverRun;
  readonly #options: OnboardOptions;
  readonly #findings = new Map<string, Finding>();
  readonly #written: WriteOutcome[] = [];
  #plan: OnboardPlan | undefined;
  #report: DiscoverReport | undefined;
  #fed: Promise<void> = Promise.resolve();

  constructor(run: DiscoverRun, given: Credential | undefined) {
    const { flags } = run;
    this.#run = run;
    this.#options = {
      secret: flags.bmcSecret !== undefined ? { use: flags.bmcSecret } : given && { create: given },
      labels: readLabels(flags.label),
      location: flags.location,
      rack: flags.rack,
      power: 'keep',
    };
  }

  feed(events: AsyncIterable<SweepEvent>, send: (event: DiscoverEvent) => void): Promise<void> {
    this.#fed = this.#pump(events, send);
    return this.#fed;
  }

  async #pump(events: AsyncIterable<SweepEvent>, send: (event: DiscoverEvent) => void): Promise<void> {
    for await (const event of events) {
      if (event.type === 'progress')
        send({ type: 'progress', total: event.progress.total, probed: event.progress.probed });
      if (event.type === 'finding') send({ type: 'finding', row: this.#take(event.finding) });
      if (event.type === 'report') {
        this.#report = event.report;
        send({ type: 'swept', rows: event.report.findings.map((finding) => this.#take(finding)) });
      }
    }
  }

  #take(finding: Finding): FindingRow {
    this.#findings.set(placeOf(finding), finding);
    return rowOf(finding, this.#nameOf(finding));
  }

  /** A name that cannot be made is left to the person: `n` gives it one. */
  #nameOf(finding: Finding): string {
    const { nameTemplate, location, rack } = this.#run.flags;
    try {
      return nameFindings([finding], nameTemplate, { location, rack })[0]?.name ?? '';
    } catch (error) {
      if (!isMetalError(error)) throw error;
      return '';
    }
  }

  async preview(chosen: readonly Chosen[]): Promise<string[]> {
    const findings = chosen.flatMap(({ place }) => this.#findings.get(place) ?? []);
    const byHand = new Map(chosen.filter(({ name }) => name !== '').map(({ place, name }) => [place, checked(name)]));
    const { nameTemplate, location, rack } = this.#run.flags;
    const named = nameFindings(findings, nameTemplate, { location, rack }, byHand);
    const plan = await planOnboarding(this.#run.ports.cluster, named, this.#options);
    this.#plan = plan;
    const lines = plan.entries.map(({ name, action, finding, secret, isRunning }) => {
      const what = action === 'unchanged' ? 'unchanged' : secret ? 'BMC + BMCSecret' : 'BMC';
      return `${name}  ${what}  ${placeOf(finding)}${isRunning ? '  CORDONED (it is running)' : ''}`;
    });
    return [`PLAN  ${planText(plan, 'keep')}`, '', ...lines];
  }

  async create(_chosen: readonly Chosen[], tell: (text: string) => void): Promise<void> {
    if (this.#plan === undefined) return;
    await writeOnboarding(this.#run.ports.cluster, this.#plan, (outcome) => {
      this.#written.push(outcome);
      const failure = outcome.outcome === 'failed' ? `  ${outcome.error.message}` : '';
      tell(`bmc/${outcome.entry.name}  ${outcome.outcome}${failure}`);
    });
  }

  /** The sweep first, then the choice, in lines. */
  async converse(events: AsyncIterable<SweepEvent>): Promise<ExitName | undefined> {
    const rows = new Map<string, FindingRow>();
    await this.feed(events, (event) => {
      if (event.type === 'finding') rows.set(event.row.place, event.row);
      if (event.type === 'swept') for (const row of event.rows) rows.set(row.place, row);
    });
    const intents = {
      onPreview: (chosen: readonly Chosen[]) => this.preview(chosen),
      onCreate: (chosen: readonly Chosen[], tell: (text: string) => void) => this.create(chosen, tell),
    };
    const { discoverDialogue } = await import('../../ui/discover/linear.js');
    await converse(this.#run, (dialogue) => discoverDialogue([...rows.values()], intents, dialogue));
    return this.finish();
  }

  /** After the view: the report is kept, the result printed, the command that would do the same named. */
  async finish(): Promise<ExitName | undefined> {
    const { out, talk, program } = this.#run;
    await this.#fed.catch(() => undefined);
    if (this.#report !== undefined) await keep(this.#run, this.#report);
    const created = this.#written.filter(({ outcome }) => outcome === 'created');
    const names = created.map(({ entry }) => `bmc.metal.ironcore.dev/${entry.name}`);
    if (created.length > 0) {
      const report = {
        kind: 'OnboardReport',
        results: created.map(({ entry, outcome }) => ({ bmc: entry.name, outcome })),
      };
      await out.document(report, () => names.map((name) => `${name} created\n`).join(''), names);
      talk.note(
        `same as: ${program} onboard --from last ${created.map(({ entry }) => placeOf(entry.finding)).join(' ')}`,
      );
      return undefined;
    }
    if (this.#report === undefined) return undefined;
    const { findings } = this.#report;
    await out.document({ ...this.#report }, () => rowsOf(findings), findings.map(placeOf));
    conclude(this.#run, this.#report);
    return undefined;
  }
}

/** @throws UserError USAGE */
function checked(name: string): string {
  if (toDnsLabel(name) === name) return name;
  throw new UserError('USAGE', `"${name}" is not a DNS label`);
}

function rowOf(finding: Finding, proposed: string): FindingRow {
  const { status, vendor, model, serial, power, object, systems } = finding;
  const isRunning = systems?.some((system) => system.power !== undefined && system.power !== 'Off') ?? false;
  const barred = barredBy(finding);
  return {
    place: placeOf(finding),
    status,
    vendor: vendorName(vendor),
    model: model ?? '',
    serial: serial ?? '',
    power: power ?? '',
    name: object?.replace(/^bmc\//, '') ?? (barred === undefined ? proposed : ''),
    ...(barred === undefined ? {} : { barred }),
    isRunning,
    details: detailsOf(finding, isRunning),
  };
}

/** Why a row cannot be selected. A moved BMC keeps its object: its address cannot be changed in place. */
function barredBy({ status, why, object }: Finding): string | undefined {
  if (status === 'new') return undefined;
  if (status === 'known') return `is known as ${object}`;
  if (status === 'moved') return `has moved: ${object} names another address, which cannot be changed in place`;
  return `cannot be onboarded: ${why ?? status}`;
}

function detailsOf(finding: Finding, isRunning: boolean): string[] {
  const { redfish, serviceUUID, fingerprint, trust, credential, why, systems } = finding;
  const identity = [
    placeOf(finding),
    redfish && `Redfish ${redfish}`,
    systems?.[0]?.uuid ? `uuid ${systems[0].uuid}` : serviceUUID && `service ${serviceUUID}`,
    fingerprint && `cert sha256 ${fingerprint.slice(0, 8)}… (${trust ?? 'not trusted'})`,
  ];
  const state = why ?? (isRunning && finding.status === 'new' ? 'running: it will be cordoned, not rebooted' : '');
  const login = credential ? `login with ${credential}` : 'no login was made';
  return [identity.filter(Boolean).join('  '), [state, login].filter(Boolean).join('   ')];
}
