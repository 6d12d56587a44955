/**
 * Every profile as a spider sees it: each link answers with the resource it names, each action answers at its target,
 * and no document is there that nothing links to. A dead link would make a client's fallback look like a vendor's fault.
 */
import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { after, before, test } from 'node:test';
import { type EmulatedBmc, type Emulator, profiles, startEmulator } from '../../../../src/sandbox/bmc/index.js';
import { basic, password } from './client.js';

type Doc = Record<string, unknown>;
interface Page {
  readonly status: number;
  readonly doc: Doc;
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
let emulator: Emulator;

before(async () => {
  const vendors = profiles.map(({ name }) => name).join(',');
  emulator = await startEmulator({ servers: profiles.length, vendors, password, port: 0 });
});
after(async () => {
  agent.destroy();
  await emulator.close();
});

const read = (bmc: EmulatedBmc, path: string): Promise<Page> =>
  new Promise((resolve, reject) => {
    const sent = get(bmc.url + path, { agent, headers: basic() }, (response) => {
      const parts: string[] = [];
      response.setEncoding('utf8');
      response.on('data', (part: string) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, doc: parsed(parts.join('')) }));
    });
    sent.on('error', reject);
  });

function parsed(text: string): Doc {
  try {
    return JSON.parse(text) as Doc;
  } catch {
    return {};
  }
}

/** Where a document points to: resources under `links`, actions under `targets`. */
function pointersOf(value: unknown, found = { links: new Set<string>(), targets: new Set<string>() }) {
  if (Array.isArray(value)) for (const item of value) pointersOf(item, found);
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string') {
      if (isLink(key, inner)) found.links.add(inner);
      if (key === 'target') found.targets.add(inner);
    } else pointersOf(inner, found);
  }
  return found;
}

const isLink = (key: string, text: string): boolean =>
  ['@odata.id', '@Redfish.ActionInfo', 'Uri', 'TaskMonitor'].includes(key) && text.startsWith('/redfish');

const bare = (path: string): string => path.replace(/#.*$/, '').replace(/(?<!\/)\/+$/, '');

/** What a fragment names within a document; undefined if nothing. */
const pointed = (doc: unknown, link: string): unknown =>
  (link.split('#')[1] ?? '')
    .split('/')
    .filter((part) => part !== '')
    .reduce<unknown>((at, part) => (at as Doc | undefined)?.[part], doc);

for (const profile of profiles) {
  test(`${profile.name}: every link leads to the resource it names, and every resource has a link`, async () => {
    const bmc = emulator.bmcs.find((each) => each.profile === profile.name);
    assert.ok(bmc);
    const pages = new Map<string, Page>();
    const wrong: string[] = [];
    const links = new Set<string>(['/redfish/v1/']);
    const targets = new Set<string>();
    for (const link of links) {
      const path = bare(link);
      const page = pages.get(path) ?? (await read(bmc, link.replace(/#.*$/, '')));
      pages.set(path, page);
      if (page.status !== 200) wrong.push(`${link}: ${page.status}`);
      else if (bare(String(page.doc['@odata.id'])) !== path) wrong.push(`${link}: shows ${page.doc['@odata.id']}`);
      else if (pointed(page.doc, link) === undefined) wrong.push(`${link}: the fragment names nothing`);
      const found = pointersOf(page.doc);
      for (const next of found.links) links.add(next);
      for (const target of found.targets) targets.add(target);
    }
    for (const target of targets) {
      // An action is no resource; that it is known shows in the refusal of GET.
      const { status } = await read(bmc, target);
      if (status !== 405) wrong.push(`action ${target}: GET answers ${status}`);
    }
    const orphans = [...profile.template.paths].filter((path) => path !== '/redfish' && !pages.has(path));
    assert.deepEqual([wrong, orphans], [[], []]);
    assert.ok(pages.size > 20, `only ${pages.size} resources were found`);
  });
}
