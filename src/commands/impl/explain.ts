/** Body of `explain`: walks over the tables the program itself uses. */
import { type CatalogueEntry, catalogue } from '../../errors/catalogue.js';
import { UserError } from '../../errors/classes.js';
import { Exit, type ExitName } from '../../errors/exit.js';
import { nearest } from '../../lib/nearest.js';
import type { explainCommand } from '../explain.js';
import { environmentName } from '../flags.js';
import { globalFlags } from '../globals.js';
import { exitSentence, flagRow } from '../help.js';
import type { Run } from './kit/run.js';

export type ExplainRun = Run<typeof explainCommand>;

export default async function (run: ExplainRun): Promise<void> {
  const { topic, code } = run.args;
  if (run.flags.schema !== undefined) return (await import('./explain-schema.js')).explainSchema(run, run.flags.schema);
  if (topic === undefined) {
    throw new UserError('USAGE', 'what to explain is not said', {
      hint: ['metalctl explain server.spec', 'metalctl explain exit-codes', 'metalctl explain --schema ClaimReport'],
    });
  }
  if (topic === 'exit-codes') return exitCodes(run);
  if (topic === 'flags') return flags(run);
  if (topic === 'error') return code === undefined ? everyError(run) : oneError(run, code);
  if (topic === 'state') return (await import('./explain-state.js')).explainState(run, code);
  return (await import('./explain-kind.js')).explainKind(run, topic);
}

async function exitCodes({ out }: ExplainRun): Promise<void> {
  const rows = (Object.entries(Exit) as [ExitName, number][]).map(([name, code]) => ({
    code,
    name,
    when: exitSentence(name),
  }));
  await out.document({ kind: 'ExitCodes', codes: rows }, () => ({
    columns: [{ header: 'CODE', align: 'right' }, { header: 'NAME' }, { header: 'WHEN' }],
    rows: rows.map(({ code, name, when }) => [String(code), name, when]),
  }));
}

const entries: Readonly<Record<string, CatalogueEntry>> = catalogue;

async function oneError({ out }: ExplainRun, text: string): Promise<void> {
  const code = text.toUpperCase();
  const entry = Object.hasOwn(entries, code) ? entries[code] : undefined;
  if (entry === undefined) {
    const close = nearest(code, Object.keys(entries), 3);
    throw new UserError('USAGE', `unknown error code "${text}"`, {
      hint: close.length > 0 ? `did you mean: ${close.join(', ')}` : 'metalctl explain error',
    });
  }
  const exit = Exit[entry.exit];
  await out.document(
    { kind: 'ErrorCode', code, exit, exitName: entry.exit, sentence: entry.sentence, hint: entry.hint },
    () => `${code}: ${entry.sentence} (exit ${exit} ${entry.exit})\nFix: ${entry.hint}\n`,
  );
}

async function everyError({ out }: ExplainRun): Promise<void> {
  const rows = Object.entries(entries).map(([code, { exit, sentence }]) => ({ code, exit: Exit[exit], sentence }));
  await out.document({ kind: 'ErrorCodes', codes: rows }, () => ({
    columns: [{ header: 'CODE' }, { header: 'EXIT', align: 'right' }, { header: 'MEANS' }],
    rows: rows.map(({ code, exit, sentence }) => [code, String(exit), sentence]),
  }));
}

async function flags({ out }: ExplainRun): Promise<void> {
  const rows = Object.entries(globalFlags).map(([key, flag]) => {
    const [flagText, meaning] = flagRow(key, flag);
    return { flag: flagText.trim(), environment: environmentName(key), meaning };
  });
  await out.document({ kind: 'Flags', flags: rows }, () => ({
    columns: [{ header: 'FLAG' }, { header: 'ENVIRONMENT' }, { header: 'MEANING' }],
    rows: rows.map(({ flag, environment, meaning }) => [flag, environment, meaning]),
  }));
}
