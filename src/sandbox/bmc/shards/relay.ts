/** The control plane of a fleet over several threads: asks the thread that has a BMC, or all of them, and joins the answers. */
import { UserError } from '../../../errors/classes.js';
import { askControl, type ControlAnswer } from '../control-client.js';
import { type ControlPlane, type ControlPlaneOptions, Refusal, serveControl } from '../control-plane.js';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../json.js';

export interface RelayOptions extends Omit<ControlPlaneOptions, 'emulator'> {
  /** Control planes of the threads. */
  readonly shards: readonly string[];
}

/** Starts the control plane above those of the threads. */
export function relayControl(options: RelayOptions): Promise<ControlPlane> {
  let rules = 0;
  return serveControl(options.token, async ({ method, url, body }) => {
    const asked = method === 'POST' && isObject(body) ? body : undefined;
    const name = asked ? stringAt(asked, 'bmc') : (url.searchParams.get('bmc') ?? undefined);
    const path = `${url.pathname}${url.search}`;
    if (name !== undefined) {
      const { shard, known } = await ownerOf(options, name);
      url.searchParams.set('bmc', known);
      const renamed = asked ? { ...asked, bmc: known } : undefined;
      return checked(
        await send(options, shard, method, asked ? url.pathname : `${url.pathname}${url.search}`, renamed),
      );
    }
    if (url.pathname === '/expect') return expected(options, url);
    // Threads count their rules each for itself; a rule of all has one name in all.
    const sent = asked ? withId(asked, () => `fault-all-${++rules}`) : undefined;
    const answers = await Promise.all(options.shards.map((shard) => send(options, shard, method, path, sent)));
    return answers.map(checked).reduce(join);
  });
}

/** How many requests there were, all threads know only together; what was asked, each knows for itself. */
async function expected(options: RelayOptions, url: URL): Promise<JsonObject> {
  const max = url.searchParams.get('max');
  url.searchParams.delete('max');
  const all = async (path: string): Promise<JsonObject> =>
    (await Promise.all(options.shards.map((shard) => send(options, shard, 'GET', path)))).map(checked).reduce(join);
  const { broken } = await all(`${url.pathname}${url.search}`);
  const { requests } = await all('/counters');
  const isTooMany = max !== null && Number(requests) > Number(max);
  const tooMany = isTooMany ? [`${requests} requests, and at most ${max} were expected`] : [];
  return { broken: [...tooMany, ...(Array.isArray(broken) ? broken : [])] };
}

const send = (
  { token }: RelayOptions,
  shard: string,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<ControlAnswer> => askControl(shard, token, method, path, body);

function withId(step: JsonObject, make: () => string): JsonObject {
  const rule = objectAt(step, 'rule');
  return step.do !== 'fail' || rule.id !== undefined || step.rule === undefined
    ? step
    : { ...step, rule: { ...rule, id: make() } };
}

/** The thread that has a BMC, and the name that finds it there. @throws UserError NOT_FOUND */
async function ownerOf(options: RelayOptions, name: string): Promise<{ shard: string; known: string }> {
  for (const known of [name, await options.systemUUID?.(name)]) {
    if (known === undefined) continue;
    const path = `/bmcs?bmc=${encodeURIComponent(known)}`;
    const answers = await Promise.all(options.shards.map((shard) => send(options, shard, 'GET', path)));
    const at = answers.findIndex(({ status }) => status === 200);
    const shard = options.shards[at];
    if (shard !== undefined) return { shard, known };
  }
  throw new UserError('NOT_FOUND', `no emulated machine is called "${name}"`, {
    hint: 'a name, an address, a serial number or a server',
  });
}

function checked({ status, body }: ControlAnswer): JsonObject {
  if (status === 200) return body;
  const error = objectAt(body, 'error');
  const message = stringAt(error, 'message') ?? `the thread answered ${status}`;
  const code = stringAt(error, 'code');
  if (code === 'NOT_FOUND' || code === 'USAGE') throw new UserError(code, message);
  throw new Refusal(status, message);
}

/** Lists are joined, numbers added; one rule in two threads is one rule that struck in both. */
export function join(one: JsonObject, other: JsonObject): JsonObject {
  const out: JsonObject = { ...one };
  for (const [key, value] of Object.entries(other)) out[key] = joined(key, one[key] ?? null, value ?? null);
  return out;
}

function joined(key: string, one: Json, other: Json): Json {
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  if (Array.isArray(one) && Array.isArray(other)) return listed(key, [...one, ...other]);
  if (isObject(one) && isObject(other)) return join(one, other);
  return one ?? other;
}

function listed(key: string, all: readonly Json[]): readonly Json[] {
  if (key === 'faults') return [...rulesById(all.filter(isObject)).values()];
  if (key === 'healed') return [...new Set(all)];
  const timeOf = (entry: Json): string =>
    isObject(entry) ? (stringAt(entry, 'at') ?? stringAt(entry, 'startedDateTime') ?? '') : '';
  return [...all].sort((a, b) => timeOf(a).localeCompare(timeOf(b)));
}

function rulesById(rules: readonly JsonObject[]): Map<string, JsonObject> {
  const known = new Map<string, JsonObject>();
  for (const rule of rules) {
    const id = stringAt(rule, 'id') ?? '';
    const before = known.get(id);
    known.set(id, before ? { ...rule, struck: Number(before.struck) + Number(rule.struck) } : rule);
  }
  return known;
}
