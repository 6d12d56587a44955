/**
 * Settings of BMCs without attributes (iLO, XCC): the name is a method and a URI, the value the body. What is asked for
 * comes from objects people write, so the URIs that would change who may enter are not among them.
 */
import { PermanentError } from '../../errors/classes.js';
import type { AttributeValue, AttributeValues, BmcSettings } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { isObject, type JsonObject } from '../transport/json.js';
import { comparable, type Path } from '../transport/link.js';
import { invalid } from './bios.js';
import { patch } from './patch.js';
import { unsupported } from './unsupported.js';

interface Wish {
  readonly method: 'PATCH' | 'POST';
  readonly path: Path;
  readonly body: JsonObject;
}

/** Resources behind these are changed by their own commands, never as a setting. */
const denied =
  /\/(AccountService|SessionService|CertificateService|UpdateService|Accounts|Sessions|Certificates)(\/|$)/i;

/** Settings by URI. */
export function settingsPerUri(resources: Resources): BmcSettings {
  const check = (wanted: AttributeValues) => checkAll(resources, wanted);
  return {
    bmcAttributes: async (names) => ({ current: await currentOf(resources, names), pending: {} }),
    checkBmcAttributes: check,
    setBmcAttributes: async (wanted) => {
      const { changes, problems } = await check(wanted);
      if (problems.length > 0) throw invalid('setting the BMC', problems);
      for (const [name, value] of Object.entries(changes)) await send(resources, toWish(resources, name, value));
      return { changes, needsReset: false };
    },
  };
}

/** The resources as text. Whole bodies: they are for comparing, not for keeping. */
async function currentOf(resources: Resources, names: readonly string[] | 'all'): Promise<AttributeValues> {
  if (names === 'all')
    throw unsupported(resources, 'reading the settings of the BMC', 'it has no list of them: name URIs');
  const all = await Promise.all(
    names.map(async (name) => {
      const { json } = await resources.get(toWish(resources, name, '{}').path);
      return [name, JSON.stringify(json)] as const;
    }),
  );
  return Object.fromEntries(all);
}

async function checkAll(resources: Resources, wanted: AttributeValues) {
  const changes: Record<string, AttributeValue> = {};
  const problems: { name: string; why: string }[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const why = refusal(name, value);
    if (why !== undefined) problems.push({ name, why });
    else if (!(await isThere(resources, toWish(resources, name, value)))) changes[name] = value;
  }
  return { changes, problems, warnings: [], needsReset: false };
}

function refusal(name: string, value: AttributeValue): string | undefined {
  if (!/^(PATCH|POST) \/redfish\/v1\/\S+$/.test(name))
    return 'it must read "PATCH /redfish/v1/…" or "POST /redfish/v1/…"';
  return bodyOf(value) === undefined ? 'its value must be a JSON object' : undefined;
}

function bodyOf(value: AttributeValue): JsonObject | undefined {
  try {
    const body: unknown = JSON.parse(String(value));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** @throws PermanentError BMC_FORBIDDEN · PermanentError BMC_HOSTILE_LINK */
function toWish(resources: Resources, name: string, value: AttributeValue): Wish {
  const [method = '', link = ''] = name.split(' ');
  const path = resources.service.path(link);
  if (denied.test(decoded(comparable(path)))) throw forbidden(name);
  return { method: method === 'POST' ? 'POST' : 'PATCH', path, body: bodyOf(value) ?? {} };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const forbidden = (name: string): PermanentError =>
  new PermanentError('BMC_FORBIDDEN', `setting the BMC by ${name}`, {
    why: 'accounts, sessions, certificates and firmware are not settings',
    hint: 'Use the command for it.',
  });

async function isThere(resources: Resources, { path, body }: Wish): Promise<boolean> {
  return isPart(body, (await resources.get(path)).json);
}

function isPart(wanted: unknown, actual: unknown): boolean {
  if (isObject(wanted)) {
    return isObject(actual) && Object.entries(wanted).every(([key, value]) => isPart(value, actual[key]));
  }
  if (!Array.isArray(wanted)) return wanted === actual;
  return (
    Array.isArray(actual) &&
    actual.length === wanted.length &&
    wanted.every((item, index) => isPart(item, actual[index]))
  );
}

async function send(resources: Resources, { method, path, body }: Wish): Promise<void> {
  try {
    if (method === 'PATCH') await patch(resources.service, path, body, (await resources.get(path, 5000)).etag);
    else await resources.service.send({ method, path, kind: 'action', body });
  } finally {
    resources.forget(path);
  }
}
