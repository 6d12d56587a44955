/** Reads fault rules that a person or a program wrote: every name is checked, so that a typo is no fault that never strikes. */
import { UserError } from '../../../errors/classes.js';
import { nearest } from '../../../lib/nearest.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import { namedFaults } from './presets.js';
import { type FaultKind, type FaultRule, tlsFlaws } from './rules.js';

type Check = (value: Json) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isAnyNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isText: Check = (value) => typeof value === 'string';
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isTextOrTexts: Check = (value) => isText(value) || isTexts(value);
const isTextOrNumber: Check = (value) => isText(value) || isNumber(value);
const isFalse: Check = (value) => value === false;
const isStatus: Check = (value) => Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599;
const isHeaders: Check = (value) => isObject(value) && Object.values(value).every((item) => isText(item ?? null));
const isShare: Check = (value) => isNumber(value) && Number(value) <= 1;
const isLatency: Check = (value) =>
  isNumber(value) ||
  (isObject(value) &&
    ((Array.isArray(value.uniform) && value.uniform.length === 2 && value.uniform.every(isNumber)) ||
      (isObject(value.lognormal) &&
        isNumber(value.lognormal.medianMs ?? null) &&
        isNumber(value.lognormal.sigma ?? null))));

/** What an action may say: one of these under `how`, and these members. */
interface Form {
  readonly how?: readonly string[];
  readonly needs?: Readonly<Record<string, Check>>;
  readonly may?: Readonly<Record<string, Check>>;
}

const forms: Readonly<Record<FaultKind, Form>> = {
  latency: { needs: { ms: isLatency }, may: { perByteMs: isNumber } },
  status: {
    needs: { status: isStatus },
    may: { retryAfter: isTextOrNumber, messageId: isText, message: isText, body: isFalse },
  },
  connection: {
    how: ['refuse', 'hang', ...tlsFlaws, 'noAnswer', 'reset', 'resetAfter', 'halfClose', 'closeIdle'],
    may: { bytes: isNumber },
  },
  body: {
    how: [
      ...['malformed', 'truncated', 'empty', 'html', 'contentType', 'bom', 'gzip', 'duplicateKeys', 'huge', 'nan'],
      ...['stringNumbers', 'nullMembers', 'missingRequired', 'unknownEnums'],
    ],
    may: { megabytes: isNumber },
  },
  session: {
    how: ['expire', 'expireAfter', 'tableFull', 'tokenIgnored', 'wrongLocation'],
    may: { requests: isNumber },
  },
  etag: { how: ['mismatch', 'volatile', 'missing', 'swap', 'gzip'] },
  expand: { how: ['ignored', '400', '501', 'partial', 'embeddedErrors', 'noAnswer'] },
  paging: { how: ['loop', 'missingNext', 'deadMembers', 'strayMembers'] },
  state: {
    how: [
      ...[
        'powerLost',
        'powerFlap',
        'overrideDropped',
        'gracefulIgnored',
        'settingsIgnored',
        'eraseInterrupted',
        'patchAsTask',
        'unlicensed',
        'neverStarted',
      ],
      'stale',
    ],
  },
  update: { how: ['verifyFailed', 'stuck', 'lost', 'unchanged'] },
  probe: { how: ['neverRegisters', 'wrongUuidByteOrder', 'missingNic', 'vanishes'] },
  task: { how: ['stuck', 'lost', 'wrongState', 'jumpBack'] },
  hardware: { how: ['driveFailed', 'drivePulled', 'dimmFailed', 'psuLost'], may: { part: isText } },
  bmc: {
    how: ['crashLoop', 'clockSkew', 'fewConnections'],
    may: { everyMs: isNumber, seconds: isAnyNumber, connections: isNumber },
  },
  capacity: { needs: { perSecond: isNumber, burst: isNumber }, may: { status: isStatus } },
  serial: { needs: { serviceMs: isNumber } },
};

/** Every kind of action with every manner of it, for pages and tests. */
export const faultKinds: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(forms).map(([kind, { how = [] }]) => [kind, how]),
);

const matchForm: Form = {
  may: {
    bmc: isTextOrTexts,
    except: isTexts,
    user: isText,
    headers: isHeaders,
    method: isText,
    path: isText,
    query: isText,
    auth: (value) => ['none', 'basic', 'token'].includes(String(value)),
    powerState: isText,
  },
};

const whenForm: Form = {
  may: { probability: isShare, nth: isNumber, first: isNumber, afterMs: isNumber, forMs: isNumber },
};

/** A rule from JSON. @throws UserError USAGE, naming what is wrong */
export function readRule(value: unknown): FaultRule {
  if (!isObject(value)) throw wrong('a fault rule is a JSON object', '{"action":{"kind":"status","status":503}}');
  checkForm('rule', value, { needs: { action: isObject }, may: { id: isText, match: isObject, when: isObject } });
  const { action, match = {}, when = {} } = value as { action: JsonObject; match?: JsonObject; when?: JsonObject };
  const { kind, ...rest } = action;
  const form = Object.hasOwn(forms, String(kind)) ? forms[kind as FaultKind] : undefined;
  if (!form) throw wrong(`no fault is of kind "${String(kind)}"`, guess(String(kind), Object.keys(forms)));
  checkForm(`action ${String(kind)}`, rest, form);
  checkForm('match', match, matchForm);
  checkForm('when', when, whenForm);
  return value as unknown as FaultRule;
}

/** A rule by the name people type, or as JSON. @throws UserError USAGE */
export function readFault(text: string): FaultRule {
  const named = Object.hasOwn(namedFaults, text) ? namedFaults[text] : undefined;
  if (named) return named;
  if (!text.trim().startsWith('{')) {
    throw wrong(`no fault is called "${text}"`, `${Object.keys(namedFaults).join(', ')}, or a rule as JSON`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong('the fault rule is not JSON', (error as Error).message);
  }
  return readRule(value);
}

function checkForm(what: string, value: JsonObject, { how, needs = {}, may = {} }: Form): void {
  for (const name of Object.keys(needs)) {
    if (value[name] === undefined) throw wrong(`${what} lacks "${name}"`, Object.keys(needs).join(', '));
  }
  const checks: Readonly<Record<string, Check>> = { ...needs, ...may };
  for (const [name, item] of Object.entries(value)) {
    if (name === 'how' && how) continue;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    const known = [...(how ? ['how'] : []), ...Object.keys(checks)];
    if (!check) throw wrong(`${what} knows no "${name}"`, guess(name, known));
    if (!check(item ?? null)) throw wrong(`${what}: "${name}" cannot be ${JSON.stringify(item)}`, guess(name, known));
  }
  if (how && !how.includes(String(value.how))) {
    throw wrong(`${what}: "how" cannot be ${JSON.stringify(value.how ?? null)}`, how.join(', '));
  }
}

const wrong = (message: string, hint: string): UserError => new UserError('USAGE', message, { hint });

function guess(name: string, known: readonly string[]): string {
  const [close] = nearest(name, known);
  return close === undefined ? `known: ${known.join(', ')}` : `did you mean "${close}"?`;
}
