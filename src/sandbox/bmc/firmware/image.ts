/** What an emulated image is: for which component, and of which version; by its first line, else by its name. */
import { isObject, type JsonObject } from '../json.js';

export type Component = 'BIOS' | 'BMC';

export interface Image {
  readonly name: string;
  readonly component: Component;
  readonly version: string;
  /** The image cannot be verified. */
  readonly isBad: boolean;
}

/**
 * Reads an image. Its first line may say `EMULATED-FIRMWARE BIOS 2.3.4`; otherwise targets or the name tell the component,
 * and the last number with a dot in the name is the version: `BIOS_R750_2.3.4.exe`.
 */
export function imageOf(name: string, content: Buffer, targets: readonly string[]): Image {
  const manifest = /^EMULATED-FIRMWARE (BIOS|BMC) (\S+)/.exec(content.subarray(0, 200).toString('latin1'));
  const hints = [...targets, name].join(' ');
  const byHint = /bmc|idrac|ilo|xcc|manager/i.test(hints) && !/bios|uefi|rom/i.test(hints) ? 'BMC' : 'BIOS';
  const byName = [...name.matchAll(/(?<!\d)\d+(?:\.\d+)+/g)].at(-1)?.[0];
  return {
    name,
    component: (manifest?.[1] as Component | undefined) ?? byHint,
    version: manifest?.[2] ?? byName ?? '9.9.9',
    isBad: /bad|corrupt/i.test(name),
  };
}

export interface Form {
  readonly parameters: JsonObject;
  readonly file: { readonly name: string; readonly content: Buffer };
}

/** Parts of a multipart/form-data body as UpdateService.MultipartHttpPushUri has them; undefined if they are not. */
export function formOf(contentType: string, body: Buffer): Form | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const parts = partsOf(body, `--${boundary}`);
  const parameters = parts.find(({ head }) => /name="UpdateParameters"/i.test(head));
  const file = parts.find(({ head }) => /name="UpdateFile"/i.test(head));
  const json = parameters && parsed(parameters.content);
  if (!file || !json) return undefined;
  return { parameters: json, file: { name: /filename="([^"]*)"/i.exec(file.head)?.[1] ?? '', content: file.content } };
}

function partsOf(body: Buffer, delimiter: string): { head: string; content: Buffer }[] {
  const parts: { head: string; content: Buffer }[] = [];
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const from = at + delimiter.length + 2;
    const next = body.indexOf(delimiter, from);
    if (next < 0) break;
    const part = body.subarray(from, next - 2);
    const gap = part.indexOf('\r\n\r\n');
    if (gap >= 0) parts.push({ head: part.subarray(0, gap).toString('latin1'), content: part.subarray(gap + 4) });
    at = next;
  }
  return parts;
}

function parsed(content: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
