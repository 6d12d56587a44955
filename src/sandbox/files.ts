/**
 * What a sandbox keeps in its folder: certificates, tokens, the BMC password, the kubeconfig and the record of the
 * running process. Files are 0600 in a 0700 folder and are written whole or not at all.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../lib/whole-file.js';
import { type Authority, createAuthority, restoreAuthority } from './certificates.js';

/** Who runs a sandbox, and where: read by `status`, `down` and whoever wants to join. */
export interface SandboxRecord {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly apiUrl: string;
  /** Where faults are injected and requests are looked at; its token is in the folder. */
  readonly controlUrl?: string;
  /** Of its own cluster; or where `context` stands. */
  readonly kubeconfig: string;
  /** The context its objects are in, where that is not its own cluster. */
  readonly context?: string;
  readonly speed: number;
  readonly bmcs: { readonly count: number; readonly first: string; readonly last: string; readonly username: string };
}

/** What outlives a restart, so that a kubeconfig stays valid. */
export interface SandboxIdentity {
  readonly tokens: { readonly admin: string; readonly viewer: string };
  readonly bmcPassword: string;
  /** Token of the control plane. */
  readonly control: string;
  apiPort?: number;
}

export class SandboxFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  readonly #file = (name: string): string => join(this.path, name);
  get kubeconfig(): string {
    return this.#file('kubeconfig');
  }
  get ca(): string {
    return this.#file('ca.pem');
  }
  get bmcPassword(): string {
    return this.#file('bmc-password');
  }
  get store(): string {
    return this.#file('store');
  }

  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await chmod(this.path, 0o700);
  }

  async write(name: string, text: string): Promise<void> {
    await writeWhole(this.#file(name), text);
  }

  /** The certificate authority, made once. */
  async authority(): Promise<Authority> {
    const [ca, key] = await Promise.all([this.#read('ca.pem'), this.#read('ca-key.pem')]);
    if (ca !== undefined && key !== undefined) return restoreAuthority({ ca, key });
    const made = await createAuthority();
    await Promise.all([this.write('ca.pem', made.ca), this.write('ca-key.pem', made.key)]);
    return made;
  }

  /** Tokens and password, made once. */
  async identity(): Promise<SandboxIdentity> {
    const known = await this.#read('identity.json');
    const identity: SandboxIdentity = {
      ...newIdentity(),
      ...(known === undefined ? {} : (JSON.parse(known) as object)),
    };
    await this.write('identity.json', JSON.stringify(identity));
    await this.write('bmc-password', `${identity.bmcPassword}\n`);
    return identity;
  }

  /** Token of the control plane of the sandbox that runs here; undefined if it has none. */
  async controlToken(): Promise<string | undefined> {
    const text = await this.#read('identity.json');
    return text === undefined ? undefined : (JSON.parse(text) as SandboxIdentity).control;
  }

  async saveIdentity(identity: SandboxIdentity): Promise<void> {
    await this.write('identity.json', JSON.stringify(identity));
  }

  /** The record of the process that runs here or ran here last. */
  async record(): Promise<SandboxRecord | undefined> {
    const text = await this.#read('sandbox.json');
    return text === undefined ? undefined : (JSON.parse(text) as SandboxRecord);
  }

  async saveRecord(record: SandboxRecord): Promise<void> {
    await this.write('sandbox.json', `${JSON.stringify(record, null, 2)}\n`);
  }

  async removeRecord(): Promise<void> {
    await rm(this.#file('sandbox.json'), { force: true });
  }

  /** Whether a sandbox has ever written here. */
  async isUsed(): Promise<boolean> {
    const present = await readdir(this.path).catch(() => []);
    return present.some(isOwn);
  }

  /** What a sandbox wrote, for good; the folder too when nothing else is in it. A user may have named any folder. */
  async remove(): Promise<void> {
    const present = await readdir(this.path).catch(() => []);
    for (const name of present.filter(isOwn)) await rm(this.#file(name), { recursive: true, force: true });
    await rmdir(this.path).catch(() => undefined);
  }

  async #read(name: string): Promise<string | undefined> {
    try {
      return await readFile(this.#file(name), 'utf8');
    } catch {
      return undefined;
    }
  }
}

const OWN = new Set(['ca.pem', 'ca-key.pem', 'identity.json', 'bmc-password', 'kubeconfig', 'sandbox.json', 'store']);

/** Its files, and drafts of them that a killed process left behind. */
const isOwn = (name: string): boolean => OWN.has(name.replace(/\.\d+$/, ''));

const newIdentity = (): SandboxIdentity => ({
  tokens: { admin: randomBytes(32).toString('hex'), viewer: randomBytes(32).toString('hex') },
  bmcPassword: randomBytes(15).toString('base64url'),
  control: randomBytes(32).toString('hex'),
});

/** Whether the recorded process still lives. A foreign process under a reused pid is told apart by its API's answer. */
export function isAlive(record: SandboxRecord): boolean {
  try {
    process.kill(record.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
