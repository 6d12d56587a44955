/** Virtual media by every variant found in the field: the least that a BMC takes, and more only when it asks for it. */
import { isMetalError, type MetalError, PermanentError, TransientError } from '../../errors/classes.js';
import type { MediaImage, MediaSlot, SystemUri, VirtualMedia as VirtualMediaPort } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { Manager } from '../schema/manager.js';
import { VirtualMedia } from '../schema/virtual-media.js';
import type { Resource } from '../service.js';
import type { JsonObject } from '../transport/json.js';
import { type Path, safePath } from '../transport/link.js';
import { patch } from './patch.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { unsupported } from './unsupported.js';

const linksMs = 3_600_000;
/** An image that was ejected lingers, one that was inserted is fetched first. */
const ejectPatienceMs = 10_000;
const insertPatienceMs = 30_000;
/** Pause after a 5xx, which iDRAC answers while it still ejects. */
const retryMs = 3000;
const tries = 3;

const types = { CD: ['CD', 'DVD'], USB: ['USBStick', 'Floppy'] } as const;

/** Virtual media of the systems of a BMC. */
export function mediaOf(reach: Reach): VirtualMediaPort {
  const { resources } = reach;
  return {
    mediaSlots: async (uri) => (await list(reach, uri)).map(toSlot),
    insertMedia: (uri, kind, image) => insert(reach, uri, kind, image),
    ejectMedia: async (slot) => {
      await resources.service.known();
      await eject(resources, resources.service.path(slot));
    },
  };
}

/** Slots of the system, or of its manager. */
async function list({ resources, links, managerResource }: Reach, uri: SystemUri): Promise<JsonObject[]> {
  const ofSystem = await resources.members((await links(uri)).VirtualMedia, { tolerant: true });
  if (ofSystem.length > 0) return ofSystem;
  const manager = Manager.parse((await managerResource(linksMs)).json);
  const ofManager = await resources.members(manager.VirtualMedia, { tolerant: true });
  if (ofManager.length > 0) return ofManager;
  throw unsupported(resources, 'looking for virtual media', 'neither the system nor its manager has slots');
}

function toSlot(json: JsonObject): MediaSlot {
  const { Id: id = '', MediaTypes = [], Inserted, Image } = VirtualMedia.parse(json);
  const slot = { uri: String(json['@odata.id']), id, types: MediaTypes, isInserted: Inserted === true };
  return { ...slot, ...present({ image: Image || undefined }) };
}

async function insert(reach: Reach, uri: SystemUri, kind: 'CD' | 'USB', image: MediaImage): Promise<MediaSlot> {
  const { resources } = reach;
  conceal(resources, image);
  const slots = (await list(reach, uri))
    .map((json) => ({ ...toSlot(json), json }))
    .filter(({ types: known }) => suits(known, kind));
  const there = slots.find((slot) => slot.isInserted && slot.image === image.url);
  if (there !== undefined) return toSlot(there.json);
  let refusal: MetalError = unsupported(
    resources,
    'inserting virtual media',
    `no slot takes ${types[kind].join(' or ')}`,
  );
  for (const slot of [...slots].sort((a, b) => Number(a.isInserted) - Number(b.isInserted))) {
    try {
      return await insertInto(resources, slot, image);
    } catch (error) {
      // Some slots are for the BMC's own use, or for browsers alone, and say so only when used.
      if (!isMetalError(error) || !['BMC_REFUSED', 'BMC_UNSUPPORTED'].includes(error.code)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

const suits = (known: readonly string[], kind: 'CD' | 'USB'): boolean =>
  types[kind].some((type) => known.includes(type));

function conceal({ service }: Resources, { url, password }: MediaImage): void {
  service.options.transport.conceal(url);
  if (password !== undefined) service.options.transport.conceal(password.reveal());
}

/** A slot with what the list just told of it. */
type Listed = MediaSlot & { readonly json: JsonObject };

async function insertInto(resources: Resources, slot: Listed, image: MediaImage): Promise<MediaSlot> {
  const path = resources.service.path(slot.uri);
  if (slot.isInserted) await eject(resources, path);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ask(resources, path, image, attempt === 1 ? slot.json : undefined);
      break;
    } catch (error) {
      if (await isThere(resources, path, image)) break;
      if (!isMetalError(error) || error.code !== 'BMC_ERROR' || attempt === tries) throw error;
      await resources.service.options.clock.sleep(retryMs);
    }
  }
  return appeared(resources, path, image);
}

async function isThere(resources: Resources, path: Path, image: MediaImage): Promise<boolean> {
  const slot = await resources.get(path).then(
    ({ json }) => toSlot(json),
    () => undefined,
  );
  return slot?.isInserted === true && slot.image === image.url;
}

/** An action needs no tag, so that what the list told will do for its first try; a slot that is written is read first. */
async function ask(resources: Resources, path: Path, image: MediaImage, listed?: JsonObject): Promise<void> {
  const known = listed !== undefined && insertTarget(listed) !== undefined ? { json: listed } : undefined;
  const { json, etag }: Resource = known ?? (await resources.get(path));
  const target = insertTarget(json);
  const login = present({ UserName: image.username, Password: image.password?.reveal() });
  try {
    if (target !== undefined) return await climb(resources, resources.service.path(target), image, login);
    // Slots without Inserted cannot be written either: OpenBMC's for browsers.
    if (json.Inserted === undefined)
      throw unsupported(resources, 'inserting virtual media', 'the slot takes no images');
    const body = { Image: image.url, Inserted: true, WriteProtected: true, ...login };
    await patch(resources.service, path, body, etag);
  } finally {
    resources.forget(path);
  }
}

const insertTarget = (json: JsonObject): string | undefined =>
  VirtualMedia.parse(json).Actions?.['#VirtualMedia.InsertMedia']?.target;

/** What may be added, and how a BMC names what it misses. The values are the defaults the standard gives. */
function rungs({ url }: MediaImage): readonly { readonly named: RegExp; readonly more: JsonObject }[] {
  const protocol = new URL(url).protocol.slice(0, -1).toUpperCase();
  return [
    { named: /TransferProtocolType/, more: { TransferProtocolType: protocol } },
    { named: /TransferMethod/, more: { TransferMethod: 'Stream' } },
    { named: /User\s?Name|Password|credential/i, more: { UserName: 'none', Password: 'none' } },
  ];
}

/** The image alone first; at most three properties more, each only when the answer names it. */
async function climb(resources: Resources, target: Path, image: MediaImage, login: JsonObject): Promise<void> {
  let body: JsonObject = { Image: image.url, ...login };
  const left = [...rungs(image)];
  for (;;) {
    try {
      await resources.service.send({ method: 'POST', path: target, kind: 'action', body });
      return;
    } catch (error) {
      const said = isMetalError(error) && error.code === 'BMC_REFUSED' ? (error.why ?? '') : '';
      const at = left.findIndex(
        ({ named, more }) => named.test(said) && Object.keys(more).some((key) => !(key in body)),
      );
      const [rung] = at < 0 ? [] : left.splice(at, 1);
      if (rung === undefined) throw error;
      body = { ...rung.more, ...body };
    }
  }
}

async function appeared(resources: Resources, path: Path, image: MediaImage): Promise<MediaSlot> {
  const slot = await poll(resources, path, insertPatienceMs, (now) => now.isInserted && now.image !== undefined);
  if (slot !== undefined && sameImage(slot.image, image.url)) return slot;
  throw new TransientError('BMC_ERROR', 'inserting virtual media', {
    why: slot === undefined ? 'the BMC accepted the image, but does not show it' : 'the BMC shows another image',
    context: { bmc: resources.service.options.access.id, uri: path },
  });
}

/** Some BMCs show the file name alone, or leave credentials and queries out. */
function sameImage(shown: string | undefined, url: string): boolean {
  if (shown === undefined) return false;
  const bare = (text: string): string => text.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '';
  return shown === url || bare(shown) === bare(url);
}

/** Looks until it is so, or patience ends; undefined then. */
async function poll(
  resources: Resources,
  path: Path,
  patienceMs: number,
  isSo: (slot: MediaSlot) => boolean,
): Promise<MediaSlot | undefined> {
  const { clock } = resources.service.options;
  const untilMs = clock.monotonicMs() + patienceMs;
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 4000)) {
    const slot = toSlot((await resources.get(path)).json);
    if (isSo(slot)) return slot;
    if (clock.monotonicMs() + waitMs > untilMs) return undefined;
    await clock.sleep(waitMs);
  }
}

async function eject(resources: Resources, path: Path): Promise<void> {
  const { json, etag } = await resources.get(path);
  if (!toSlot(json).isInserted) return;
  const target = VirtualMedia.parse(json).Actions?.['#VirtualMedia.EjectMedia']?.target;
  try {
    if (target !== undefined) await pull(resources, safePath(target, resources.service.options.transport.origin));
    else await patch(resources.service, path, { Image: null, Inserted: false }, etag);
  } catch (error) {
    if (toSlot((await resources.get(path)).json).isInserted) throw error;
  } finally {
    resources.forget(path);
  }
  if ((await poll(resources, path, ejectPatienceMs, ({ isInserted }) => !isInserted)) !== undefined) return;
  throw new TransientError('BMC_ERROR', 'ejecting virtual media', {
    why: 'the BMC accepted it, but still shows the image as inserted',
    context: { bmc: resources.service.options.access.id, uri: path },
  });
}

/** With an empty object, which all services take; X11 and others with an empty body are content with it too. */
async function pull(resources: Resources, target: Path): Promise<void> {
  try {
    await resources.service.send({ method: 'POST', path: target, kind: 'action', body: {} });
  } catch (error) {
    if (!(error instanceof PermanentError) || error.context.status !== 400) throw error;
    await resources.service.send({ method: 'POST', path: target, kind: 'action' });
  }
}
