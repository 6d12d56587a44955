/** `--field`: typed filters, declared per kind. All must hold; `a|b` is either, `!=` is neither, `age>7d` compares. */
import type { KubeObject } from '../../../api/kind.js';
import { labels } from '../../../api/metal/v1alpha1/constants.js';
import { UserError } from '../../../errors/classes.js';
import { parseDuration } from '../../../lib/duration.js';
import { parsePath, printed, select } from '../../../lib/jsonpath.js';
import { nearest } from '../../../lib/nearest.js';

type Read = (object: KubeObject) => readonly string[];
type Fields = Readonly<Record<string, Read>>;

const at = (path: string): Read => {
  const steps = parsePath(path);
  return (object) => select(steps, object).map(printed);
};
const label =
  (key: string): Read =>
  (object) => [object.metadata.labels?.[key] ?? ''];
/** `true` or `false`. */
const has = (path: string): Read => {
  const steps = parsePath(path);
  return (object) => [String(select(steps, object).some((value) => value !== false && value !== null && value !== ''))];
};

const byKind: Readonly<Record<string, Fields>> = {
  Server: {
    state: at('.status.state'),
    power: at('.status.powerState'),
    cordoned: has('.spec.unclaimable'),
    claimed: has('.spec.serverClaimRef'),
    vendor: at('.status.manufacturer'),
    model: at('.status.model'),
    serial: at('.status.serialNumber'),
    uuid: at('.spec.systemUUID'),
    bios: at('.status.biosVersion'),
    bmc: at('.spec.bmcRef.name'),
    taint: at('.spec.taints[*].key'),
    rack: label(labels.rack),
    location: label(labels.location),
  },
  ServerClaim: {
    phase: at('.status.phase'),
    server: at('.spec.serverRef.name'),
    power: at('.spec.power'),
    image: at('.spec.image'),
  },
  BMC: {
    state: at('.status.state'),
    power: at('.status.powerState'),
    vendor: at('.status.manufacturer'),
    model: at('.status.model'),
    firmware: at('.status.firmwareVersion'),
    ip: at('.status.ip'),
  },
};

export type FieldFilter = (object: KubeObject) => boolean;

/**
 * One filter out of all terms.
 * @param nowMs what `age` is measured from
 * @throws UserError USAGE for unknown fields and unreadable terms.
 */
export function fieldFilter(kind: string, terms: readonly string[], nowMs: number): FieldFilter {
  const filters = terms.map((term) => termFilter(kind, term, nowMs));
  return (object) => filters.every((holds) => holds(object));
}

const grammar = /^([a-z]+)\s*(!=|==|=|>=|<=|>|<)\s*(.*)$/s;

function termFilter(kind: string, term: string, nowMs: number): FieldFilter {
  const match = grammar.exec(term);
  if (match === null)
    throw new UserError('USAGE', `--field ${term} is not FIELD=VALUE`, { hint: '--field state=Available' });
  const [, name = '', operator = '', value = ''] = match;
  if (name === 'age') return ageFilter(operator, value, nowMs);
  const read = byKind[kind]?.[name];
  if (read === undefined || !operator.endsWith('=') || /^[<>]/.test(operator)) throw unknownField(kind, name, operator);
  const wanted = value.split('|').map((each) => each.toLowerCase());
  const isAny: FieldFilter = (object) => read(object).some((each) => wanted.includes(each.toLowerCase()));
  return operator === '!=' ? (object) => !isAny(object) : isAny;
}

function ageFilter(operator: string, value: string, nowMs: number): FieldFilter {
  const limit = parseDuration(value);
  if (limit === undefined || !/^[<>]/.test(operator)) {
    throw new UserError('USAGE', `--field age${operator}${value} is not a comparison with a duration`, {
      hint: '--field "age>7d"',
    });
  }
  const ageOf = (object: KubeObject): number => nowMs - Date.parse(object.metadata.creationTimestamp ?? '');
  return operator.startsWith('>') ? (object) => ageOf(object) > limit : (object) => ageOf(object) < limit;
}

function unknownField(kind: string, name: string, operator: string): UserError {
  const known = [...Object.keys(byKind[kind] ?? {}), 'age'];
  if (known.includes(name))
    return new UserError('USAGE', `--field ${name} does not take ${operator}`, { hint: `--field ${name}=…` });
  const [close] = nearest(name, known);
  return new UserError('USAGE', `--field does not know "${name}" for ${kind}`, {
    why: `known: ${known.join(', ')}`,
    ...(close === undefined ? {} : { hint: `--field ${close}=…` }),
  });
}
