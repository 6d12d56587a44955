/**
 * Tokens for ServiceAccounts: JSON Web Tokens with the claims a real server writes, signed with a key made from the
 * administrator's token. So they outlive a restart as long as that token does, and nothing more has to be kept secret.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { ClusterState } from '../storage/cluster-state.js';
import { at, isObject, type JsonObject } from '../types.js';
import { serviceAccountUser, type User } from './user.js';

export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export interface TokenTerms {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
}

const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEAD = encode({ alg: 'HS256', typ: 'JWT' });

export class ServiceAccountTokens {
  readonly #state: ClusterState;
  readonly #now: () => Date;
  readonly #key: Buffer;

  constructor(state: ClusterState, now: () => Date, adminToken: string) {
    this.#state = state;
    this.#now = now;
    this.#key = createHmac('sha256', adminToken).update('tokens of service accounts').digest();
  }

  issue({ namespace, name, uid, audiences, expirationSeconds }: TokenTerms): { token: string; expires: Date } {
    const issuedAt = Math.floor(this.#now().getTime() / 1000);
    const claims: JsonObject = {
      aud: [...audiences],
      exp: issuedAt + expirationSeconds,
      iat: issuedAt,
      iss: ISSUER,
      jti: randomUUID(),
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      nbf: issuedAt,
      sub: serviceAccountUser(namespace, name, uid).name,
    };
    const signed = `${HEAD}.${encode(claims)}`;
    const token = `${signed}.${this.#sign(signed).toString('base64url')}`;
    return { token, expires: new Date((issuedAt + expirationSeconds) * 1000) };
  }

  /** Whose token it is: signed here, for this server, not expired, of a ServiceAccount that is still the same. */
  verify(token: string): User | undefined {
    const [head, body, signature, more] = token.split('.');
    if (head !== HEAD || body === undefined || signature === undefined || more !== undefined) return undefined;
    const expected = this.#sign(`${head}.${body}`);
    const sent = Buffer.from(signature, 'base64url');
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) return undefined;
    return this.#holder(JSON.parse(Buffer.from(body, 'base64url').toString()) as JsonObject);
  }

  #holder(claims: JsonObject): User | undefined {
    const seconds = this.#now().getTime() / 1000;
    if (typeof claims.exp !== 'number' || claims.exp <= seconds) return undefined;
    if (!Array.isArray(claims.aud) || !claims.aud.includes(ISSUER)) return undefined;
    const namespace = at(claims, 'kubernetes.io', 'namespace');
    const account = at(claims, 'kubernetes.io', 'serviceaccount');
    if (typeof namespace !== 'string' || !isObject(account)) return undefined;
    const { name, uid } = account;
    if (typeof name !== 'string' || typeof uid !== 'string') return undefined;
    const stored = this.#state.get('/serviceaccounts', `${namespace}/${name}`);
    return stored?.metadata.uid === uid ? serviceAccountUser(namespace, name, uid) : undefined;
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
