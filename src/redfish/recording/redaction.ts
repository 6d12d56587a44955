/**
 * Takes secrets out of a dialogue before it is written, and keeps it a dialogue: tokens, passwords and cookies become
 * `[redacted]`; sessions and user names become `session-1` and `user-1`, the same ones wherever they come up, so that a
 * replay still makes sense. It learns as it goes: what once stood in a login, a header or a password field is a secret
 * wherever it is echoed later, in any encoding.
 */
import { isObject, type JsonObject } from '../transport/json.js';
import { formsOf } from './secret-forms.js';

export const redacted = '[redacted]';

const secretKey =
  /(password|passwd|passphrase|secret|token|communit(y|ies)|communitystring|agentcommunity|privatekey|authorization|cookie|licensestring|licensekey|encryptionkey|authenticationkey|sharedkey|apikey)$/i;
/** Whatever stands below these goes as a whole. */
const secretBranch = /^httpheaders$/i;
/** Values of such members that say nothing; looked for everywhere, they would take half a document with them. */
const commonWord =
  /^(enabled|disabled|none|null|true|false|yes|no|on|off|(not ?)?(set|installed|configured)|unspecified|unknown|public|private|\*+|)$/i;
const nameKey = /^(user|username|accountname|loginname)$/i;
/** Names that may equal an account's and mean something else. */
const notNames = /^(roleid|assignedprivileges|oempriv.*|@odata\..*)$/i;
const sessionPath = /(\/Sessions\/)([^/?#"\s]+)/g;
/** Some services name the resource of an account after its user. */
const accountPath = /(\/Accounts\/)([^/?#"\s]+)/g;
const url = /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'<>\\]+/gi;
const bearer = /\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{6,}/gi;
const named =
  /("?(?:password|x-auth-token|authorization|set-cookie|cookie|sessionkey)"?\s*[:=]\s*)("[^"]*"|[^\s,;&<}]+)/gi;

export class Redaction {
  readonly #forms = new Set<string>();
  readonly #secrets = new Set<string>();
  readonly #users = new Map<string, string>();
  readonly #sessions = new Map<string, string>();
  /** Longest first, so that no form is cut by a shorter one it contains. */
  #ordered: readonly string[] = [];

  /** A text that must not be written from now on. */
  learn(secret: string): void {
    if (secret === '' || secret === redacted || this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    for (const form of formsOf(secret)) this.#forms.add(form);
    this.#ordered = [...this.#forms].sort((a, b) => b.length - a.length);
  }

  /** An account's name, which is written as a pseudonym from now on. */
  learnUser(name: string): void {
    if (name !== '' && !this.#users.has(name)) this.#users.set(name, `user-${this.#users.size + 1}`);
  }

  /** What a JSON body gives away about secrets and names; before anything of the same exchange is written. */
  learnFrom(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) this.learnFrom(each);
    if (!isObject(value)) return;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'string' && secretKey.test(key)) this.#learnValue(child);
      else if (typeof child === 'string' && nameKey.test(key)) this.learnUser(child);
      else this.learnFrom(child);
    }
  }

  #learnValue(text: string): void {
    if (!commonWord.test(text)) this.learn(text);
  }

  /** A value as it may be written. */
  json(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return this.#member(key, value);
    if (Array.isArray(value)) return value.map((each) => this.json(each, key));
    if (!isObject(value)) return typeof value === 'number' && secretKey.test(key) ? redacted : value;
    return this.#object(value);
  }

  #object(value: JsonObject): JsonObject {
    const isSession = /^#Session\./.test(String(value['@odata.type'] ?? ''));
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        if (secretBranch.test(key) && child !== null) return [key, redacted];
        if (isSession && ['Id', 'Name'].includes(key)) return [key, this.#sessionNamed(value)];
        return [this.#plain(key), this.json(child, key)];
      }),
    );
  }

  /** Pseudonym of a session resource, by its path. */
  #sessionNamed(session: JsonObject): string {
    const [, , id = String(session.Id ?? '')] =
      /(\/Sessions\/)([^/?#]+)/.exec(String(session['@odata.id'] ?? '')) ?? [];
    return this.#pseudonym(id);
  }

  #member(key: string, text: string): string {
    if (text === '') return text;
    if (secretKey.test(key) || this.#secrets.has(text)) return redacted;
    if (nameKey.test(key)) return this.#users.get(text) ?? this.text(text);
    return notNames.test(key) ? this.#plain(text) : this.text(text);
  }

  /** A text as it may be written: no secret in any form, no path behind a foreign URL, no user, no session. */
  text(text: string): string {
    const plain = this.#plain(text);
    return text.startsWith('/') ? plain : this.#withoutUsers(plain);
  }

  #plain(text: string): string {
    let clean = text;
    for (const form of this.#ordered) if (clean.includes(form)) clean = clean.replaceAll(form, redacted);
    return clean
      .replace(url, shortened)
      .replace(bearer, `$1 ${redacted}`)
      .replace(named, `$1${redacted}`)
      .replace(sessionPath, (_, before: string, id: string) => `${before}${this.#pseudonym(id)}`)
      .replace(accountPath, (_, before: string, id: string) => `${before}${this.#users.get(id) ?? id}`);
  }

  #pseudonym(id: string): string {
    if (/^(Members|session-\d+)$/.test(id)) return id;
    const known = this.#sessions.get(id) ?? `session-${this.#sessions.size + 1}`;
    this.#sessions.set(id, known);
    return known;
  }

  #withoutUsers(text: string): string {
    let clean = text;
    for (const [name, pseudonym] of this.#users) {
      if (clean.includes(name)) clean = clean.replace(wholeWord(name), pseudonym);
    }
    return clean;
  }
}

const wholeWord = (name: string): RegExp =>
  new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'g');

/** Paths of foreign URLs may carry tokens (event destinations, boot images); where they lead is all that is kept. */
function shortened(text: string): string {
  if (/^https?:\/\/redfish\.dmtf\.org\//i.test(text)) return text;
  const [, scheme = '', authority = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(text) ?? [];
  const host = authority.replace(/^.*@/s, '');
  return `${scheme}://${host}${rest === '' || rest === '/' ? rest : `/${redacted}`}`;
}
