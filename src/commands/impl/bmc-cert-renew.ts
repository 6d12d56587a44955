/** Body of `bmc cert renew`. */
import { writeFile } from 'node:fs/promises';
import { UserError } from '../../errors/classes.js';
import { neutraliseLines } from '../../lib/sanitize.js';
import type { bmcCertRenewCommand } from '../bmc.js';
import { bmcPlace } from './kit/bmc-places.js';
import type { Run } from './kit/run.js';

export default async function (run: Run<typeof bmcCertRenewCommand>): Promise<void> {
  const { commonName, san, organization, out } = run.flags;
  const { bmc, name, object, access } = await bmcPlace(run, run.args.target);
  const host = new URL(access.url).hostname.replace(/^\[|\]$/g, '');
  const request = {
    commonName: commonName ?? (object?.spec?.hostname || host),
    alternativeNames: san.length > 0 ? san : [host],
    ...(organization === undefined ? {} : { organization }),
  };
  if (run.globals.dryRun !== 'none') {
    await run.out.document(
      { kind: 'SigningRequest', bmc: name, request },
      () => `bmc/${name} would make a request for ${request.commonName}\n`,
    );
    return;
  }
  const plan = [
    `bmc/${name} makes a new key and a request for ${request.commonName}; what it serves does not change yet`,
  ];
  await run.confirm({ level: 1, what: `renewing the certificate of bmc/${name}`, plan });
  const pem = await bmc.generateSigningRequest(request);
  if (out === undefined) {
    await run.out.document(
      { kind: 'SigningRequest', bmc: name, request, pem },
      () => `${neutraliseLines(pem.trim())}\n`,
    );
  } else {
    await write(out, pem);
    await run.out.document({ kind: 'SigningRequest', bmc: name, request, file: out }, () => `${out} written\n`);
  }
  run.talk.hint(`Next: metalctl bmc cert install ${name} FILE`);
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o644, flag: 'wx' });
  } catch (cause) {
    throw new UserError('USAGE', `--out ${path} cannot be written`, { why: (cause as Error).message, cause });
  }
}
