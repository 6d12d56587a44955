/** Reports of bugs: one line for the person, a redacted file for the maintainer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redactText } from '../../../lib/output/clean.js';
import { stateDir } from '../../../lib/state-dir.js';

/** Writes the report, mode 0600 in a folder of mode 0700; undefined when it cannot be written. */
export function writeCrashReport(error: unknown, command: string, version: string, now: Date): string | undefined {
  const folder = join(stateDir(), 'crashes');
  const path = join(folder, `${now.toISOString().replace(/[:.]/g, '-')}-${process.pid}.txt`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, reportText(error, command, version, now), { mode: 0o600, flag: 'wx' });
    return path;
  } catch {
    return undefined;
  }
}

/** Arguments are left out, for they may name machines; the stack is kept without URLs' userinfo and tokens. */
function reportText(error: unknown, command: string, version: string, now: Date): string {
  const head = [
    `metalctl ${version}`,
    `node ${process.version} on ${process.platform} ${process.arch}`,
    `time ${now.toISOString()}`,
    `command ${command}`,
  ];
  return `${head.join('\n')}\n\n${stackOf(error)}\n`;
}

/** Stack of an error and its causes, redacted. */
export function stackOf(error: unknown): string {
  const parts: string[] = [];
  for (let each = error, depth = 0; each !== undefined && depth < 5; depth += 1) {
    parts.push(each instanceof Error ? (each.stack ?? String(each)) : String(each));
    each = each instanceof Error ? each.cause : undefined;
  }
  return redactText(parts.join('\ncaused by: '));
}
