/**
 * How the client behaves towards a BMC, rule by rule, with the test that shows it and the change of the source that breaks it.
 * A quick test holds this list to what stands in tests and source; a slow one makes every change and sees its test fail.
 */
export interface ClientRule {
  /** Section of the specification, and the rule in words. */
  readonly rule: string;
  /** Test file beside this one, and what the title of the test contains. */
  readonly shown: readonly [file: string, title: string];
  /** Source below src/redfish, and what is put in place of what stands in it once. */
  readonly broken: readonly [source: string, stands: string, put: string];
}

const rule = (name: string, shown: ClientRule['shown'], broken: ClientRule['broken']): ClientRule => ({
  rule: name,
  shown,
  broken,
});

export const clientRules: readonly ClientRule[] = [
  rule(
    '2.2 one login in flight, shared',
    ['session', 'logs in once for all who ask at the same time'],
    ['session.ts', 'this.#opening ??= this.#open()', 'this.#opening = this.#open()'],
  ),
  rule(
    '2.2 a wrong password is tried once',
    ['session', 'tries a wrong password once'],
    ['session.ts', 'if (this.#refused !== undefined) throw this.#refused;', ''],
  ),
  rule(
    '2.2 401 with a token: one new login, one replay',
    ['session', 'logs in once more when the token expired'],
    ['service.ts', 'const renewed = await session.renew(pass);', 'const renewed = pass;'],
  ),
  rule(
    '2.2 a second 401 stops for good',
    ['session', 'stops for good when a fresh token is refused too'],
    ['service.ts', 'if (second.status !== 401) return this.#worded(second, renewed);', 'return second;'],
  ),
  rule(
    '2.2 a session is renewed at 80 % of its idle time',
    ['session', 'relies on no session that lay unused'],
    ['session.ts', "if (this.#pass?.kind === 'token' && this.#isStale(nowMs)) this.#pass = undefined;", ''],
  ),
  rule(
    '2.2 Basic where there are no sessions',
    ['session', 'uses Basic where sessions are answered by'],
    ['session.ts', 'if (withoutSessions.includes(answer.status)) return this.#basic(Number.POSITIVE_INFINITY);', ''],
  ),
  rule(
    '2.2 Basic while the session table is full',
    ['session', 'uses Basic while the session table is full'],
    ['session.ts', 'return this.#basic(this.#options.clock.monotonicMs() + basicForMs);', 'throw new Error();'],
  ),
  rule(
    '2.2 only own sessions are ended to make room',
    ['steady', 'is freed of the sessions this process could not end'],
    ['session.ts', '|| !(await this.#makeRoom()))', '|| true)'],
  ),
  rule(
    '2.2 PasswordChangeRequired is told apart',
    ['session', 'tells a password that must be changed apart'],
    [
      'session.ts',
      "says(answer.messages, ['PasswordChangeRequired']) ? 'change' : 'failed';",
      "false ? 'change' : 'failed';",
    ],
  ),
  rule(
    '2.2 the old session ends when the credential changes',
    ['session', 'ends the old session when the credential changes'],
    ['service.ts', 'void this.#session.leave();', ''],
  ),
  rule(
    '2.3 authorities, bundles and pins',
    ['tls', 'is believed by its pin'],
    ['transport/trust.ts', 'if (fingerprint === normalPin(pin))', 'if (fingerprint !== normalPin(pin))'],
  ),
  rule(
    '2.4 width per BMC, writes alone',
    ['transport/queue', 'gives a write the BMC alone'],
    ['transport/queue.ts', 'alone ? running === 0 :', 'alone ? running < limit :'],
  ),
  rule(
    '2.5 the table of retries',
    ['transport/retry', 'tries as often as the limit allows'],
    ['transport/retry.ts', 'Math.min(row.tries[question.kind], question.limits.tries)', 'row.tries[question.kind]'],
  ),
  rule(
    '2.5 Retry-After closes the window',
    ['patience', 'sends nothing while a Retry-After runs'],
    ['transport/transport.ts', 'if (status === 429 || status === 503) this', 'if (status === 599) this'],
  ),
  rule(
    '2.5 circuit breaker',
    ['patience', 'leaves a dead BMC alone'],
    ['transport/transport.ts', 'else if (isTransport(failure)) this.#breaker.failed(failure.message);', ''],
  ),
  rule(
    '2.6 redirects on the own origin, three at most',
    ['transport/link', 'at most three times'],
    ['transport/redirect.ts', 'mostRedirects = 3', 'mostRedirects = 5'],
  ),
  rule(
    '2.6 no request and no token elsewhere',
    ['transport/link', 'gets no request and no token elsewhere'],
    [
      'transport/link.ts',
      "if (url === undefined || url.origin !== origin || url.username !== '' ||",
      'if (url === undefined ||',
    ],
  ),
  rule(
    '2.7 the ladder of ETags',
    ['control', 'are repaired when the ETag went stale'],
    ['operations/patch.ts', "if (status !== 412 && status !== 428) return 'none left';", "return 'none left';"],
  ),
  rule(
    '2.7 conditional reads',
    ['steady', 'is read whole every five minutes, should its tag never change'],
    ['resources.ts', 'const unconditionalMs = 300_000;', 'const unconditionalMs = Number.POSITIVE_INFINITY;'],
  ),
  rule(
    '2.8 tasks of every vendor’s form',
    ['firmware', 'fails with its reason on the emulated'],
    [
      'operations/tasks.ts',
      'if (job === undefined || comparable(job) === comparable(info.uri)) return info;',
      'return info;',
    ],
  ),
  rule(
    '2.9 messages without words',
    ['steady', 'get them from the table, with their arguments'],
    ['messages.ts', "textOf(raw.Message) ?? knownTexts[parts.at(-1) ?? '']", 'textOf(raw.Message)'],
  ),
  rule(
    '2.9 words from the registry of the BMC',
    ['message-registry', 'is told in those of the BMC'],
    ['message-registry.ts', 'if (entry === undefined || !isWordless(message)) return message;', 'return message;'],
  ),
  rule(
    '2.9 no secret in an error',
    ['session', 'repeats no password and no token in any error'],
    ['transport/transport.ts', 'this.#concealed.add(secret);', ''],
  ),
  rule(
    '2.9 a missing licence is told as one',
    ['licences', 'is told to need one'],
    ['classify.ts', "code: 'LICENSE_REQUIRED' },", "code: 'BMC_REFUSED' },"],
  ),
  rule(
    '2.10 $expand where it is offered and trusted',
    ['emulator', 'is discovered within budget'],
    [
      'expansion.ts',
      "if (path.includes('?') || this.#isFailing(kind) || !(await this.offers(1))) return read(path);",
      'if (kind) return read(path);',
    ],
  ),
  rule(
    '2.10 next pages stay on the BMC',
    ['transport/link', 'next pages'],
    [
      'transport/link.ts',
      "if (!link.startsWith('/') || link.startsWith('//')) throw hostile(link, 'it is not an absolute path');",
      '',
    ],
  ),
  rule(
    '2.11 settings resources',
    ['bios', 'is changed at the next reset, within budget'],
    ['operations/bios.ts', '.filter(([name, value]) => bios.Attributes[name] !== value);', ';'],
  ),
  rule(
    '2.12 every way of an update',
    ['firmware', 'reach the emulated'],
    [
      'operations/firmware.ts',
      'if (service.MultipartHttpPushUri !== undefined) {',
      'if (service.MultipartHttpPushUri === "") {',
    ],
  ),
  rule(
    '2.12 targets, apply time, what is kept',
    ['firmware-wire', 'of a Supermicro names the BIOS and what is to be kept'],
    ['operations/firmware.ts', 'Targets: targets ?? [],', 'Targets: [],'],
  ),
  rule(
    '2.13 virtual media: the least, and more only when it is asked for',
    ['media', 'is inserted once, booted from, exchanged and ejected'],
    ['operations/media.ts', 'if (rung === undefined) throw error;', 'throw error;'],
  ),
  rule(
    '2.14 nothing is erased that was not named',
    ['erasure', 'half of what goes only together'],
    [
      'operations/erasure.ts',
      'if (along.length > 0 && along.length < way.inseparable.length) {',
      'if (along.length > 99) {',
    ],
  ),
  rule(
    '2.15 logs, newest first',
    ['health', 'is remembered in its log, newest first'],
    ['operations/logs.ts', 'return all.sort(newestFirst).slice(0, most);', 'return all.slice(0, most);'],
  ),
  rule(
    '2.15 event streams: resumed after breaks',
    ['events', 'tell what happens, over breaks too'],
    ['operations/event-stream.ts', 'lastId = id ?? lastId;', 'lastId = lastId ?? undefined;'],
  ),
];
