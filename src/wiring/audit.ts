/**
 * The audit log: one JSON line for every mutating request to a BMC, appended when its answer came or failed to. It tells
 * who asked for what on whose behalf and what came of it, and never what was in the request.
 */
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { UserError } from '../errors/classes.js';
import { nowActing } from '../lib/acting.js';
import { neutralise } from '../lib/sanitize.js';
import type { Clock } from '../ports/clock.js';
import type { TraceEntry } from '../redfish/index.js';

export interface AuditOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Context of the kubeconfig, where one is used. */
  readonly context: () => string | undefined;
}

export interface Audit {
  readonly trace: (entry: TraceEntry) => void;
  close(): Promise<void>;
}

/**
 * Appends to a file that only its owner reads.
 * @throws UserError USAGE when it cannot be written: work that is to be audited does not begin
 */
export function openAudit({ path, clock, context }: AuditOptions): Audit {
  const file = openFile(path);
  const who = `${userName()}@${hostname()}`;
  let isOpen = true;
  return {
    trace: (entry) => {
      const { method, bmc, uri, status, failure, durationMs } = entry;
      if (!isOpen || method === 'GET' || method === 'HEAD') return;
      const line = {
        time: clock.now().toISOString(),
        who,
        context: context(),
        ...nowActing(),
        bmc,
        method,
        uri: neutralise(uri).slice(0, 1_024),
        action: actionOf(method, uri),
        result: status ?? neutralise(failure ?? 'no answer').slice(0, 256),
        durationMs: Math.round(durationMs),
      };
      // At once and in one piece: the process may end before anything later.
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    },
    close: async () => {
      isOpen = false;
      closeSync(file);
    },
  };
}

function openFile(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (cause) {
    throw new UserError('USAGE', `--audit-log ${path} cannot be written`, { cause });
  }
}

/** `ComputerSystem.Reset`; for what is no action, what is done to which resource. */
function actionOf(method: string, uri: string): string {
  const action = /\/Actions\/(?:Oem\/)?([\w.#-]{1,128})$/.exec(uri.replace(/\/$/, ''))?.[1];
  const words: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'change', PUT: 'replace', DELETE: 'delete' };
  return action ?? words[method] ?? method.toLowerCase();
}

/** In a container the user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
