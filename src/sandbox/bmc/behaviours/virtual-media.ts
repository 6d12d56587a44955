/** VirtualMedia: insert, eject, and the ways vendors differ in both (DSP0268 VirtualMedia). */
import { type Answer, actionDone, problem } from '../http/answer.js';
import type { JsonObject } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Behaviour, Write } from './behaviour.js';
import { isBoolean, isString, patchAnswer, sortPatch } from './patching.js';

/** What is in a slot, or was a moment ago. */
export interface Medium {
  readonly image: string;
  /** Hardware time from which on it shows as inserted. */
  readonly fromMs: number;
  /** Hardware time from which on it no longer shows; for ever without. */
  readonly untilMs?: number;
}

/** The BMC fetches the beginning of the image first. */
const fetchMs = 3_000;

export const virtualMedia: Behaviour = {
  compute(bmc, path, doc) {
    const medium = bmc.media.get(path);
    if (!medium || !('Inserted' in doc)) return;
    const nowMs = bmc.world.hardwareMs();
    if (medium.untilMs !== undefined && nowMs >= medium.untilMs) return;
    doc.Image = medium.image;
    doc.ImageName = medium.image.split('/').at(-1) ?? '';
    doc.Inserted = nowMs >= medium.fromMs;
    doc.ConnectedVia = 'URI';
  },
  patch,
  actions: {
    'VirtualMedia.InsertMedia': insert,
    'VirtualMedia.EjectMedia': eject,
    // The same under iLO's own names, which HPE's programs use.
    'HpeiLOVirtualMedia.InsertVirtualMedia': insert,
    'HpeiLOVirtualMedia.EjectVirtualMedia': eject,
  },
};

/** Image of a slot that a machine can boot from now. */
export function bootableImage(bmc: VirtualBmc): string | undefined {
  const nowMs = bmc.world.hardwareMs();
  const found = [...bmc.media.values()].find(({ fromMs, untilMs }) => nowMs >= fromMs && untilMs === undefined);
  return found?.image;
}

function insert({ bmc, path, doc, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const { refuses = [], demands = [] } = quirks.media ?? {};
  const action = 'VirtualMedia.InsertMedia';
  const odd = Object.keys(body).find((name) => refuses.includes(name));
  if (odd) return problem(quirks, 400, 'ActionParameterUnknown', [action, odd]);
  const missing = ['Image', ...demands].find((name) => body[name] === undefined);
  if (missing) return problem(quirks, 400, 'ActionParameterMissing', [action, missing]);
  if (doc.Inserted === true) return problem(quirks, 400, 'ResourceInUse');
  return put(bmc, path, body.Image) ?? actionDone(quirks);
}

/** Puts an image into a slot; a refusal if the URL will not do. */
function put(bmc: VirtualBmc, path: string, image: JsonObject[string]): Answer | undefined {
  if (typeof image !== 'string' || !/^(https?|nfs|smb|cifs):\/\/./i.test(image)) {
    return problem(bmc.profile.quirks, 400, 'PropertyValueFormatError', [String(image), 'Image']);
  }
  bmc.media.set(path, { image, fromMs: bmc.world.hardwareMs() + fetchMs });
  return undefined;
}

function eject({ bmc, path, doc }: Write): Answer {
  const { quirks } = bmc.profile;
  if (doc.Inserted !== true && doc.Image === null) return problem(quirks, 400, 'InvalidOperationForSystemState');
  takeOut(bmc, path);
  return actionDone(quirks);
}

/** Some show the image for a while yet. */
function takeOut(bmc: VirtualBmc, path: string): void {
  const medium = bmc.media.get(path);
  const lingersMs = bmc.profile.quirks.media?.lingersMs ?? 0;
  if (!medium || lingersMs === 0) bmc.media.delete(path);
  else bmc.media.set(path, { ...medium, untilMs: bmc.world.hardwareMs() + lingersMs });
}

const writable = {
  Image: () => undefined,
  Inserted: isBoolean,
  WriteProtected: isBoolean,
  UserName: isString,
  Password: isString,
};

function patch({ bmc, path, doc, body }: Write): Answer {
  const rules = 'Actions' in doc || !('Inserted' in doc) ? {} : writable;
  const known = { ...doc, UserName: null, Password: null };
  const sorted = sortPatch(known, body, rules);
  if (sorted.refused.length > 0) return patchAnswer(bmc, path, { ...sorted, accepted: {} });
  if (body.Image === null || body.Inserted === false) takeOut(bmc, path);
  else return put(bmc, path, body.Image) ?? patchAnswer(bmc, path, sorted);
  return patchAnswer(bmc, path, sorted);
}
