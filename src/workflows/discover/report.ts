/** DiscoverReport: the document of a sweep. Sorted, without clock readings and without secret values. */
import { UserError } from '../../errors/classes.js';
import { settleFindings } from './compare.js';
import { type Finding, type FindingStatus, findingStatuses } from './finding.js';

/** What was swept, so that a sweep can be resumed. */
export interface SweptRequest {
  readonly cidrs: readonly string[];
  readonly exclude: readonly string[];
  readonly targets: readonly string[];
  readonly ports: readonly number[];
  readonly scheme: 'https' | 'http';
}

export interface DiscoverSummary {
  readonly addresses: number;
  readonly probed: number;
  /** Addresses where nothing answers. */
  readonly closed: number;
  /** Counts of the statuses that occur. */
  readonly findings: Partial<Readonly<Record<FindingStatus, number>>>;
}

export interface DiscoverReport {
  readonly apiVersion: 'cli.metalctl.dev/v1';
  readonly kind: 'DiscoverReport';
  readonly request: SweptRequest;
  /** False when the sweep was stopped early. */
  readonly complete: boolean;
  /** Targets before this place in the list are done: where `--resume` goes on. */
  readonly cursor: number;
  readonly summary: DiscoverSummary;
  /** Hosts named by a person that did not answer. */
  readonly unanswered: readonly { readonly target: string; readonly why: string }[];
  readonly findings: readonly Finding[];
}

/** Makes the document of what a sweep has so far. */
export function reportOf(
  sweep: Pick<DiscoverReport, 'request' | 'complete' | 'cursor' | 'unanswered' | 'findings'> & {
    readonly addresses: number;
    readonly probed: number;
    readonly closed: number;
  },
): DiscoverReport {
  const findings = settleFindings(sweep.findings);
  return {
    apiVersion: 'cli.metalctl.dev/v1',
    kind: 'DiscoverReport',
    request: sweep.request,
    complete: sweep.complete,
    cursor: sweep.cursor,
    summary: {
      addresses: sweep.addresses,
      probed: sweep.probed,
      closed: sweep.closed,
      findings: countByStatus(findings),
    },
    unanswered: sweep.unanswered,
    findings,
  };
}

/** Counts of the statuses that occur, in the order summaries name them. */
function countByStatus(findings: readonly Finding[]): Partial<Record<FindingStatus, number>> {
  const counts = findingStatuses.map((status) => [status, findings.filter((each) => each.status === status).length]);
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

/** `47 BMCs: 41 known, 3 new`; silent addresses are no BMCs and are named apart. */
export function summaryLine({ summary, complete }: DiscoverReport): string {
  const { silent = 0, ...counts } = summary.findings;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  const bmcs = `${total} ${total === 1 ? 'BMC' : 'BMCs'}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
  const noun = summary.addresses === 1 ? 'address' : 'addresses';
  const addresses = complete ? `${summary.addresses} ${noun}` : `${summary.probed} of ${summary.addresses} ${noun}`;
  return [bmcs, ...(silent > 0 ? [`${silent} silent`] : []), addresses].join(' · ');
}

/**
 * Reads a report back from its JSON.
 * @throws UserError MANIFEST_INVALID
 */
export function parseReport(text: string, name: string): DiscoverReport {
  const report = parseJson(text, name);
  const { apiVersion, kind, findings } = report;
  if (apiVersion !== 'cli.metalctl.dev/v1' || kind !== 'DiscoverReport' || !Array.isArray(findings)) {
    throw new UserError('MANIFEST_INVALID', `${name} is not a DiscoverReport`, {
      hint: 'metalctl discover --cidr CIDR --out FILE   writes one',
    });
  }
  if (!findings.every(isFinding)) throw new UserError('MANIFEST_INVALID', `${name} holds a finding without an address`);
  return report as unknown as DiscoverReport;
}

function parseJson(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (cause) {
    throw new UserError('MANIFEST_INVALID', `${name} is not JSON`, { cause, why: (cause as Error).message });
  }
}

const isFinding = (value: unknown): boolean => {
  const { address, port, status } = (value ?? {}) as Partial<Finding>;
  return typeof address === 'string' && Number.isInteger(port) && findingStatuses.some((each) => each === status);
};
