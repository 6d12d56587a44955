/**
 * Rotation of the password a BMC is entered with. Kills are survived at any point, because each step leaves what the next
 * needs, and an interrupted rotation is taken up by evidence (reliability.md R-BMC-16):
 *
 * | step | written                                            | killed after it                                          |
 * |------|----------------------------------------------------|----------------------------------------------------------|
 * | 1    | record on the BMC: which BMCSecret comes next      | that secret is missing: nothing was changed, it is made   |
 * | 2    | that BMCSecret, with a new password                | the BMC is asked which password it takes: the old one     |
 * | 3    | the password on the BMC                            | … the new one: on to 4                                    |
 * | 4    | nothing: one login with the new password           | as after 3                                                |
 * | 5    | reference to the new secret, and what is left to do | done but for 6, which the next run does and nothing else  |
 * | 6    | the old secret is deleted if nothing names it, and the record after it |                                       |
 *
 * Until 5 both passwords are kept. What fails before 3 is rolled back. Each password is tried at most once per run, so
 * that an account is not locked by finding out.
 */
import { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { BMCSecret } from '../../api/metal/v1alpha1/bmcsecret.js';
import { ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import { ConflictError, isMetalError, type MetalError, PermanentError, UserError } from '../../errors/classes.js';
import { newPassword, passwordLength } from '../../lib/password.js';
import { Secret } from '../../lib/secret.js';
import type { AccountInfo, BmcAccess, BmcFactory } from '../../ports/bmc.js';
import type { Cluster } from '../../ports/cluster.js';
import {
  type RotationRecord,
  type RotationRest,
  recordPatch,
  restOf,
  rotationOf,
} from '../../reconcile/bmc/rotation.js';
import { bmcSecretOf, readBmcSecret } from '../bmc-secret.js';
import type { Credential } from '../discover/credentials.js';

export interface RotatePorts {
  readonly cluster: Cluster;
  readonly bmcs: BmcFactory;
  readonly now: () => Date;
  /** A short random suffix for the name of the next secret. */
  readonly suffix: () => string;
}

/** Where the BMC is and how it is trusted; credentials come from its secrets. */
export type Door = Pick<BmcAccess, 'url' | 'tlsPin' | 'allowPlainHttp' | 'managerUUID'>;

export interface RotateWish {
  readonly bmc: BMC;
  readonly door: Door;
  /** Characters; more than the BMC takes is refused. Absent: as many as are good. */
  readonly length?: number;
  readonly keepOld?: boolean;
  /** Looked at between steps: aborted, the rotation stops where nothing is half done. */
  readonly signal: AbortSignal;
  readonly onStep?: (step: RotationStep) => void;
}

export type RotationStep =
  | 'recorded'
  | 'secret written'
  | 'password changed'
  | 'login proven'
  | 'reference switched'
  | 'old secret deleted';

export interface Rotated {
  /** BMCSecret in use now. */
  readonly secret: string;
  readonly previous: string;
  readonly resumed: boolean;
  /** What the account looks like with the new password, as far as the BMC tells. */
  readonly account?: AccountInfo;
}

/** Rotates, or finishes a rotation that was interrupted. @throws MetalError; the old password is then in force unless said otherwise */
export async function rotateCredential(ports: RotatePorts, wish: RotateWish): Promise<Rotated> {
  const previous = wish.bmc.spec?.bmcSecretRef.name ?? '';
  if (previous === '') throw new PermanentError('SPEC_INVALID', `bmc/${wish.bmc.metadata.name} names no BMCSecret`);
  const rotation = new Rotation(ports, wish, await readBmcSecret(ports.cluster, previous));
  return rotation.run();
}

class Rotation {
  readonly #ports: RotatePorts;
  readonly #wish: RotateWish;
  readonly #old: Credential;
  readonly #name: string;

  constructor(ports: RotatePorts, wish: RotateWish, old: Credential) {
    this.#ports = ports;
    this.#wish = wish;
    this.#old = old;
    this.#name = wish.bmc.metadata.name;
  }

  async run(): Promise<Rotated> {
    const rest = restOf(this.#wish.bmc);
    if (rest !== undefined) return this.#tidy(rest);
    const found = rotationOf(this.#wish.bmc);
    const record = found ?? (await this.#begin());
    const next = await this.#nextSecret(record);
    const isChanged = found !== undefined && next.isThere && (await this.#takesNew(next.credential));
    if (!isChanged) await this.#change(record, next.credential);
    return this.#finish(record, next.credential, found !== undefined);
  }

  /** Step 1. The name is decided before the secret exists: none is ever left that nobody knows. */
  async #begin(): Promise<RotationRecord> {
    this.#wish.signal.throwIfAborted();
    const next = `${this.#name.slice(0, 200)}-${this.#ports.suffix()}`;
    const record = { next, at: this.#ports.now().toISOString() };
    await this.#write((bmc) => {
      const other = rotationOf(bmc);
      if (other !== undefined || bmc.spec?.bmcSecretRef.name !== this.#old.secretName) throw overtaken(this.#name);
      return { metadata: { annotations: recordPatch(record) } };
    });
    this.#wish.onStep?.('recorded');
    return record;
  }

  /** A write decided on what is there now; others write to the object too. */
  async #write(decide: (bmc: BMC) => { readonly metadata: object; readonly spec?: object }): Promise<void> {
    const { cluster } = this.#ports;
    for (let attempt = 1; ; attempt += 1) {
      const bmc = await cluster.get(BMC, { name: this.#name });
      if (bmc === undefined) throw new PermanentError('REFERENCE_MISSING', `bmc/${this.#name} is gone`);
      const { metadata, ...rest } = decide(bmc);
      const { resourceVersion } = bmc.metadata;
      try {
        await cluster.patch(
          BMC,
          { name: this.#name },
          { metadata: { ...metadata, resourceVersion }, ...rest },
          'merge',
        );
        return;
      } catch (error) {
        if (!isMetalError(error) || error.class !== 'conflict' || attempt === mostConflicts) throw error;
      }
    }
  }

  /** Step 2. */
  async #nextSecret({ next }: RotationRecord): Promise<{ credential: Credential; isThere: boolean }> {
    const known = await this.#ports.cluster.get(BMCSecret, { name: next });
    if (known !== undefined) return { credential: await readBmcSecret(this.#ports.cluster, next), isThere: true };
    const rules = await this.#enter(this.#old, 'old')
      .passwordRules()
      .catch((error: unknown) => this.#undo(next, error));
    const { length } = this.#wish;
    if (length !== undefined && rules.maxLength !== undefined && length > rules.maxLength) {
      const most = rules.maxLength;
      const why = `policy of the BMC: at most ${most} characters`;
      const hint = `metalctl bmc credentials rotate ${this.#name} --length ${most}`;
      await this.#undo(next, new PermanentError('BMC_REFUSED', `bmc/${this.#name} kept its password`, { why, hint }));
    }
    if (this.#wish.signal.aborted) await this.#undo(next, this.#wish.signal.reason);
    const password = new Secret(newPassword(passwordLength(rules, length), rules));
    const secret = bmcSecretOf(next, { ...this.#old, password });
    const made = await this.#ports.cluster.create(BMCSecret, {
      ...secret,
      metadata: { ...secret.metadata, annotations: { [ownAnnotations.rotatedFor]: this.#name } },
    });
    this.#wish.onStep?.('secret written');
    const version = `${made.metadata.uid}/${made.metadata.resourceVersion}`;
    return { credential: { ...this.#old, password, secretName: next, version }, isThere: false };
  }

  /** Which password the BMC takes, after a crash left that open. Each is tried once. */
  async #takesNew(next: Credential): Promise<boolean> {
    if (await this.#isTaken(next, 'new')) return true;
    if (await this.#isTaken(this.#old, 'old')) return false;
    throw new PermanentError('BMC_AUTH_FAILED', `bmc/${this.#name} takes neither the old nor the new password`, {
      why: `both BMCSecrets are kept: ${this.#old.secretName} and ${next.secretName}`,
      hint: `metalctl bmc credentials set ${this.#name} --password-stdin`,
    });
  }

  async #isTaken(credential: Credential, which: 'old' | 'new'): Promise<boolean> {
    try {
      await this.#enter(credential, which).authenticate();
      return true;
    } catch (error) {
      if (isMetalError(error) && error.code === 'BMC_AUTH_FAILED') return false;
      throw error;
    }
  }

  /** Step 3. From the moment it is sent, the run goes on to the end: stopping now would leave it to the next one. */
  async #change(record: RotationRecord, next: Credential): Promise<void> {
    if (this.#wish.signal.aborted) await this.#undo(record.next, this.#wish.signal.reason);
    try {
      await this.#enter(this.#old, 'old').changeOwnPassword(next.password);
      this.#wish.onStep?.('password changed');
    } catch (error) {
      if (!isMetalError(error)) throw error;
      if (error.code === 'OUTCOME_UNKNOWN' && (await this.#takesNew(next))) return;
      await this.#undo(record.next, error);
    }
  }

  /** Steps 4 to 6. */
  async #finish(record: RotationRecord, next: Credential, resumed: boolean): Promise<Rotated> {
    const account = await this.#prove(record, next);
    this.#wish.onStep?.('login proven');
    await this.#write((bmc) => {
      if (rotationOf(bmc)?.next !== record.next) throw overtaken(this.#name);
      const rest = { old: this.#old.secretName ?? '', at: record.at };
      const annotations = { ...recordPatch(rest), [ownAnnotations.credentialsRefused]: null };
      return { metadata: { annotations }, spec: { bmcSecretRef: { name: record.next } } };
    });
    this.#wish.onStep?.('reference switched');
    const previous = this.#old.secretName ?? '';
    await this.#forget(previous);
    return { secret: record.next, previous, resumed, ...(account === undefined ? {} : { account }) };
  }

  /** A BMC that says "changed" and takes only the old password did nothing: then nothing else is changed either. */
  async #prove(record: RotationRecord, next: Credential): Promise<AccountInfo | undefined> {
    const bmc = this.#enter(next, 'proof');
    try {
      await bmc.authenticate();
    } catch (error) {
      if (!isMetalError(error) || error.code !== 'BMC_AUTH_FAILED') throw error;
      if (await this.#isTaken(this.#old, 'old')) await this.#undo(record.next, notDone(this.#name, error));
      throw error;
    }
    const accounts = await bmc.accounts().catch((): AccountInfo[] => []);
    return accounts.find(({ userName }) => userName === next.username);
  }

  /** Back to before step 1: the secret first, so that no record is missing while it exists. Throws the reason. */
  async #undo(next: string, reason: unknown): Promise<never> {
    await this.#ports.cluster.delete(BMCSecret, { name: next });
    await this.#ports.cluster.patch(
      BMC,
      { name: this.#name },
      { metadata: { annotations: recordPatch(null) } },
      'merge',
    );
    throw reason;
  }

  /** Step 6. A secret that others use stays. */
  async #forget(name: string): Promise<void> {
    const { cluster } = this.#ports;
    if (!this.#wish.keepOld && name !== '' && !(await isReferenced(cluster, name))) {
      await cluster.delete(BMCSecret, { name });
      this.#wish.onStep?.('old secret deleted');
    }
    await cluster.patch(BMC, { name: this.#name }, { metadata: { annotations: recordPatch(null) } }, 'merge');
  }

  /** A run that was interrupted in step 6 had changed the password already: no second change is made of it. */
  async #tidy({ old }: RotationRest): Promise<Rotated> {
    const secret = this.#old.secretName ?? '';
    await this.#forget(old === secret ? '' : old);
    return { secret, previous: old, resumed: true };
  }

  /** A refusal is remembered per version of a credential; the one from before the change says nothing about after it. */
  #enter({ username, password, version }: Credential, which: 'old' | 'new' | 'proof') {
    const access = {
      ...this.#wish.door,
      id: `${this.#name}#${which}`,
      username,
      password,
      credentialVersion: `${version}#${which}`,
    };
    return this.#ports.bmcs.open(access);
  }
}

const mostConflicts = 5;

const overtaken = (name: string): ConflictError =>
  new ConflictError('CONFLICT', `somebody else rotates the credential of bmc/${name}`, {
    hint: `metalctl bmc credentials rotate ${name}   once more, when they are done`,
  });

const notDone = (name: string, cause: MetalError): PermanentError =>
  new PermanentError('BMC_REFUSED', `bmc/${name} kept its password`, {
    why: 'the BMC said that it changed it, and takes only the old one',
    cause,
  });

/** Objects whose references to BMCSecrets count. */
const holders = [
  { group: 'metal.ironcore.dev', version: 'v1alpha1', kind: 'BMC', plural: 'bmcs', singular: 'bmc' },
  { group: 'metal.ironcore.dev', version: 'v1alpha1', kind: 'BMCUser', plural: 'bmcusers', singular: 'bmcuser' },
  { group: 'metal.ironcore.dev', version: 'v1alpha1', kind: 'Server', plural: 'servers', singular: 'server' },
] as const;

/** Whether any object still names the secret, anywhere in what people or reconcilers wrote. */
export async function isReferenced(cluster: Pick<Cluster, 'list'>, name: string): Promise<boolean> {
  for (const holder of holders) {
    const kind = { ...holder, shortNames: [], scope: 'Cluster' as const, hasStatus: true, columns: [] };
    const { items } = await cluster.list(kind).catch((error: unknown) => {
      if (isMetalError(error) && error.code === 'CRD_MISSING') return { items: [] };
      throw error;
    });
    if (items.some((item) => namesSecret(item, name))) return true;
  }
  return false;
}

function namesSecret(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, child]) =>
    /secretref$/i.test(key) ? (child as { name?: unknown } | null)?.name === name : namesSecret(child, name),
  );
}

/** @throws UserError USAGE when a wish cannot be meant */
export function checkedLength(length: number | undefined): number | undefined {
  if (length === undefined || (length >= 8 && length <= 128)) return length;
  throw new UserError('USAGE', `--length ${length} is not between 8 and 128`, { hint: '--length 24' });
}
