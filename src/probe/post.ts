/** Hands a report to the registry: one POST, and what became of it. */
import type { Registration } from './wire.js';

const answerLimit = 1_024;

/**
 * Resolves when the registry took the report (200 or 201). Its URL carries the token of this discovery and is in no
 * message. Redirects are not followed: the token belongs to this registry.
 * @throws Error with the registry's answer, at most 1,024 characters of it
 */
export async function postReport(registryUrl: string, body: Registration, timeoutMs: number, signal: AbortSignal) {
  const response = await fetch(`${registryUrl}/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  if (response.status === 200 || response.status === 201) {
    await response.body?.cancel();
    return;
  }
  throw new Error(`the registry answered ${response.status}: ${await beginningOf(response)}`);
}

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk as Uint8Array).toString('utf8');
    if (text.length >= answerLimit) break;
  }
  return text.slice(0, answerLimit).trim();
}
