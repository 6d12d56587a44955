/**
 * tui.md §3: every state in every view, frame by frame. The frames lie in `states/`; `METALCTL_GOLDENS=write` writes them
 * anew, and the diff is read as prose. What a state must say stands here, so that no frame is written without it.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { widthOf } from '../../../src/lib/output/width.js';
import type { ClaimEvent } from '../../../src/ui/claim/model.js';
import { initialClaim } from '../../../src/ui/claim/model.js';
import { claimView } from '../../../src/ui/claim/run.js';
import { type DiscoverEvent, type FindingRow, initialDiscover } from '../../../src/ui/discover/model.js';
import { discoverView } from '../../../src/ui/discover/run.js';
import { initialServer, type ServerEvent } from '../../../src/ui/server/model.js';
import { serverView } from '../../../src/ui/server/run.js';
import { guarded } from '../../../src/ui/shared/failing.js';
import type { Size } from '../../../src/ui/shared/layout.js';
import { painted } from '../../../src/ui/shared/paint.js';
import type { View } from '../../../src/ui/shared/store.js';
import { initialTop, type TopEvent } from '../../../src/ui/top/model.js';
import { topView } from '../../../src/ui/top/run.js';
import { aRow as aServerRow, rows as claimRows } from './claim/screen.js';
import { detail } from './server/a-server.js';
import { snapshot } from './top/a-fleet.js';

const isWriting = process.env.METALCTL_GOLDENS === 'write';
const folder = fileURLToPath(new URL('./states/', import.meta.url));
const normal: Size = { columns: 80, rows: 18 };
const forever = async (): Promise<never> => new Promise(() => undefined);

interface Scene<E> {
  /** What was told, and which keys were pressed: a text is keys with blanks between. */
  readonly told: readonly (E | string)[];
  readonly says: RegExp;
  readonly size?: Size;
  /** What the feed failed with. */
  readonly failed?: readonly string[];
}

const states = [
  'loading',
  'loading in parts',
  'empty',
  'filtered empty',
  'partial',
  'partial, shown',
  'forbidden',
  'disconnected',
  'error',
  'too small',
  'busy action',
  'a second action',
  'done',
] as const;
/** Why a view has no such state stands in the place of its scene. */
type Scenes<E> = Readonly<Record<(typeof states)[number], Scene<E> | string>>;

/** Frames of a view, after everything it was told. */
function frames<S, E, R>(view: (look: Size & { ascii: boolean }) => View<S, E, R>) {
  return ({ told, size = normal, failed }: Scene<E>): readonly string[] => {
    const over = guarded(view({ ...size, ascii: false }), size, { retry: assert.fail, giveUp: assert.fail });
    let state = over.initial;
    for (const each of told) {
      if (typeof each === 'string') {
        for (const key of each.split(' ')) state = over.reduce(state, over.onPress({ key }));
      } else state = over.reduce(state, { of: 'view', event: each });
    }
    if (failed !== undefined) state = over.reduce(state, { of: 'failure', error: new Error('x'), lines: failed });
    return over.draw(state);
  };
}

const link = { type: 'link', link: { seconds: 4, tries: 3, why: 'connection refused' } } as const;
const forbidden = {
  type: 'trouble',
  troubles: [
    {
      text: 'cannot list events',
      lines: [
        'RBAC does not allow "list" on events.events.k8s.io',
        'fix   kubectl auth can-i list events.events.k8s.io',
      ],
    },
  ],
} as const;
const silent = {
  type: 'trouble',
  troubles: [
    {
      text: '2 of 41 BMCs did not answer',
      lines: ['bmc/node-2  the BMC did not answer within 10s', 'bmc/node-9  connection refused'],
    },
  ],
} as const;
const broken = [
  'error: cannot list servers.metal.ironcore.dev',
  '  why   RBAC does not allow "list" on servers.metal.ironcore.dev',
  '  fix   kubectl auth can-i list servers.metal.ironcore.dev',
  '  code  API_FORBIDDEN (exit 18)   more: metalctl explain error API_FORBIDDEN',
];
const tooSmall: Size = { columns: 38, rows: 10 };

// --- discover --------------------------------------------------------------------------------------------------------

const finding = (place: string, more: Partial<FindingRow> = {}): DiscoverEvent => ({
  type: 'finding',
  row: {
    place,
    status: 'new',
    vendor: 'Dell',
    model: 'PowerEdge R660',
    serial: '8XK2M04',
    power: 'Off',
    name: `dell-${place.split('.').at(-1)}`,
    isRunning: false,
    details: [`${place}  Redfish 1.17.0`, 'login with BMCSecret "oob"'],
    ...more,
  },
});
const refused = { status: 'auth', model: '?', serial: '?', power: '?', name: '', barred: 'cannot be onboarded: 401' };
const found: readonly DiscoverEvent[] = [
  { type: 'progress', total: 1022, probed: 611 },
  finding('10.20.0.11'),
  finding('10.20.1.9', { ...refused, vendor: 'Supermicro' }),
];
const unread: DiscoverEvent = {
  type: 'trouble',
  troubles: [{ text: '1 of 2 BMCs could not be read', lines: ['10.20.1.9 auth: HTTP 401'] }],
};
const swept: DiscoverEvent = { type: 'swept', rows: [] };
const created: readonly (DiscoverEvent | string)[] = [
  ...found,
  'a return',
  { type: 'planned', lines: ['PLAN  1 BMC'] },
  'return',
  { type: 'result', text: 'bmc/dell-11  created' },
];
const discover: Scenes<DiscoverEvent> = {
  loading: { told: [], says: /^Nothing answered yet …$/m },
  'loading in parts': { told: [...found], says: /◐ 611\/1022 {2}2 found/ },
  empty: { told: [swept], says: /^Nothing answered\. Check the range and --ports\.$/m },
  'filtered empty': { told: [...found, '/ g p u return'], says: /0 of 2 match "gpu"\. Esc clears the filter\./ },
  partial: { told: [...found, unread], says: /✖ auth[^\n]* \? [\s\S]*^! 1 of 2 BMCs could not be read \(e: show\)$/m },
  'partial, shown': { told: [...found, unread, 'e'], says: /10\.20\.1\.9 auth: HTTP 401/ },
  forbidden: 'the sweep asks no API; what onboarding may not create is said by the plan',
  disconnected: 'every BMC is asked once, nothing that is shown is refreshed, and only the plan asks the API',
  error: { told: [], failed: broken, says: /r try again {2}q quit/ },
  'too small': { told: [...found], size: tooSmall, says: /metalctl discover without -i/ },
  'busy action': {
    told: [...found, 'down c r o o t return x return', { type: 'login-taken' }],
    says: /◐ login[\s\S]*logging in to 10\.20\.1\.9, once/,
  },
  'a second action': {
    told: [...found, 'down c r o o t return x return', { type: 'login-taken' }, 'c'],
    says: /! not yet: an account is still being tried at 10\.20\.1\.9/,
  },
  done: { told: [...created, { type: 'created', tookMs: 372_000 }], says: /✔ 1 BMC onboarded in 6m12s; q leaves/ },
};

// --- claim -----------------------------------------------------------------------------------------------------------

const servers: ClaimEvent = { type: 'servers', rows: claimRows, funnel: '3 servers > 2 claimable' };
const unanswered: ClaimEvent = {
  type: 'servers',
  rows: [aServerRow('fra-8xk2m04-system-0', { power: '?' })],
  funnel: '1 servers > 1 claimable',
};
const part = { type: 'reading', reading: { got: 2_500, of: 10_000 } } as const;
const claim: Scenes<ClaimEvent> = {
  loading: { told: [{ type: 'source', source: 'fra-mgmt' }], says: /^Loading servers from fra-mgmt …$/m },
  'loading in parts': { told: [part, servers], says: /2,500 of ~10,000\n[\s\S]*fra-8xk2m04/ },
  empty: { told: [{ ...servers, rows: [] }], says: /No servers yet\.\nFind BMCs: metalctl discover --cidr CIDR/ },
  'filtered empty': { told: [servers, '/ g p u return'], says: /0 of 3 match "gpu"\. Esc clears the filter\./ },
  partial: {
    told: [unanswered, silent],
    size: { columns: 100, rows: 18 },
    says: / \?\n[\s\S]*^! 2 of 41 BMCs did not answer \(e: show\)$/m,
  },
  'partial, shown': { told: [unanswered, silent, 'e'], says: /bmc\/node-9 {2}connection refused/ },
  forbidden: 'it reads servers only: not being allowed to is the error',
  disconnected: { told: [servers, link, 'return'], says: /reconnecting 4s \(try 3\)[\s\S]*stale 4s\n! not while/ },
  error: { told: [], failed: broken, says: /RBAC does not allow "list"/ },
  'too small': { told: [servers], size: tooSmall, says: /metalctl claim --server NAME/ },
  'busy action': {
    told: [servers, 'return return', { type: 'step', server: 'fra-8xk2m04-system-0', text: 'claim written' }],
    says: /◐/,
  },
  'a second action': { told: [servers, 'return return', 'return'], says: /q leave: what is written goes on/ },
  done: 'a claim that is made ends the view: its result is printed on stdout',
};

// --- top -------------------------------------------------------------------------------------------------------------

const fleet: TopEvent = { type: 'snapshot', snapshot };
const none: TopEvent = {
  type: 'snapshot',
  snapshot: { ...snapshot, rows: { attention: [], servers: [], racks: [], bmcs: [], claims: [] }, counts: [], bar: [] },
};
const top: Scenes<TopEvent> = {
  loading: { told: [{ type: 'source', source: 'fra-mgmt' }], says: /^Loading servers from fra-mgmt …$/m },
  'loading in parts': { told: [part, fleet, '2'], says: /2,500 of ~10,000\n[\s\S]*node-1/ },
  empty: { told: [none, '2'], says: /No servers yet\. Find BMCs: metalctl discover --cidr CIDR/ },
  'filtered empty': { told: [fleet, '2 / g p u return'], says: /0 of 3 match "gpu"\. Esc clears the filter\./ },
  partial: { told: [fleet, silent], says: /^! 2 of 41 BMCs did not answer \(e: show\)$/m },
  'partial, shown': { told: [fleet, silent, 'e'], says: /bmc\/node-2 {2}the BMC did not answer within 10s/ },
  forbidden: { told: [fleet, forbidden], says: /node-2[\s\S]*^! cannot list events \(e: show\)$/m },
  disconnected: { told: [fleet, '2 c', link], says: /reconnecting 4s \(try 3\)[\s\S]*stale 4s/ },
  error: { told: [fleet], failed: broken, says: /API_FORBIDDEN \(exit 18\)/ },
  'too small': { told: [fleet], size: tooSmall, says: /metalctl top --once/ },
  'busy action': { told: [fleet, '2 c'], says: />.◐ node-1 +cordon[\s\S]*◐ cordon/ },
  'a second action': { told: [fleet, '2 c', 'P'], says: /! cordon is not over yet/ },
  done: {
    told: [fleet, '2 c', { type: 'acted', text: 'server/node-1 cordoned', tookMs: 3_000 }],
    says: /✔ server\/node-1 cordoned in 3s/,
  },
};

// --- server ----------------------------------------------------------------------------------------------------------

const shown: ServerEvent = { type: 'detail', detail };
const server: Scenes<ServerEvent> = {
  loading: { told: [], says: /^Loading server\/node-44 …$/m },
  'loading in parts': 'it is one object, which comes whole',
  empty: { told: [shown, 'l l'], says: /Nothing is known\./ },
  'filtered empty': 'it has no filter',
  partial: {
    told: [{ type: 'detail', detail: { ...detail, power: '?' } }, silent],
    says: /Power \?[\s\S]*^! 2 of 41 BMCs did not answer \(E: show\)$/m,
  },
  'partial, shown': { told: [shown, silent, 'E'], says: /bmc\/node-9 {2}connection refused/ },
  forbidden: { told: [shown, forbidden, 'E'], says: /RBAC does not allow "list" on events/ },
  disconnected: { told: [shown, link, 'c'], says: /reconnecting 4s \(try 3\)[\s\S]*stale 4s\n! not while/ },
  error: { told: [], failed: broken, says: /kubectl auth can-i list/ },
  'too small': { told: [shown], size: tooSmall, says: /metalctl describe server node-44/ },
  'busy action': { told: [shown, 'c'], says: /^server\/node-44 +◐ cordon {3}Power On/ },
  'a second action': { told: [shown, 'c', 'P'], says: /! cordon is not over yet/ },
  done: {
    told: [shown, 'c', { type: 'acted', text: 'server/node-44 cordoned', tookMs: 100 }],
    says: /✔ server\/node-44 cordoned$/m,
  },
};

// --- all of them -----------------------------------------------------------------------------------------------------

const silence = { onAct: forever, commandOf: () => '', command: '' };
const views = {
  discover: play(discover, (look) =>
    discoverView(initialDiscover(look, '10.20.0.0/22'), {
      onPreview: forever,
      onTemplate: forever,
      onCreate: forever,
      onStop: () => undefined,
      onCancel: () => undefined,
      onReport: forever,
      onLogin: forever,
      commandOf: () => '',
    }),
  ),
  claim: play(claim, (look) =>
    claimView(initialClaim({ look, claim: 'db/db-07', image: 'img', ignition: '', power: 'On' }), {
      onClaim: forever,
      onForm: () => undefined,
      commandOf: () => '',
    }),
  ),
  top: play(top, (look) => topView(initialTop(look, 'attention'), silence)),
  server: play(server, (look) => serverView(initialServer(look, 'node-44'), silence)),
};

interface Played {
  readonly scenes: Scenes<unknown>;
  readonly frame: (state: (typeof states)[number]) => readonly string[];
}

function play<S, E, R>(scenes: Scenes<E>, view: (look: Size & { ascii: boolean }) => View<S, E, R>): Played {
  const draw = frames(view);
  return {
    scenes: scenes as Scenes<unknown>,
    frame: (state) => {
      const scene = scenes[state];
      return typeof scene === 'string' ? [] : draw(scene);
    },
  };
}

for (const [name, { scenes, frame }] of Object.entries(views)) {
  test(`${name}: every state says what it must, within the screen`, () => {
    for (const state of states) {
      const scene = scenes[state];
      if (typeof scene === 'string') continue;
      const lines = frame(state);
      const { columns, rows } = scene.size ?? normal;
      assert.match(lines.map((text) => text.trimEnd()).join('\n'), scene.says, `${name}, ${state}`);
      assert.equal(lines.length, rows - 1, `${name}, ${state}`);
      for (const text of lines) assert.ok(widthOf(text) <= columns, `${name}, ${state}: ${text}`);
    }
  });

  test(`${name}: the frames of all states are those of states/${name}.txt`, () => {
    const texts = states.map((state) => {
      const scene = scenes[state];
      const body = typeof scene === 'string' ? [`none: ${scene}`] : frame(state).map((text) => text.trimEnd());
      return [`# ${state}`, ...body, ''].join('\n');
    });
    const path = `${folder}${name}.txt`;
    if (isWriting) writeFileSync(path, texts.join('\n'));
    assert.ok(existsSync(path), `${path} is not there: METALCTL_GOLDENS=write`);
    assert.equal(texts.join('\n'), readFileSync(path, 'utf8'));
  });
}

test('disconnected: everything but the title is dim, and plain where there is no colour', () => {
  const paint = (tone: string, text: string): string => `<${tone}>${text}</>`;
  for (const name of ['claim', 'top', 'server'] as const) {
    const plain = views[name].frame('disconnected');
    const [title = '', ...rest] = painted(plain, { colour: true, paint });
    assert.match(title, /^<bold>.*reconnecting/, name);
    for (const text of rest.filter((line) => line !== '')) assert.match(text, /^<dim>/, `${name}: ${text}`);
    assert.deepEqual(painted(plain, { colour: false, paint }), plain);
  }
});
