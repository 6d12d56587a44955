/**
 * How one BMC is entered: a session token, kept and shared; Basic where sessions do not exist or none is free. One login
 * at a time, one new login after a refused token, and never a second try with a refused credential: repeating it would
 * lock the account (thresholds of three to five are common).
 */
import { type MetalError, PermanentError, TransientError } from '../errors/classes.js';
import type { BmcAccess } from '../ports/bmc.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import { classifyAnswer, sessionLimitKeys } from './classify.js';
import { says, sentenceOf } from './messages.js';
import type { Stats } from './stats.js';
import { isObject } from './transport/json.js';
import { locationPath, type Path, safePath } from './transport/link.js';
import { type Answer, isSuccess, type Request, type Transport } from './transport/transport.js';

/** What a request carries to be let in. */
export interface Pass {
  readonly kind: 'token' | 'basic';
  readonly headers: Readonly<Record<string, string>>;
  /** Session resource, for the logout. */
  readonly session?: Path;
}

/** Of the time a session lives unused, the part after which it is not relied on any more. */
const trustedPart = 0.8;
/** With a full session table Basic is used for this long before a session is asked for again. */
const basicForMs = 300_000;
const withoutSessions = [404, 405, 501];
/** Answers to a login that mean the credential itself, and are remembered. */
const refusals = [400, 401, 403];

export interface SessionOptions {
  readonly access: BmcAccess;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: Stats;
  /** Where to log in, from the service root; undefined where it knows no sessions. */
  readonly sessionsPath: () => Promise<Path | undefined>;
  /** What tells how long sessions live; undefined where nothing does. */
  readonly servicePath: () => Promise<Path | undefined>;
  /** Sessions of this process that could not be ended: the only ones that may be deleted when the table is full. */
  readonly orphans: Set<Path>;
}

export class Session {
  readonly #options: SessionOptions;
  #pass: Pass | undefined;
  #opening: Promise<Pass> | undefined;
  #refused: MetalError | undefined;
  #basicUntilMs = 0;
  #usedAtMs = 0;
  /** How long sessions of this BMC live unused; asked for once one of them has ended by itself. */
  #idleMs: number | 'unknown' | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The session resource in use. */
  get path(): Path | undefined {
    return this.#pass?.session;
  }

  get credentialVersion(): string {
    return this.#options.access.credentialVersion;
  }

  /** The pass in hand, or a new one; callers at the same time share one login. @throws PermanentError BMC_AUTH_FAILED */
  async enter(): Promise<Pass> {
    if (this.#refused !== undefined) throw this.#refused;
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#pass?.kind === 'basic' && nowMs >= this.#basicUntilMs) this.#pass = undefined;
    if (this.#pass?.kind === 'token' && this.#isStale(nowMs)) this.#pass = undefined;
    this.#usedAtMs = nowMs;
    if (this.#pass !== undefined) return this.#pass;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** A new pass after `refused` was answered by 401; if somebody renewed it meanwhile, that one. */
  async renew(refused: Pass): Promise<Pass> {
    if (refused.kind === 'basic') throw this.refuse('the BMC refused the user name or the password');
    if (this.#pass === refused) this.#pass = undefined;
    const pass = await this.enter();
    await this.#learnTimeout(pass);
    return pass;
  }

  /** What lies unused for so long has ended, or will in a moment: a login now is cheaper than a refusal and a login. */
  #isStale(nowMs: number): boolean {
    return typeof this.#idleMs === 'number' && nowMs - this.#usedAtMs >= this.#idleMs * trustedPart;
  }

  /**
   * Asks how long sessions live, once, and only where one has ended by itself: a BMC that is asked more often than its
   * sessions time out never needs to tell.
   */
  async #learnTimeout(pass: Pass): Promise<void> {
    if (this.#idleMs !== undefined || pass.kind !== 'token') return;
    this.#idleMs = 'unknown';
    const path = await this.#options.servicePath();
    if (path === undefined) return;
    const request: Request = { method: 'GET', path, kind: 'read', headers: pass.headers };
    const answer = await this.#options.transport.request(request).catch(() => undefined);
    const seconds = isObject(answer?.json) ? answer.json.SessionTimeout : undefined;
    if (typeof seconds === 'number' && seconds > 0) this.#idleMs = seconds * 1000;
  }

  /** Remembers that this credential does not work, until another version of it comes. */
  refuse(why: string, answer?: Answer): MetalError {
    const { id, username, credentialVersion } = this.#options.access;
    const context = {
      bmc: id,
      username,
      credentialVersion,
      ...(answer === undefined ? {} : { status: answer.status }),
      ...accountIn(answer),
    };
    const code = answer !== undefined && says(answer.messages, ['PasswordChangeRequired']) ? 'change' : 'failed';
    this.#refused =
      code === 'change'
        ? new PermanentError('BMC_PASSWORD_CHANGE_REQUIRED', 'logging in to the BMC', { why, context })
        : new PermanentError('BMC_AUTH_FAILED', 'logging in to the BMC', { why, context });
    this.#pass = undefined;
    return this.#refused;
  }

  /** Name and password themselves, for the one request that is allowed without a session. */
  basicHeaders(): Pass['headers'] {
    return this.#basic(this.#basicUntilMs).headers;
  }

  /** Ends the session on the BMC. Best effort: what fails here times out there. */
  async leave(): Promise<void> {
    const pass = this.#pass;
    this.#pass = undefined;
    if (pass?.session === undefined) return;
    const { session } = pass;
    this.#options.orphans.add(session);
    const request: Request = { method: 'DELETE', path: session, kind: 'login', headers: pass.headers };
    await this.#options.transport.request(request).then(
      ({ status }) => {
        if (isSuccess(status) || isGone(status)) this.#options.orphans.delete(session);
      },
      (error: MetalError) => {
        this.#options.log.log('debug', 'logout failed', { bmc: this.#options.access.id, code: error.code });
      },
    );
  }

  async #open(): Promise<Pass> {
    const path = await this.#options.sessionsPath();
    this.#pass = path === undefined ? this.#basic(Number.POSITIVE_INFINITY) : await this.#login(path);
    return this.#pass;
  }

  async #login(path: Path): Promise<Pass> {
    const { username, password } = this.#options.access;
    this.#options.stats.logins += 1;
    this.#options.transport.conceal(password.reveal());
    const body = { UserName: username, Password: password.reveal() };
    const request: Request = { method: 'POST', path, kind: 'login', body };
    const answer = await this.#options.transport.request(request);
    if (!says(answer.messages, sessionLimitKeys) || !(await this.#makeRoom())) return this.#admitted(answer, request);
    this.#options.stats.logins += 1;
    return this.#admitted(await this.#options.transport.request(request), request);
  }

  /** Ends the sessions this process left behind. Others' are theirs, even under our name. */
  async #makeRoom(): Promise<boolean> {
    const { orphans, transport } = this.#options;
    const { headers } = this.#basic(0);
    let ended = 0;
    for (const path of [...orphans]) {
      orphans.delete(path);
      const answer = await transport.request({ method: 'DELETE', path, kind: 'login', headers }).catch(() => undefined);
      if (answer !== undefined && isSuccess(answer.status)) ended += 1;
    }
    return ended > 0;
  }

  #admitted(answer: Answer, request: Request): Pass {
    if (isSuccess(answer.status)) return this.#token(answer);
    if (withoutSessions.includes(answer.status)) return this.#basic(Number.POSITIVE_INFINITY);
    if (says(answer.messages, sessionLimitKeys)) return this.#basic(this.#options.clock.monotonicMs() + basicForMs);
    if (refusals.includes(answer.status)) throw this.refuse(refusalText(answer), answer);
    throw classifyAnswer(answer, this.#options.transport.circumstances(request));
  }

  #token(answer: Answer): Pass {
    if (says(answer.messages, ['PasswordChangeRequired'])) throw this.refuse(refusalText(answer), answer);
    const token = answer.headers['x-auth-token'];
    if (token === undefined || token === '') {
      throw new TransientError('BMC_BAD_RESPONSE', 'logging in to the BMC', {
        why: 'the BMC accepted the login and sent no token',
        context: { bmc: this.#options.access.id, status: answer.status },
      });
    }
    this.#options.transport.conceal(token);
    const session = this.#sessionPath(answer);
    return { kind: 'token', headers: { 'x-auth-token': token }, ...(session === undefined ? {} : { session }) };
  }

  /** From `Location`, else from the body. A link elsewhere is not followed: such a session ends by itself. */
  #sessionPath({ headers, json }: Answer): Path | undefined {
    const { origin } = this.#options.transport;
    const { location } = headers;
    try {
      if (location !== undefined) return locationPath(location, origin);
      return isObject(json) && json['@odata.id'] !== undefined ? safePath(json['@odata.id'], origin) : undefined;
    } catch {
      this.#options.log.log('warn', 'the BMC names a session outside itself', { bmc: this.#options.access.id });
      return undefined;
    }
  }

  #basic(untilMs: number): Pass {
    const { username, password } = this.#options.access;
    const credential = Buffer.from(`${username}:${password.reveal()}`).toString('base64');
    this.#options.transport.conceal(credential);
    this.#basicUntilMs = untilMs;
    return { kind: 'basic', headers: { authorization: `Basic ${credential}` } };
  }
}

/** The account to change, which the message names (Base PasswordChangeRequired, argument 1). */
function accountIn(answer: Answer | undefined): { account?: string } {
  const link = answer?.messages.find(({ key }) => key === 'PasswordChangeRequired')?.args?.[0];
  return link?.startsWith('/') ? { account: link } : {};
}

/** The session had ended by itself. */
const isGone = (status: number): boolean => status === 401 || status === 404;

const refusalText = ({ status, messages }: Answer): string => [`HTTP ${status}`, sentenceOf(messages)].join(' ').trim();
