/**
 * What a Redfish service owes its clients, as far as metalctl lives by it (DSP0266 1.20; sections in the checks). Reads
 * only; every answer that is needed is asked for once. Judging is separate from asking, so that a check is a sentence.
 */
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import type { Raw, RawAnswer } from '../../ports/bmc.js';

export type Verdict = 'pass' | 'warn' | 'fail';

export interface Check {
  readonly id: string;
  /** What is owed. */
  readonly what: string;
  readonly verdict: Verdict;
  /** What was seen. */
  readonly evidence: string;
}

type Json = Record<string, unknown>;
const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const linkOf = (value: unknown): string | undefined => {
  const link = objectOf(value)['@odata.id'];
  return typeof link === 'string' ? link : undefined;
};

const check = (id: string, what: string, ok: boolean, evidence: string, ifNot: Verdict = 'fail'): Check => ({
  id,
  what,
  verdict: ok ? 'pass' : ifNot,
  evidence,
});

/** The checks, in the order they are made. `most` bounds the resources that are looked at. */
export async function* conformance(bmc: Raw, most: number): AsyncGenerator<Check> {
  const root = await bmc.raw({ method: 'GET', path: '/redfish/v1/', anonymous: true });
  yield* rootChecks(root);
  const service = objectOf(root.json);
  yield* doorChecks(bmc, service);
  yield* manners(bmc, service);
  yield* resources(bmc, service, most);
}

function* rootChecks({ status, headers, json }: RawAnswer): Generator<Check> {
  const root = objectOf(json);
  yield check('C001', 'the service root is readable by everybody (8.4)', status === 200, `HTTP ${status}`);
  const version = String(root.RedfishVersion ?? '');
  yield check('C002', 'it tells its RedfishVersion', /^\d+\.\d+/.test(version), version || 'none');
  yield check(
    'C003',
    'OData-Version is 4.0 (6.6)',
    headers['odata-version'] === '4.0',
    headers['odata-version'] ?? 'no header',
    'warn',
  );
  const type = headers['content-type'] ?? '';
  yield check('C004', 'JSON is called JSON (6.5)', /^application\/json/i.test(type), type || 'no header');
  const links = ['Systems', 'Managers', 'Chassis'].filter((name) => linkOf(root[name]) === undefined);
  yield check(
    'C005',
    'it leads to systems, managers and chassis',
    links.length === 0,
    links.length === 0 ? 'all three' : `not to ${links.join(', ')}`,
  );
  const sessions = linkOf(objectOf(root.Links).Sessions);
  yield check(
    'C006',
    'it leads to its sessions (13.3.4)',
    sessions !== undefined,
    sessions ?? 'no Links.Sessions',
    'warn',
  );
}

async function* doorChecks(bmc: Raw, root: Json): AsyncGenerator<Check> {
  const systems = linkOf(root.Systems) ?? '/redfish/v1/Systems';
  const stranger = await bmc.raw({ method: 'GET', path: systems, anonymous: true });
  yield check('C010', 'strangers are not let in (13.2)', stranger.status === 401, `HTTP ${stranger.status}`);
  const known = await bmc.raw({ method: 'GET', path: systems });
  yield check('C011', 'the account is let in', known.status === 200, `HTTP ${known.status}`);
}

async function* manners(bmc: Raw, root: Json): AsyncGenerator<Check> {
  const nowhere = await bmc.raw({ method: 'GET', path: '/redfish/v1/Systems/metalctl-does-not-exist' });
  yield check('C020', 'what is not there is 404 (7.5)', nowhere.status === 404, `HTTP ${nowhere.status}`);
  const said = objectOf(objectOf(nowhere.json).error);
  const isSaid = Array.isArray(said['@Message.ExtendedInfo']) && typeof said.code === 'string';
  yield check(
    'C021',
    'errors have a code and extended information (8.6)',
    isSaid,
    isSaid ? String(said.code) : 'no such body',
    'warn',
  );
  const systems = linkOf(root.Systems) ?? '/redfish/v1/Systems';
  const head = await bmc.raw({ method: 'HEAD', path: systems });
  yield check(
    'C022',
    'HEAD is understood (7.4)',
    head.status === 200 || head.status === 204,
    `HTTP ${head.status}`,
    'warn',
  );
  yield check(
    'C023',
    'Allow says what may be done (6.6)',
    head.headers.allow !== undefined,
    head.headers.allow ?? 'no header',
    'warn',
  );
}

/** Breadth first from the root, so that a small bound still sees every kind of resource. */
async function* resources(bmc: Raw, root: Json, most: number): AsyncGenerator<Check> {
  const queue = linksIn(root);
  const seen = new Set(queue);
  const faults: Record<'dead' | 'nameless' | 'misnamed' | 'miscounted', string[]> = {
    dead: [],
    nameless: [],
    misnamed: [],
    miscounted: [],
  };
  let read = 0;
  let tagged = 0;
  for (let path = queue.shift(); path !== undefined && read < most; path = queue.shift()) {
    const { status, json, etag } = await bmc.raw({ method: 'GET', path });
    read += 1;
    if (status !== 200) {
      faults.dead.push(`${path} (HTTP ${status})`);
      continue;
    }
    const resource = objectOf(json);
    if (etag !== undefined) tagged += 1;
    judge(resource, path, faults);
    for (const link of linksIn(resource)) if (!seen.has(link)) queue.push(link) && seen.add(link);
  }
  const told = (list: readonly string[]): string =>
    list.length === 0 ? `${read} resources` : `${list.length} of ${read}: ${list.slice(0, 3).join(', ')}`;
  yield check('C030', 'links lead somewhere', faults.dead.length === 0, told(faults.dead), 'warn');
  yield check(
    'C031',
    'resources have @odata.id, @odata.type and Name (9.6)',
    faults.nameless.length === 0,
    told(faults.nameless),
  );
  yield check(
    'C032',
    'a resource is called what it was asked by',
    faults.misnamed.length === 0,
    told(faults.misnamed),
    'warn',
  );
  yield check('C033', 'collections count their members (9.7)', faults.miscounted.length === 0, told(faults.miscounted));
  yield check('C034', 'resources have an ETag (6.5)', tagged * 2 >= read, `${tagged} of ${read}`, 'warn');
}

function judge(resource: Json, path: string, faults: Record<'nameless' | 'misnamed' | 'miscounted', string[]>): void {
  const id = linkOf(resource);
  if (id === undefined || typeof resource['@odata.type'] !== 'string' || typeof resource.Name !== 'string') {
    faults.nameless.push(path);
  }
  if (id !== undefined && plain(id) !== plain(path)) faults.misnamed.push(`${path} (${id})`);
  const { Members: members } = resource;
  const count = resource['Members@odata.count'];
  const isWhole = resource['Members@odata.nextLink'] === undefined;
  if (Array.isArray(members) && isWhole && count !== members.length)
    faults.miscounted.push(`${path} (${count}, not ${members.length})`);
}

const plain = (path: string): string => path.replace(/[?#].*$/, '').replace(trailingSlashes, '');

/** Links of a resource to others, outside its actions. */
function linksIn(resource: Json): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 12) return;
    const entries = Object.entries(value);
    const link = entries.length === 1 ? linkOf(value) : undefined;
    if (link?.startsWith('/redfish/') && !link.includes('#')) found.add(link);
    for (const [key, child] of entries) if (key !== 'Actions' && !key.startsWith('@')) walk(child, depth + 1);
  };
  walk(resource, 0);
  return [...found];
}
