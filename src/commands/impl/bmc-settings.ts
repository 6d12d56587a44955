/** Settings of a BMC as people give them, checked and compared: what the commands `bmc settings` share. */
import { PermanentError, UserError } from '../../errors/classes.js';
import type { AttributeCheck, AttributeState, AttributeValue, AttributeValues } from '../../ports/bmc.js';
import { readText } from './discover-credentials.js';
import { type BmcPlace, bmcPlace } from './kit/bmc-places.js';
import type { AnyRun } from './kit/run.js';
import { yamlOf } from './kit/yaml-file.js';

/** `NAME=VALUE` words and a file as one map; words win. @throws UserError USAGE · MANIFEST_INVALID · FILE_NOT_FOUND */
export async function wantedOf(words: readonly string[], file: string | undefined): Promise<AttributeValues> {
  const fromFile = file === undefined ? {} : await valuesOf(file);
  const wanted = { ...fromFile, ...Object.fromEntries(words.map(pairOf)) };
  if (Object.keys(wanted).length > 0) return wanted;
  throw new UserError('USAGE', 'no setting was named', { hint: 'NAME=VALUE, or -f FILE' });
}

/** Names of iLO and XCC contain a path, values JSON: the first sign of equality divides. */
function pairOf(word: string): [string, string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new UserError('USAGE', `"${word}" is not NAME=VALUE`);
}

async function valuesOf(file: string): Promise<Record<string, AttributeValue>> {
  const document = await yamlOf(await readText(file, '--file'), file);
  const isMap = typeof document === 'object' && document !== null && !Array.isArray(document);
  const entries = isMap ? Object.entries(document) : [];
  const isPlain = ([, value]: [string, unknown]): boolean => value === null || typeof value !== 'object';
  if (isMap && entries.every(isPlain)) return Object.fromEntries(entries) as Record<string, AttributeValue>;
  throw new UserError('MANIFEST_INVALID', `${file} is no map of settings to values`, {
    hint: 'SysLog.1.Server1: 10.0.0.5',
  });
}

export interface Checked extends AttributeCheck {
  readonly place: BmcPlace;
  /** What changes has now. */
  readonly now: AttributeState;
}

/** Asks the BMC what setting these would mean; nothing is sent. @throws PermanentError ATTRIBUTE_INVALID */
export async function checked(run: AnyRun, target: string, wanted: AttributeValues): Promise<Checked> {
  const place = await bmcPlace(run, target);
  const check = await place.bmc.checkBmcAttributes(wanted);
  if (check.problems.length > 0) {
    throw new PermanentError('ATTRIBUTE_INVALID', `setting bmc/${place.name}`, {
      why: check.problems.map(({ name, why }) => `${name}: ${why}`).join('; '),
      hint: `metalctl bmc settings get ${place.name}`,
    });
  }
  return { ...check, place, now: await place.bmc.bmcAttributes(Object.keys(check.changes)) };
}

/** Rows of a table of what changes. */
export const changeRows = ({ changes, now, needsReset }: Checked): string[][] =>
  Object.entries(changes).map(([name, value]) => [
    name,
    String(now.current[name] ?? ''),
    String(value),
    String(now.pending[name] ?? '-'),
    needsReset ? 'yes' : 'no',
  ]);

export const changeColumns = ['SETTING', 'CURRENT', 'WANTED', 'PENDING', 'RESTART'].map((header) => ({ header }));

/** Checks, asks, sends and tells: `set` and `apply`. */
export async function applySettings(run: AnyRun, target: string, wanted: AttributeValues): Promise<void> {
  const check = await checked(run, target, wanted);
  const { place, changes, needsReset, warnings } = check;
  const isDry = run.globals.dryRun !== 'none';
  const count = Object.keys(changes).length;
  for (const warning of warnings) run.talk.note(warning);
  if (count > 0 && !isDry) {
    const plan = changeRows(check).map(([name, from, to]) => `bmc/${place.name}: ${name} ${from} to ${to}`);
    await run.confirm({ level: 2, what: `changing ${count} settings of bmc/${place.name}`, plan });
    run.signal.throwIfAborted();
    await place.bmc.setBmcAttributes(wanted);
  }
  const outcome = count === 0 ? 'unchanged' : isDry ? 'would be changed' : 'changed';
  await run.out.document({ kind: 'BmcSettingsChange', bmc: place.name, outcome, needsReset, changes }, () =>
    count === 0 ? `settings of bmc/${place.name} unchanged\n` : { columns: changeColumns, rows: changeRows(check) },
  );
  if (count > 0 && needsReset && !isDry) run.talk.hint(`Next: metalctl bmc reset ${place.name}`);
}
