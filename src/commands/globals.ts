/** Flags every command takes, as data; their defaults may come from `METALCTL_<FLAG>`. */
import type { FlagsOf } from './define.js';
import { choice, counted, duration, integer, list, maybe, text, toggle } from './flags.js';

export const globalFlags = {
  kubeconfig: text('PATH', 'Kubeconfig; default $KUBECONFIG, ~/.kube/config, in-cluster.', { complete: 'files' }),
  context: text('NAME', 'Context of the kubeconfig.'),
  user: text('NAME', "User of the kubeconfig instead of the context's."),
  as: text('USER', 'Act as this user (impersonation).'),
  asGroup: list('G', 'Act as a member of these groups too.'),
  namespace: text('NS', 'Namespace of namespaced kinds.', { short: 'n' }),
  allNamespaces: toggle('All namespaces.', { short: 'A' }),
  requestTimeout: duration('Limit of one API request.', { fallback: '30s' }),
  output: text('FMT', 'Output form: table, wide, name, json, yaml, jsonl, jsonpath=, custom-columns=, csv, markdown.', {
    short: 'o',
    fallback: 'table',
  }),
  headers: maybe('Print the header row of tables; --no-headers leaves it out.'),
  showLabels: toggle('A last column with all labels.'),
  labelColumns: list('KEY', 'A column for each of these labels.', { short: 'L' }),
  sortBy: text('JSONPATH', 'Sort by what the path reaches.'),
  quiet: toggle('Results and errors only.', { short: 'q' }),
  verbose: counted('More log: -v info, -vv debug, -vvv trace.', { short: 'v' }),
  logLevel: choice(['error', 'warn', 'info', 'debug', 'trace'], 'Log level.'),
  logFile: text('PATH', 'Write log lines here instead of stderr; five files of 20 MiB are kept.', {
    complete: 'files',
  }),
  failOnWarning: toggle('Exit 15 when a warning was given.'),
  logFormat: choice(['text', 'json'], 'Form of log lines.', { fallback: 'text' }),
  color: choice(['auto', 'always', 'never'], 'Colour.', { fallback: 'auto' }),
  progress: choice(['auto', 'bar', 'plain', 'json', 'none'], 'Form of progress.', { fallback: 'auto' }),
  interactive: maybe('Force or forbid prompts and views.', { short: 'i' }),
  accessible: toggle('Linear, screen-reader friendly output.'),
  yes: toggle('Answer the ordinary confirmation.', { short: 'y' }),
  confirm: text('TEXT', 'Answer the typed confirmation.'),
  dryRun: choice(['none', 'client', 'server'], 'Change nothing.', { bare: '', fallback: 'none' }),
  plan: toggle('Print what this command, and the reconcilers after it, would write and tell BMCs; do neither.'),
  concurrency: integer('N', 'Targets handled at once.', { fallback: '16' }),
  bmcTimeout: duration('Lower the limit of one Redfish request.'),
  bmcRetries: integer('N', 'Lower how often one Redfish request is sent again.'),
  bmcInsecureSkipTlsVerify: toggle('Believe any certificate of BMCs that are not pinned: for labs, warned about.'),
  bmcProxy: text('URL', 'HTTP proxy that BMCs are reached through; nothing else is.'),
  bmcCa: text('FILE', 'CA bundle that BMC certificates are verified with.', { complete: 'files' }),
  traceRedfish: text('DIR', 'Write a redacted, replayable recording of all BMC traffic here.', { complete: 'files' }),
  auditLog: text('FILE', 'Append a line for every request that changes something on a BMC.', { complete: 'files' }),
  utc: toggle('Times as RFC 3339 in UTC instead of ages.'),
  timeFormat: choice(['relative', 'rfc3339'], 'Times in tables: ages, or as --utc.', { fallback: 'relative' }),
  pager: text('auto|never|CMD', 'Pager of long texts on a terminal: $METALCTL_PAGER, $PAGER, less -FRX.', {
    fallback: 'auto',
  }),
  config: text('PATH', 'Config file.', { complete: 'files' }),
} as const;

/** Values of the global flags. */
export type Globals = FlagsOf<{ flags: typeof globalFlags }>;
