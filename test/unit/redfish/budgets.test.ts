/**
 * The request budgets of every operation on every profile, counted by the emulator; the counts are the table of
 * docs/reference/redfish-budgets.md. METALCTL_BUDGETS=write writes them anew, for a diff that is read line by line.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { isMetalError } from '../../../src/errors/classes.js';
import type { AttributeValue, Bmc } from '../../../src/ports/bmc.js';
import { profiles } from '../../../src/sandbox/bmc/index.js';
import type { Profile } from '../../../src/sandbox/bmc/profile.js';
import { type Cell, counted } from './budgets.counted.js';
import { type Finds, hostIn, Missing, type Shape, type Work, type WorkName, works } from './budgets.js';
import { operationsOf } from './operations.js';
import { sharedClock } from './shared-clock.js';
import { type ProfileWorld, withProfile } from './with-profile.js';

const rows = Object.keys(works) as WorkName[];
const isWriting = process.env.METALCTL_BUDGETS === 'write';
const found: Record<string, Record<string, Cell>> = {};

/** Nothing is fresh any more. All rows together stay within the hour for which links are remembered. */
const restMs = 20_000;
/** Longer after what goes on for a while, or is remembered for a minute. */
const longRestMs = 120_000;
const goesOn =
  /^(eraseDrive|eraseSystem|initializeVolume|resetStorage|setPower|reset$|restart|updateWays|updateFirmware|startUpdate|resetManager)/;

/** The session, its successors after the BMC was away twice, and the login that `admits` is. */
const mostLogins = 4;

/** What is known of the system is forgotten with a change, its links too; whoever goes on looks at it soon. */
const changesSystem = /^(setBoot|clearBoot|setIndicator|setBios|resetBios|setPower|reset$|restart|eraseSystem|raw)/;

/** What a BMC does not have: told as such, or there is nothing to do it to. */
const lacking = ['BMC_UNSUPPORTED', 'RESET_TYPE_UNSUPPORTED', 'BOOT_TARGET_UNSUPPORTED', 'BMC_REFUSED'];

/** Its `$expand` drops required fields and is not used. */
const distrusted = 'ami-megarac';
const tagReads: Readonly<Record<string, number>> = {
  'ami-megarac': 1,
  'dell-idrac10': 2,
  'fujitsu-irmc': 1,
  'huawei-ibmc': 1,
};

/** The login is not the operation's: the session's refusal, the login, and how long sessions last. */
const isLogin = (line: string): boolean => / 401$/.test(line) || /SessionService(\/Sessions)?\/? 20[01]$/.test(line);

function settingOf({ quirks, managers }: Profile): readonly [string, AttributeValue] {
  if (quirks.bmcSettings === 'dell') return ['SysLog.1.SysLogEnable', 'Enabled'];
  const protocols = `PATCH /redfish/v1/Managers/${managers[0]?.id}/NetworkProtocol`;
  return quirks.bmcSettings === 'perUri'
    ? [protocols, '{"NTP":{"ProtocolEnabled":true}}']
    : ['SyslogServer', 'log.example'];
}

function shapeOf(profile: Profile, { emulator, name }: ProfileWorld, result: unknown): Shape {
  const { quirks, systems, managers } = profile;
  const controllers = systems.find(({ isBootable }) => isBootable)?.hardware.controllers ?? [];
  const sum = (of: 'drives' | 'volumes') => controllers.reduce((all, controller) => all + controller[of].length, 0);
  const members = (path: string) =>
    (emulator.control.resource(name, path)?.Members as readonly unknown[] | undefined)?.length ?? 0;
  const expands = quirks.expand !== undefined && profile.name !== distrusted;
  return {
    expands,
    isDeep: expands && (quirks.expand?.maxLevels ?? 1) > 1,
    managers: managers.length,
    systems: systems.length,
    controllers: controllers.length,
    drives: sum('drives'),
    volumes: sum('volumes'),
    accounts: members('/redfish/v1/AccountService/Accounts') + 1,
    items: members('/redfish/v1/UpdateService/FirmwareInventory'),
    settings: quirks.bmcSettings === 'dell' ? 3 : 1,
    tagReads: tagReads[profile.name] ?? 0,
    found: Array.isArray(result) ? result.length : 1,
  };
}

/** One row: what came of it and what it cost. */
async function cost({ run, before: prepare }: Work, finds: Finds, { emulator, name, spent }: ProfileWorld) {
  if (prepare !== undefined) await prepare(finds).catch(() => undefined);
  spent();
  const seen = emulator.log.requests(name).length;
  const outcome = await Promise.resolve(finds)
    .then(run)
    .then(
      (result) => ({ result, isOffered: true }),
      (error: unknown) => {
        if (error instanceof Missing || (isMetalError(error) && lacking.includes(error.code)))
          return { isOffered: false };
        throw error;
      },
    );
  const lines = emulator.log
    .requests(name)
    .slice(seen)
    .map(({ method, path, status }) => `${method} ${path} ${status}`);
  return { result: undefined, ...outcome, lines };
}

/** Follows the stream of events until one comes, which something that happens to the machine brings about. */
async function firstEvent(bmc: Bmc, { emulator, name, clock }: ProfileWorld): Promise<void> {
  const over = new AbortController();
  const events = bmc.events(over.signal)[Symbol.asyncIterator]();
  let isHere = false;
  const next = events.next().finally(() => {
    isHere = true;
  });
  next.catch(() => undefined);
  while (!isHere) {
    emulator.control.setPower(name, emulator.powerState(name) === 'On' ? 'Off' : 'On');
    clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  emulator.control.setPower(name, 'Off');
  over.abort();
  await next;
  await events.return?.();
}

describe('requests of every operation', () => {
  let pem = '';
  before(async () => {
    pem = (await generate([{ name: 'commonName', value: 'b.example' }], { keyType: 'ec' })).cert;
  });

  for (const profile of profiles) {
    it(`to the emulated ${profile.name} stay within their budgets`, async () => {
      const clock = sharedClock();
      await withProfile(
        profile.name,
        async (world) => {
          const { bmc, name, emulator } = world;
          const results = new Map<string, unknown>();
          const of = <T>(...from: string[]): T => {
            const result = from.map((row) => results.get(row)).find((one) => one !== undefined);
            if (result === undefined) throw new Missing(from.join(' or '));
            return result as T;
          };
          let uri = '' as Finds['uri'];
          const cells: Record<string, Cell> = {};
          for (const row of rows) {
            const work: Work = works[row];
            const finds = { bmc, uri, pem, of, setting: settingOf(profile), firstEvent: () => firstEvent(bmc, world) };
            const { result, isOffered, lines } = await cost(work, finds, world);
            results.set(row, result);
            if (row === 'systems') uri = hostIn(result as Parameters<typeof hostIn>[0]);
            const own = /^(authenticate|admits)$/.test(row) ? lines : lines.filter((line) => !isLogin(line));
            cells[row] = isOffered ? own.length : `${own.length} –`;
            const most = work.budget(shapeOf(profile, world, result));
            assert.ok(own.length <= most, `${row}: ${own.length} requests, ${most} allowed\n${own.join('\n')}`);
            if (changesSystem.test(row)) await bmc.system(uri);
            clock.advance(goesOn.test(row) ? longRestMs : restMs);
          }
          const logins = emulator.log.logins(name);
          assert.deepEqual([logins.failed, logins.ok <= mostLogins], [0, true], `${logins.ok} logins`);
          found[profile.name] = cells;
          if (!isWriting) assert.deepEqual(cells, counted[profile.name], changed(cells, counted[profile.name] ?? {}));
        },
        { clock, speed: 1 },
      );
    });
  }

  it('are counted for every operation the client has', async () => {
    const counts = new Set(rows.map((row) => row.split(' (')[0]));
    assert.deepEqual(
      [...(await operationsOf())].filter((name) => !counts.has(name)),
      [],
    );
  });

  it('are told in one line', (t) => {
    const all = Object.values(found).flatMap((cells) => Object.values(cells));
    const [most] = all.map((cell) => Number.parseInt(String(cell), 10)).sort((a, b) => b - a);
    const lacks = all.filter((cell) => typeof cell === 'string').length;
    t.diagnostic(
      `summary: requests of ${rows.length} operations × ${Object.keys(found).length} profiles within their budgets, ${most} at most; ${lacks} of ${all.length} are not offered`,
    );
    if (isWriting) write(found);
  });
});

/** What changed, and what to do when it was meant. */
function changed(now: Record<string, Cell>, before: Readonly<Record<string, Cell>>): string {
  const lines = Object.entries(now).filter(([row, cell]) => before[row] !== cell);
  const words = lines.map(([row, cell]) => `${row}: ${before[row]} before, ${cell} now`);
  const remedy =
    'METALCTL_BUDGETS=write node --import tsx --test test/unit/redfish/budgets.test.ts && npm run generate';
  return [...words, `within their budgets all the same; if it is meant: ${remedy}`].join('\n');
}

function write(counts: typeof found): void {
  const text = JSON.stringify(counts, null, 2)
    .replaceAll(/"([a-z]+)":/gi, '$1:')
    .replaceAll('"', "'");
  const head = `/** Requests each operation costs on each profile, as the emulator counts them; METALCTL_BUDGETS=write writes this file. */
import type { WorkName } from './budgets.js';

/** A count; with a dash where the BMC does not offer the operation, or has nothing for it. */
export type Cell = number | string;

export const counted: Readonly<Record<string, Readonly<Record<WorkName, Cell>>>> = `;
  writeFileSync(new URL('./budgets.counted.ts', import.meta.url), `${head}${text};\n`);
}
