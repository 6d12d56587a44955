/** Signing requests the way an authority does, with the OpenSSL of the system: nothing of ours checks itself. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the system has OpenSSL. */
export const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Signs a request as an authority would. */
export function signed(csr: string, { ca, key }: { ca: string; key: string }): string {
  const dir = mkdtempSync(join(tmpdir(), 'metalctl-csr-'));
  try {
    const file = (name: string, text: string): string => {
      writeFileSync(join(dir, name), text, { mode: 0o600 });
      return join(dir, name);
    };
    const args = ['x509', '-req', '-days', '2', '-CAcreateserial', '-copy_extensions', 'copy'];
    const files = [
      '-in',
      file('csr', csr),
      '-CA',
      file('ca', ca),
      '-CAkey',
      file('key', key),
      '-CAserial',
      join(dir, 's'),
    ];
    return execFileSync('openssl', [...args, ...files], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  } finally {
    rmSync(dir, { recursive: true });
  }
}
