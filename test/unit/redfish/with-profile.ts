/** One emulated BMC of a profile and a client for it, over a real socket; hardware runs a thousand times as fast. */
import assert from 'node:assert/strict';
import { Secret } from '../../../src/lib/secret.js';
import type { Bmc, BmcAccess, BmcFactory, SystemInfo } from '../../../src/ports/bmc.js';
import { type Log, silent } from '../../../src/ports/log.js';
import { createBmcFactory } from '../../../src/redfish/index.js';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/sandbox/bmc/index.js';
import type { SharedClock } from './shared-clock.js';
import { hastyClock } from './tiny-bmc.js';

export const password = 'emulator-password-1';

export interface ProfileWorld {
  readonly emulator: Emulator;
  readonly bmc: Bmc;
  /** Name of the BMC. */
  readonly name: string;
  readonly factory: BmcFactory;
  readonly access: BmcAccess;
  readonly clock: SharedClock;
  /** Requests the BMC has seen since the last call: `GET /redfish/v1/`. */
  spent(): string[];
}

export async function withProfile(
  profile: string,
  use: (world: ProfileWorld) => Promise<void>,
  { log = silent, clock: shared, ...more }: Partial<EmulatorOptions> & { log?: Log; clock?: SharedClock } = {},
): Promise<void> {
  const emulator = await startEmulator({
    servers: 1,
    vendors: profile,
    password,
    addressing: 'port',
    port: 0,
    speed: 1000,
    networkBoot: async () => ({ kind: 'os', image: 'test' }),
    ...(shared === undefined ? {} : { clock: shared }),
    ...more,
  });
  const [first] = emulator.bmcs;
  assert.ok(first);
  const clock = shared ?? hastyClock();
  const factory = createBmcFactory({ clock, log, random: () => 0.5 });
  const access = {
    id: first.name,
    url: first.url,
    username: 'admin',
    password: new Secret(password),
    credentialVersion: '1',
    allowPlainHttp: true,
  };
  let seen = 0;
  const spent = (): string[] => {
    const all = emulator.log.requests(first.name).map(({ method, path }) => `${method} ${path}`);
    const recent = all.slice(seen);
    seen = all.length;
    return recent;
  };
  try {
    await use({ emulator, name: first.name, factory, access, bmc: factory.open(access), clock, spent });
  } finally {
    await factory.close();
    await emulator.close();
  }
}

/** Waits for what the emulator does by itself; three seconds at most. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never: ${what}`);
}

/** The first system that can boot. */
export function bootable(systems: readonly SystemInfo[]): SystemInfo {
  const found = systems.find(({ isBootable }) => isBootable);
  assert.ok(found, 'a bootable system');
  return found;
}
