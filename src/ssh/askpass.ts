/**
 * Hands a password to ssh: a program in a folder of our own that asks this process over a socket there. The password is in
 * no argument, no environment and no file; it is told once, and only to a question for a password.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Secret } from '../lib/secret.js';

export interface Askpass {
  /** Environment of the ssh that may ask. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the password was told: the host key had been accepted then. */
  wasAsked(): boolean;
  close(): Promise<void>;
}

/** Talks to the socket beside it; the question is what ssh would have shown. */
const client = `import { connect } from 'node:net';
const [socket, question = ''] = process.argv.slice(2);
const line = connect(socket, () => line.end(question));
line.on('error', () => process.exit(1));
let answer = '';
line.on('data', (chunk) => (answer += chunk));
line.on('close', () => {
  if (answer === '') process.exit(1);
  process.stdout.write(answer, () => process.exit(0));
});
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export async function openAskpass(password: Secret): Promise<Askpass> {
  const folder = await mkdtemp(join(tmpdir(), 'metalctl-ssh-'));
  await chmod(folder, 0o700);
  const [socket, program, script] = ['s', 'askpass', 'client.mjs'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let isTold = false;
  const server: Server = createServer({ allowHalfOpen: true }, (line) => {
    let question = '';
    line.on('error', () => undefined);
    line.on('data', (chunk) => (question += chunk));
    line.on('end', () => {
      const isForUs = !isTold && /password[^\n]*:\s*$/i.test(question);
      if (isForUs) isTold = true;
      line.end(isForUs ? `${password.reveal()}\n` : '');
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  await chmod(socket, 0o600);
  await writeFile(script, client, { mode: 0o600 });
  const line = [process.execPath, script, socket].map(quoted).join(' ');
  await writeFile(program, `#!/bin/sh\nexec ${line} "$1"\n`, { mode: 0o700 });
  return {
    env: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force' },
    wasAsked: () => isTold,
    close: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
