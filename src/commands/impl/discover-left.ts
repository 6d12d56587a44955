/** Leaving the discover view in the middle: what was done, what is in flight, how to go on. One answer per step. */
import type { DiscoverReport } from '../../workflows/discover/report.js';

/** What was under way when the person left. */
export interface LeftAt {
  readonly program: string;
  /** Flags of the account, as they were given. */
  readonly account: readonly string[];
  readonly report: DiscoverReport | undefined;
  /** Places a typed account was being tried on, and those that had answered. */
  readonly login: { readonly places: readonly string[]; readonly answered: readonly string[] } | undefined;
  /** Places whose objects were to be written, how many were reached, and the BMCs that were made. */
  readonly writing:
    | {
        readonly places: readonly string[];
        readonly written: number;
        readonly created: readonly string[];
        /** The command for those that were not reached, with their names and labels. */
        readonly goOn?: string;
      }
    | undefined;
  /** Ctrl-C before anything was to be written: the command that does what was selected, and whether an account was typed. */
  readonly chosen?: { readonly goOn: string | undefined; readonly isTypingAccount: boolean } | undefined;
}

/** Lines for stderr; none where nothing was cut. */
export function leftLines(at: LeftAt): string[] {
  const lines = [...sweepLines(at), ...loginLines(at), ...writingLines(at)];
  return lines.length > 0 ? lines : chosenLines(at);
}

/** Everything was found, nothing was begun: the report is kept, and what was selected is a command. */
function chosenLines({ program, account, chosen, writing }: LeftAt): string[] {
  if (chosen === undefined) return [];
  if (writing !== undefined) return ['interrupted: the last object was written; nothing is in flight'];
  const typed = chosen.isTypingAccount ? 'the typed account was not tried, ' : '';
  return [
    `interrupted: ${typed}nothing was created, nothing is in flight; the report is kept`,
    `go on    ${chosen.goOn ?? [program, 'discover -i --resume last', ...account].join(' ')}`,
  ];
}

function sweepLines({ program, account, report }: LeftAt): string[] {
  if (report === undefined || report.complete) return [];
  const { probed, addresses } = report.summary;
  // A login that hangs is not waited for: it was sent, and the BMC may count it.
  const login = account.length === 0 ? 'no login was made' : 'a login under way was sent once, and is not waited for';
  return [
    `interrupted: ${probed} of ${addresses} addresses were asked; ${login}`,
    `go on    ${[program, 'discover -i --resume last', ...account].join(' ')}`,
  ];
}

function loginLines({ program, login }: LeftAt): string[] {
  if (login === undefined || login.answered.length === login.places.length) return [];
  const open = login.places.filter((place) => !login.answered.includes(place));
  return [
    `interrupted: the typed account was answered by ${login.answered.length} of ${count(login.places)}; each was sent it once at most`,
    `             ${open.join(', ')} may have counted a failed login; nothing was written`,
    `go on    ${program} discover --target ${open.join(' --target ')} --bmc-username U --bmc-password-file F`,
  ];
}

/** What was not reached comes last, and the command is harmless for what was: it says `unchanged`. */
function writingLines({ program, account, writing }: LeftAt): string[] {
  if (writing === undefined || writing.written === writing.places.length) return [];
  const words = account.length > 0 ? account : ['--bmc-username U --bmc-password-file F'];
  return [
    `interrupted: ${writing.written} of ${count(writing.places)} onboarded; nothing is in flight, no machine was touched`,
    `go on    ${writing.goOn ?? [program, 'onboard --from last', ...writing.places.slice(writing.written), ...words].join(' ')}`,
    ...(writing.created.length === 0 ? [] : [`go back  ${program} delete bmc ${writing.created.join(' ')}`]),
  ];
}

const count = ({ length }: readonly string[]): string => `${length} ${length === 1 ? 'BMC' : 'BMCs'}`;
