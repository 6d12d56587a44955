/** Flags every command takes, as data; their defaults may come from `METALCTL_<FLAG>`. */
import type { FlagsOf } from './define.js';
import { choice, counted, duration, integer, maybe, text, toggle } from './flags.js';

export const globalFlags = {
  kubeconfig: text('PATH', 'Kubeconfig; default $KUBECONFIG, ~/.kube/config, in-cluster.', { complete: 'files' }),
  context: text('NAME', 'Context of the kubeconfig.'),
  namespace: text('NS', 'Namespace of namespaced kinds.', { short: 'n' }),
  allNamespaces: toggle('All namespaces.', { short: 'A' }),
  requestTimeout: duration('Limit of one API request.', { fallback: '30s' }),
  output: text('FMT', 'Output form: table, wide, name, json, yaml, jsonl, jsonpath=, custom-columns=, csv, markdown.', {
    short: 'o',
    fallback: 'table',
  }),
  quiet: toggle('Results and errors only.', { short: 'q' }),
  verbose: counted('More log: -v info, -vv debug, -vvv trace.', { short: 'v' }),
  logLevel: choice(['error', 'warn', 'info', 'debug', 'trace'], 'Log level.'),
  logFormat: choice(['text', 'json'], 'Form of log lines.', { fallback: 'text' }),
  color: choice(['auto', 'always', 'never'], 'Colour.', { fallback: 'auto' }),
  progress: choice(['auto', 'bar', 'plain', 'json', 'none'], 'Form of progress.', { fallback: 'auto' }),
  interactive: maybe('Force or forbid prompts and views.', { short: 'i' }),
  accessible: toggle('Linear, screen-reader friendly output.'),
  yes: toggle('Answer the ordinary confirmation.', { short: 'y' }),
  confirm: text('TEXT', 'Answer the typed confirmation.'),
  dryRun: choice(['none', 'client', 'server'], 'Change nothing.', { bare: '', fallback: 'none' }),
  concurrency: integer('N', 'Targets handled at once.', { fallback: '16' }),
  bmcTimeout: duration('Lower the limit of one Redfish request.'),
  bmcCa: text('FILE', 'CA bundle that BMC certificates are verified with.', { complete: 'files' }),
  traceRedfish: text('DIR', 'Write a redacted, replayable recording of all BMC traffic here.', { complete: 'files' }),
  auditLog: text('FILE', 'Append a line for every request that changes something on a BMC.', { complete: 'files' }),
  utc: toggle('Times as RFC 3339 in UTC instead of ages.'),
} as const;

/** Values of the global flags. */
export type Globals = FlagsOf<{ flags: typeof globalFlags }>;
