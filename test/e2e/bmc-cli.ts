/** A sandbox whose BMCs are onboarded, the program as a process against it, and what its BMCs were really asked. */
import assert from 'node:assert/strict';
import { type Cli, startCli } from './cli-process.js';

export interface BmcCli extends Cli {
  /** Names of the BMC objects; the emulator calls its BMCs the same. */
  readonly names: readonly string[];
  /** Name of the Server behind a BMC. */
  serverOf(bmc: string): Promise<string>;
  /** Requests of one BMC since the last call: `PATCH /redfish/v1/Systems/1`. */
  asked(bmc: string): readonly string[];
  /** The same, without reads, logins and logouts. */
  changes(bmc: string): readonly string[];
}

/** Terminal payloads a compromised BMC might answer with. */
export const hostile = '\u001b]52;c;aGk=\u0007\u001b[2J\u001b[31mred\r\n\u009b1m\u202etxt\u200b\u0000end';

/** No byte that a terminal would obey, beside newlines. */
export function assertTame(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
}

export async function startBmcCli(servers = 2, { isOneProcess = false } = {}): Promise<BmcCli> {
  const cli = await startCli(servers, { isOneProcess });
  await cli.live.onboard();
  await cli.live.pass({ settle: true });
  const { emulator } = cli.live.sandbox;
  const seen = new Map<string, number>();
  const asked = (bmc: string): readonly string[] => {
    const all = emulator.log.requests(bmc).map(({ method, path }) => `${method} ${path}`);
    const recent = all.slice(seen.get(bmc) ?? 0);
    seen.set(bmc, all.length);
    return recent;
  };
  // Sessions of this process are not those the tests are about.
  for (const { name } of emulator.bmcs) {
    emulator.control.endSessions(name);
    asked(name);
  }
  return {
    ...cli,
    names: emulator.bmcs.map(({ name }) => name),
    serverOf: async (bmc) => {
      const server = (await cli.live.servers()).find(({ spec }) => spec?.bmcRef?.name === bmc);
      assert.ok(server, `no server behind ${bmc}`);
      return server.metadata.name;
    },
    asked,
    changes: (bmc) => asked(bmc).filter((line) => !/^(GET|HEAD) /.test(line) && !/\/Sessions(\/[^/]+)?\/?$/.test(line)),
  };
}
