/** The sweep behind the discover view; what is selected there is onboarded by the functions `onboard` uses. */
import { isMetalError, UserError } from '../../errors/classes.js';
import type { ExitName } from '../../errors/exit.js';
import { eitherSignal } from '../../lib/either-signal.js';
import type { Secret } from '../../lib/secret.js';
import type { Chosen, DiscoverEvent, FindingRow, Interrupted, Planned } from '../../ui/discover/state.js';
import type { Credential } from '../../workflows/discover/credentials.js';
import type { DiscoverEvent as SweepEvent } from '../../workflows/discover/discover.js';
import { type Finding, placeOf } from '../../workflows/discover/finding.js';
import type { DiscoverReport } from '../../workflows/discover/report.js';
import { nameFindings } from '../../workflows/onboard/names.js';
import { type WriteOutcome, writeOnboarding } from '../../workflows/onboard/onboard.js';
import { type OnboardOptions, type OnboardPlan, readLabels } from '../../workflows/onboard/plan.js';
import { commandOf } from './discover-command.js';
import { accountWords, flagCredential } from './discover-credentials.js';
import { leftLines } from './discover-left.js';
import { withFoundPlaces } from './discover-places.js';
import { groupsOf, namesOf, type PlanFacts, planChosen } from './discover-plan.js';
import { checkStatuses, conclude, type DiscoverRun, keep, rowsOf, sweepOf } from './discover-report.js';
import { isUnread, rowOf } from './discover-rows.js';
import { readReport, writeReport } from './discover-store.js';
import { startSweep } from './discover-sweep.js';
import { troublesOf } from './discover-troubles.js';

/** Reads the account and the report to go on with, and makes the sweep ready. @throws UserError of bad input */
export async function openDiscover(asked: DiscoverRun): Promise<DiscoverSession> {
  checkStatuses(asked.flags.status);
  const run = await withFoundPlaces(asked);
  const given = await flagCredential(run.flags, run.talk);
  const stop = new AbortController();
  const signal = eitherSignal(run.signal, stop.signal);
  const resume = run.flags.resume === undefined ? undefined : await readReport(run.flags.resume);
  const events = await startSweep({ ...(await sweepOf(run)), signal, given, ...(resume ? { resume } : {}) });
  return new DiscoverSession(run, given, events, () => stop.abort());
}

/** What the view and the command share: the findings, the plan, what was created. */
export class DiscoverSession {
  /** Stops the sweep; what was found stays. */
  readonly stop: () => void;
  readonly #run: DiscoverRun;
  readonly #events: AsyncIterable<SweepEvent>;
  readonly #options: OnboardOptions;
  readonly #findings = new Map<string, Finding>();
  readonly #written: WriteOutcome[] = [];
  #plan: OnboardPlan | undefined;
  #created: readonly Chosen[] = [];
  #report: DiscoverReport | undefined;
  #fed: Promise<void> = Promise.resolve();
  #send: (event: DiscoverEvent) => void = () => undefined;
  /** Ends what is under way: no other login, no other object. */
  readonly #left = new AbortController();
  #login: { readonly places: readonly string[]; readonly answered: string[] } | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  /** Accounts typed in the view, by the place they were let in at. Kept in memory, for the BMCSecrets to be made. */
  readonly #typed = new Map<string, Credential>();
  /** Templates of names that were typed, last first. */
  readonly #templates: string[] = [];

  constructor(run: DiscoverRun, given: Credential | undefined, events: AsyncIterable<SweepEvent>, stop: () => void) {
    const { flags } = run;
    this.#run = run;
    this.#events = events;
    this.stop = stop;
    this.#options = {
      secret: flags.bmcSecret !== undefined ? { use: flags.bmcSecret } : given && { create: given },
      labels: readLabels(flags.label),
      location: flags.location,
      rack: flags.rack,
      power: 'keep',
    };
  }

  /** Sends the findings to a view, until the returned function is called. */
  begin(send: (event: DiscoverEvent) => void, fail: (error: Error) => void): () => void {
    this.feed(send).catch(fail);
    return () => {
      this.stop();
      this.leave();
    };
  }

  /** Begins no other login and no other object; what was sent is waited for, so that it can be told. */
  leave(): void {
    this.#left.abort(new Error('the view was left'));
  }

  /** Writes the report to a file of the person's choice. @throws UserError FILE_NOT_FOUND */
  async writeTo(path: string): Promise<string> {
    if (this.#report === undefined) throw new UserError('NEEDS_INPUT', 'the sweep has not ended yet');
    await writeReport(path, this.#report);
    const { findings, summary } = this.#report;
    return `${path} written: ${findings.length} findings, ${summary.probed} of ${summary.addresses} addresses`;
  }

  /** Sends the findings until the sweep is over. */
  feed(send: (event: DiscoverEvent) => void): Promise<void> {
    this.#send = send;
    this.#fed = this.#pump(this.#events, send);
    return this.#fed;
  }

  /** Asks these BMCs once more, with the account that was typed: one attempt each, whatever they answer. */
  async login(places: readonly string[], username: string, password: Secret): Promise<string> {
    const typed: Credential = { username, password, source: `account ${username}, typed`, version: 'typed' };
    const asked = places.flatMap((place) => this.#findings.get(place) ?? []);
    const tally = { in: 0, refused: 0 };
    const signal = eitherSignal(this.#run.signal, this.#left.signal);
    this.#login = { places, answered: [] };
    for (const [scheme, group] of groupsOf(asked, (finding) => finding.scheme)) {
      const flags = {
        ...this.#run.flags,
        ...{ cidr: [], exclude: [], file: undefined, bmcSecret: undefined, credentials: undefined, login: true },
        scheme: scheme as 'https' | 'http',
        target: group.map(({ address, port }) => `${address.includes(':') ? `[${address}]` : address}:${port}`),
      };
      for await (const event of await startSweep({ ...(await sweepOf(this.#run)), signal, flags, given: typed })) {
        if (event.type === 'finding') this.#answered(event.finding, typed, tally);
      }
    }
    return `${tally.in} let ${username} in${tally.refused > 0 ? `, ${tally.refused} refused: one attempt was made` : ''}`;
  }

  #answered(finding: Finding, typed: Credential, tally: { in: number; refused: number }): void {
    this.#login?.answered.push(placeOf(finding));
    if (finding.systems === undefined) tally.refused += 1;
    else {
      tally.in += 1;
      this.#typed.set(placeOf(finding), typed);
    }
    this.#send({ type: 'finding', row: this.#take(finding) });
    this.#tellTroubles(this.#send);
  }

  /** The commands that would onboard these. */
  commandOf(chosen: readonly Chosen[]): string {
    return commandOf(this.#facts, this.#templates, chosen);
  }

  /** Names of a template for these. @throws MetalError of a template that names nothing, or two alike */
  async namesOf(template: string, chosen: readonly Chosen[]): Promise<ReadonlyMap<string, string>> {
    const names = namesOf(this.#facts, template, chosen);
    this.#templates.unshift(template);
    return names;
  }

  get #facts(): PlanFacts {
    return { run: this.#run, options: this.#options, findings: this.#findings, typed: this.#typed };
  }

  async #pump(events: AsyncIterable<SweepEvent>, send: (event: DiscoverEvent) => void): Promise<void> {
    for await (const event of events) {
      if (event.type === 'progress')
        send({ type: 'progress', total: event.progress.total, probed: event.progress.probed });
      if (event.type === 'finding') {
        send({ type: 'finding', row: this.#take(event.finding) });
        if (isUnread(event.finding)) this.#tellTroubles(send);
      }
      if (event.type === 'report') {
        this.#report = event.report;
        send({ type: 'swept', rows: event.report.findings.map((finding) => this.#take(finding)) });
        this.#tellTroubles(send);
      }
    }
  }

  #tellTroubles(send: (event: DiscoverEvent) => void): void {
    send({ type: 'trouble', troubles: troublesOf([...this.#findings.values()], this.#report?.unanswered ?? []) });
  }

  #take(finding: Finding): FindingRow {
    this.#findings.set(placeOf(finding), finding);
    const typed = this.#typed.get(placeOf(finding));
    const { location, rack, labels, secret } = this.#options;
    return rowOf(finding, {
      proposed: this.#nameOf(finding),
      secret: typed === undefined ? secret : { create: typed },
      ...{ location, rack, labels },
      nowMs: this.#run.ports.clock.now().getTime(),
    });
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

  async preview(chosen: readonly Chosen[]): Promise<Planned> {
    const { plan, told } = await planChosen(this.#facts, chosen);
    this.#plan = plan;
    return told;
  }

  async create(chosen: readonly Chosen[], tell: (text: string, isFailure?: boolean) => void): Promise<void> {
    if (this.#plan === undefined) return;
    this.#created = chosen;
    const onWritten = (outcome: WriteOutcome): void => {
      this.#written.push(outcome);
      const failure = outcome.outcome === 'failed' ? `  ${outcome.error.message}` : '';
      tell(`bmc/${outcome.entry.name}  ${outcome.outcome}${failure}`, outcome.outcome === 'failed');
    };
    const signal = eitherSignal(this.#run.signal, this.#left.signal);
    this.#writing = writeOnboarding(this.#run.ports.cluster, this.#plan, onWritten, false, signal);
    await this.#writing;
  }

  /** After the view: the report is kept, the result printed, the command that would do the same named. */
  async finish(interrupted?: Interrupted): Promise<ExitName | undefined> {
    const { out, talk } = this.#run;
    await this.#fed.catch(() => undefined);
    await this.#writing.catch(() => undefined);
    if (this.#report !== undefined) await keep(this.#run, this.#report);
    const cut = this.#cut(interrupted);
    const exit = interrupted === undefined && !this.#isHalfWritten ? undefined : 'SIGINT';
    for (const text of cut) talk.note(text);
    const created = this.#written.filter(({ outcome }) => outcome === 'created');
    const names = created.map(({ entry }) => `bmc.metal.ironcore.dev/${entry.name}`);
    if (created.length > 0) {
      const report = {
        kind: 'OnboardReport' as const,
        results: created.map(({ entry, outcome }) => ({ bmc: entry.name, outcome })),
      };
      await out.document(report, () => names.map((name) => `${name} created\n`).join(''), names);
      if (cut.length === 0) talk.note(this.commandOf(this.#created));
      return exit;
    }
    if (this.#report === undefined) return exit;
    const { findings } = this.#report;
    await out.document({ ...this.#report }, () => rowsOf(findings), findings.map(placeOf));
    // How far a cut sweep came is said above; who left before anything answered knows that nothing did.
    if (interrupted !== undefined) return exit;
    if (findings.length > 0 || this.#report.complete) conclude(this.#run, { ...this.#report, complete: true });
    return exit;
  }

  get #isHalfWritten(): boolean {
    return this.#created.length > 0 && this.#written.length < (this.#plan?.entries.length ?? 0);
  }

  #cut(interrupted: Interrupted | undefined): string[] {
    const created = this.#written.flatMap(({ entry, outcome }) => (outcome === 'created' ? [entry.name] : []));
    const places = (this.#plan?.entries ?? []).map(({ finding }) => placeOf(finding));
    const reached = new Set(this.#written.map(({ entry }) => placeOf(entry.finding)));
    const rest = this.#created.filter(({ place }) => !reached.has(place));
    const writing = { places, written: this.#written.length, created, ...this.#goOn(rest) };
    return leftLines({
      program: this.#run.program,
      account: accountWords(this.#run.flags),
      report: this.#report,
      login: this.#login,
      writing: this.#created.length > 0 ? writing : undefined,
      chosen: interrupted && {
        goOn: this.#goOn(interrupted.chosen).goOn,
        isTypingAccount: interrupted.isTypingAccount,
      },
    });
  }

  /** The command for these; none for none. */
  #goOn(chosen: readonly Chosen[]): { readonly goOn?: string } {
    return chosen.length === 0 ? {} : { goOn: this.commandOf(chosen).replace(/^same as: /, '') };
  }
}
