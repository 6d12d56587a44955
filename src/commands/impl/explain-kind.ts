/** `explain KIND.path`: a kind or field, from the schemas the CRDs are made from. */
import { allKinds, schemaOf } from '../../api/crd/index.js';
import type { CrdSchema } from '../../api/kubernetes.js';
import { kindNames, resolveKind, wordsOf } from '../../api/names.js';
import { UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import type { explainCommand } from '../explain.js';
import type { Run } from './kit/run.js';

type ExplainRun = Run<typeof explainCommand>;

export async function explainKind(run: ExplainRun, topic: string): Promise<void> {
  const [word = '', ...path] = topic.split('.');
  const names = resolveKind(word);
  const kind = allKinds.find((each) => each.kind === names?.kind);
  if (kind === undefined) throw unknownTopic(word);
  const schema = at(schemaOf(kind), path, kind.kind);
  const fields = fieldsOf(schema, run.flags.recursive);
  const head = {
    kind: 'Explanation' as const,
    of: [kind.kind, ...path].join('.'),
    apiVersion: `${kind.group}/${kind.version}`,
    type: typeOf(schema),
    description: schema.description ?? '',
  };
  await run.out.document({ ...head, fields }, () => {
    const values = schema.enum === undefined ? '' : `VALUES   ${schema.enum.join(', ')}\n`;
    const width = Math.max(0, ...fields.map(({ name, type }) => name.length + type.length + 3));
    const lines = fields.map(({ name, type, isRequired, description }) => {
      const left = `${name} <${type}>`.padEnd(width);
      return `  ${left}  ${description}${isRequired ? ' (required)' : ''}\n`;
    });
    const below = lines.length === 0 ? '' : `FIELDS\n${lines.join('')}`;
    return `${head.of} <${head.type}>   ${head.apiVersion}\n${head.description}\n${values}${below}`;
  });
}

function unknownTopic(word: string): UserError {
  const known = ['exit-codes', 'error', 'flags', 'state', ...kindNames.flatMap(wordsOf)];
  const [close] = nearest(word, known);
  return new UserError('USAGE', `nothing is called "${word}"`, {
    why: 'known: exit-codes, error, flags, state, and the kinds of metalctl api-resources',
    ...(close === undefined ? {} : { hint: `metalctl explain ${close}` }),
  });
}

/** Lists are walked through to what they hold. @throws UserError NOT_FOUND with the nearest field */
function at(schema: CrdSchema, path: readonly string[], walked: string): CrdSchema {
  const [name, ...rest] = path;
  const held = schema.items ?? schema;
  if (name === undefined) return schema;
  const next = held.properties?.[name];
  if (next !== undefined) return at(next, rest, `${walked}.${name}`);
  const known = Object.keys(held.properties ?? {});
  const close = nearest(name, known, 3);
  throw new UserError('NOT_FOUND', `${walked} has no field "${name}"`, {
    why: `it has: ${known.join(', ') || 'none'}`,
    hint: close.length === 0 ? `metalctl explain ${walked.toLowerCase()}` : `did you mean: ${close.join(', ')}`,
  });
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

function fieldsOf(schema: CrdSchema, isDeep: boolean, lead = ''): Field[] {
  const held = schema.items ?? schema;
  return Object.entries(held.properties ?? {}).flatMap(([name, below]) => [
    {
      name: `${lead}${name}`,
      type: typeOf(below),
      isRequired: held.required?.includes(name) === true,
      description: below.description ?? '',
    },
    ...(isDeep ? fieldsOf(below, isDeep, `${lead}${name}.`) : []),
  ]);
}

const typeOf = (schema: CrdSchema): string =>
  schema.items === undefined ? String(schema.type ?? 'any') : `[]${typeOf(schema.items)}`;
