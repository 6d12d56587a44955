/** One emulated BMC over HTTPS, for programs that nobody here wrote; run by the scripts beside this file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { type Emulator, startEmulator } from '../../src/sandbox/bmc/index.js';

export interface EmulatedBmcOverHttps {
  readonly emulator: Emulator;
  readonly name: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** File with the certificate to trust. */
  readonly ca: string;
  /** Folder for what a program writes; it goes with the BMC. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Starts one of a profile; hardware runs fifty times as fast. */
export async function emulatedBmc(profile: string, speed = 50): Promise<EmulatedBmcOverHttps> {
  const folder = mkdtempSync(join(tmpdir(), 'independent-'));
  const made = await generate([{ name: 'commonName', value: 'emulated' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, made.cert);
  const password = 'Independent-1!';
  const emulator = await startEmulator({
    servers: 1,
    vendors: profile,
    password,
    speed,
    addressing: 'port',
    port: 0,
    tls: async () => ({ cert: made.cert, key: made.private }),
    networkBoot: async () => ({ kind: 'os', image: 'test' }),
  });
  const [first] = emulator.bmcs;
  if (first === undefined) throw new Error('no BMC was started');
  const close = async (): Promise<void> => {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { emulator, name: first.name, url: first.url, username: 'admin', password, ca, folder, close };
}

/** The profiles named on the command line, or `fallback`. */
export const profilesAsked = (fallback: readonly string[]): readonly string[] => {
  const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
  return named.length > 0 ? named : fallback;
};
