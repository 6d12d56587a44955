/** Links behind a prefix of the path: put in front of what goes out, taken off what comes in. */

/** Text of JSON whose links begin at the prefix. Every link is a string that begins with `/redfish`. */
export const withPrefix = (text: string, prefix: string | undefined): string =>
  prefix === undefined ? text : text.replaceAll('"/redfish', `"${prefix}/redfish`);

/** Headers that are links, too. */
export function headersWithPrefix(
  headers: Readonly<Record<string, string>>,
  prefix: string | undefined,
): Readonly<Record<string, string>> {
  const { Location: location } = headers;
  if (prefix === undefined || !location?.startsWith('/redfish')) return headers;
  return { ...headers, Location: prefix + location };
}

/** A body as a BMC without prefix would have got it. */
export const withoutPrefix = (body: Buffer, prefix: string | undefined): Buffer =>
  prefix === undefined || !body.includes(prefix)
    ? body
    : Buffer.from(body.toString('utf8').replaceAll(`"${prefix}/redfish`, '"/redfish'), 'utf8');
