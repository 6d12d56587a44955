/** What onboarding came to: one line per BMC, the OnboardReport, and the failure of those that did not get there. */
import { PermanentError } from '../../errors/classes.js';
import { pad, widthOf } from '../../lib/output/width.js';
import { placeOf } from '../../workflows/discover/finding.js';
import { heldText, type LiveController } from '../../workflows/driver.js';
import type { OnboardProgress, WriteOutcome } from '../../workflows/onboard/onboard.js';
import type { AnyRun } from './kit/run.js';

export interface Outcomes {
  readonly outcomes: readonly WriteOutcome[];
  /** Empty when nobody waited. */
  readonly progress: readonly OnboardProgress[];
  /** `6m12s` */
  readonly elapsed: string;
  readonly isDry: boolean;
}

/** One entry of an OnboardReport. */
interface Result {
  readonly bmc: string;
  readonly address: string;
  readonly outcome: WriteOutcome['outcome'];
  readonly code?: string;
  readonly why?: string;
  readonly state?: string;
  readonly servers?: OnboardProgress['servers'];
  readonly end?: OnboardProgress['end'];
}

/** Prints the OnboardReport in the form of `-o`. */
export async function printOutcomes({ out }: AnyRun, { outcomes, progress, elapsed, isDry }: Outcomes): Promise<void> {
  const results = outcomes.map((each) =>
    resultOf(
      each,
      progress.find(({ name }) => name === each.entry.name),
    ),
  );
  const text = (): string => aligned(results.map((result) => cellsOf(result, elapsed, isDry)));
  const written = results.filter(({ outcome }) => outcome !== 'failed');
  const names = written.map(({ bmc }) => `bmc.metal.ironcore.dev/${bmc}`);
  await out.document({ kind: 'OnboardReport', results }, text, names);
}

function resultOf(written: WriteOutcome, now: OnboardProgress | undefined): Result {
  const { entry, outcome } = written;
  const base = { bmc: entry.name, address: placeOf(entry.finding), outcome };
  if (written.outcome === 'failed') return { ...base, code: written.error.code, why: written.error.message };
  if (now === undefined) return base;
  const { bmcState, bmcWhy, servers, end } = now;
  return { ...base, state: bmcState, servers, ...(bmcWhy ? { why: bmcWhy } : {}), ...(end ? { end } : {}) };
}

/** `bmc/fra-8xk2m04  created  Enabled  server/fra-8xk2m04-system-0  Available  6m12s` */
function cellsOf({ bmc, outcome, state, servers = [], end, why }: Result, elapsed: string, isDry: boolean): string[] {
  const shown = servers.flatMap(({ name, state }) => [`server/${name}`, end === 'cordoned' ? 'cordoned' : state]);
  return [
    `bmc/${bmc}`,
    isDry ? `${outcome} (server dry run)` : outcome,
    ...(state ? [state] : []),
    ...shown,
    ...(shown.length > 0 ? [elapsed] : []),
    ...(why && end !== 'available' ? [why] : []),
  ];
}

/** Lines whose cells stand below each other, two blanks apart; the last of a line is as long as it is. */
function aligned(lines: readonly (readonly string[])[]): string {
  const widthAt = (at: number): number => Math.max(...lines.map((cells) => widthOf(cells[at] ?? '')));
  return lines
    .map((cells) => `${cells.map((text, at) => (at < cells.length - 1 ? pad(text, widthAt(at)) : text)).join('  ')}\n`)
    .join('');
}

/** The failure of BMCs that did not come to an Available server. */
export function notAvailable(
  late: readonly OnboardProgress[],
  total: number,
  live: LiveController | undefined,
): PermanentError {
  const [first] = late;
  const server = first?.servers[0];
  const refused = late.every(({ bmcWhy }) => bmcWhy?.startsWith('AuthenticationFailed'));
  const code = refused && late.length === total ? 'BMC_AUTH_FAILED' : 'DISCOVERY_TIMEOUT';
  const noun = total === 1 ? 'BMC' : 'BMCs';
  return new PermanentError(code, `${late.length} of ${total} ${noun} did not become Available`, {
    why: [
      ...late.slice(0, 3).map(lateLine),
      ...(live === undefined ? [] : [`${heldText(live)}: the work is its`]),
    ].join('\n'),
    hint: [
      server ? `metalctl describe server ${server.name}` : `metalctl describe bmc ${first?.name}`,
      ...(live === undefined ? [] : [withoutHolder]),
    ],
    context: { targets: late.map(({ name }) => `bmc/${name}`) },
  });
}

const lateLine = ({ name, bmcState, bmcWhy, servers }: OnboardProgress): string =>
  `${servers[0]?.name ?? name}: ${bmcWhy ?? servers[0]?.why ?? `still ${servers[0]?.state ?? bmcState}`}`;

/** What to do about a holder that lives and does nothing. */
export const withoutHolder =
  'stop the holder and repeat the command, which then drives from here; --driver local --take-over drives beside it';
