/** What a test run has to say: a line per file while it runs, failures in full, what was skipped and why, the counts. */
import { inspect } from 'node:util';
import { inSources } from './stacks.js';

export interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    /** 0 for a test of the file itself, more for one within another. */
    readonly nesting?: number;
    readonly file?: string;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly details?: { readonly type?: string; readonly duration_ms?: number; readonly error?: unknown };
  };
}

/** Files that take this long make the suite slow. */
const noticedMs = 5_000;

interface Outcome {
  readonly file: string;
  readonly name: string;
  readonly why: string;
}

interface Entry {
  readonly file: string;
  tests: number;
  failed: number;
  ms: number;
}

/** Counts and lists of a run; grows by `add`, read by `lines`. */
export class Report {
  passed = 0;
  readonly failures: Outcome[] = [];
  readonly skips: Outcome[] = [];
  readonly #toPath: (file: string) => string;
  readonly #say: (line: string) => void;
  #current: Entry | undefined;

  constructor(toPath: (file: string) => string, say: (line: string) => void = () => {}) {
    this.#toPath = toPath;
    this.#say = say;
  }

  /** Takes one event of the runner. Groups (`describe`) are not counted: their tests are. */
  add({ type, data }: TestEvent): void {
    const isVerdict = type === 'test:pass' || type === 'test:fail';
    if (!isVerdict) return;
    const outcome = { file: this.#toPath(data.file ?? data.name ?? ''), name: data.name ?? '' };
    this.#timeFor(outcome.file, data);
    if (data.details?.type === 'suite' && type === 'test:pass') return;
    this.#countFor(outcome.file, type === 'test:fail');
    if (type === 'test:fail' && !isTodo(data)) this.#addFailure(outcome, data);
    else if (data.skip !== undefined && data.skip !== false) this.skips.push({ ...outcome, why: reasonOf(data.skip) });
    else this.passed += 1;
  }

  /** A group fails because a test in it failed: that test is reported, the group only when it broke by itself. */
  #addFailure(outcome: Omit<Outcome, 'why'>, data: TestEvent['data']): void {
    if (failureType(data.details?.error) === 'subtestsFailed') return;
    this.failures.push({ ...outcome, why: textOf(data.details?.error) });
  }

  /** The runner reports file after file: when another begins, the one before is done. */
  #countFor(file: string, isFailure: boolean): void {
    const current = this.#entry(file);
    current.tests += 1;
    current.failed += isFailure ? 1 : 0;
  }

  /** What a test within another took is part of what the other took. */
  #timeFor(file: string, { nesting = 0, details }: TestEvent['data']): void {
    if (nesting === 0) this.#entry(file).ms += details?.duration_ms ?? 0;
  }

  #entry(file: string): Entry {
    if (this.#current?.file !== file) this.end();
    this.#current ??= { file, tests: 0, failed: 0, ms: 0 };
    return this.#current;
  }

  /** Says how the last file went, and how long it took if that is worth a look. */
  end(): void {
    const { file, tests, failed, ms = 0 } = this.#current ?? {};
    const took = ms < noticedMs ? '' : ` ${Math.round(ms / 1_000)} s`;
    if (file !== undefined) this.#say(`${failed === 0 ? 'ok    ' : 'FAILED'} ${file} (${tests})${took}`);
    this.#current = undefined;
  }

  get ok(): boolean {
    return this.failures.length === 0 && this.passed > 0;
  }

  /** The closing lines. The last four are for programs and never change their form. */
  lines(): string[] {
    return [
      ...this.failures.flatMap(({ file, name, why }) => ['', `FAILED ${file}`, `  ${name}`, indent(why)]),
      ...(this.skips.length > 0 ? ['', 'Skipped:'] : []),
      ...bySkipReason(this.skips),
      '',
      `# tests ${this.passed + this.failures.length + this.skips.length}`,
      `# pass ${this.passed}`,
      `# fail ${this.failures.length}`,
      `# skipped ${this.skips.length}`,
    ];
  }
}

const isTodo = (data: TestEvent['data']): boolean => data.todo !== undefined && data.todo !== false;
const reasonOf = (skip: string | boolean): string =>
  typeof skip === 'string' && skip !== '' ? skip : 'no reason given';
const failureType = (error: unknown): unknown => (error as { failureType?: unknown } | undefined)?.failureType;
const indent = (text: string): string => text.replace(/^/gm, '    ');

function textOf(error: unknown): string {
  const cause = (error as { cause?: unknown } | undefined)?.cause ?? error;
  return inSources(cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause));
}

/** One line per reason and file: a suite that skips for want of one tool says so once. */
function bySkipReason(skips: readonly Outcome[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { file, name, why } of skips) {
    const key = `${file}: ${why}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups].map(([key, names]) => `  ${key} (${names.length === 1 ? names[0] : `${names.length} tests`})`);
}
