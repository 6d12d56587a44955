/** Body of `redfish schema`. */
import { PermanentError, UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import { escapeJson } from '../../lib/sanitize.js';
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import type { Bmc } from '../../ports/bmc.js';
import type { redfishSchemaCommand } from '../redfish-task.js';
import type { Run } from './kit/run.js';
import { reachBmc } from './redfish-reach.js';
import { linkIn, resourceRows } from './redfish-rows.js';

type Json = Record<string, unknown>;

export default async function (run: Run<typeof redfishSchemaCommand>): Promise<void> {
  const { type } = run.args;
  const { bmc, name } = await reachBmc(run, run.flags);
  const file = await fileOf(bmc, type);
  const places = (Array.isArray(file.Location) ? file.Location : []) as Json[];
  const place = places.find(({ Language }) => Language === undefined || /^en\b/i.test(String(Language))) ?? places[0];
  if (typeof place?.Uri === 'string') {
    const schema = await read(bmc, place.Uri);
    await run.out.value(schema, () => `${escapeJson(JSON.stringify(schema, null, 2))}\n`);
    return;
  }
  if (typeof place?.PublicationUri !== 'string') {
    throw new PermanentError('BMC_UNSUPPORTED', `${name} does not say where the schema of ${type} is`);
  }
  run.talk.note(`${name} does not have it; it is published at ${place.PublicationUri}`);
  await run.out.value(file, () => resourceRows(file));
}

/** @throws UserError NOT_FOUND with the nearest types */
async function fileOf(bmc: Bmc, type: string): Promise<Json> {
  const root = await read(bmc, '/redfish/v1/');
  const link = linkIn(root.JsonSchemas);
  if (link === undefined) {
    throw new PermanentError('BMC_UNSUPPORTED', 'the BMC lists no schemas', {
      hint: 'https://redfish.dmtf.org/schemas',
    });
  }
  const members = (((await read(bmc, link)).Members ?? []) as unknown[]).map((member) => linkIn(member) ?? '');
  const idOf = (path: string): string =>
    decodeURIComponent(path.replace(trailingSlashes, '').split('/').at(-1) ?? '').replace(/\.json$/, '');
  const found =
    members.find((path) => idOf(path) === type) ??
    members.find((path) => idOf(path).split('.')[0] === type.split('.')[0]);
  if (found !== undefined) return read(bmc, found);
  const close = nearest(type, members.map(idOf), 3);
  throw new UserError('NOT_FOUND', `the BMC has no schema of ${type}`, {
    hint: close.length > 0 ? `did you mean: ${close.join(', ')}` : 'metalctl redfish ls JsonSchemas',
  });
}

async function read(bmc: Bmc, path: string): Promise<Json> {
  const { json, problem } = await bmc.raw({ method: 'GET', path });
  if (problem !== undefined) throw problem;
  return (json ?? {}) as Json;
}
