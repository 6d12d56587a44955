/**
 * What the HTTP parser gives up on. The web server in front of a Redfish service answers it, without a body, and ends the
 * connection; what only begins like HTTP gets no answer.
 */
import type { Socket } from 'node:net';

/** Request line and headers together. */
export const headLimitBytes = 16 * 1024;
/** Of the request line alone: longer ones are read, and refused by the service. */
export const uriLimit = 8 * 1024;

interface ParserError extends Error {
  readonly code?: string;
  /** What the parser was reading. */
  readonly rawPacket?: Buffer;
}

/** Answers what could not be read with the status for it, or ends the connection. */
export function refuseUnread(error: ParserError, socket: Socket): void {
  const status = statusOf(error);
  if (status === undefined || !socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nOData-Version: 4.0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

function statusOf({ code, rawPacket }: ParserError): string | undefined {
  // A method nobody knows is told so (DSP0266 6.1); the parser knows it no better.
  if (code === 'HPE_INVALID_METHOD') return '501 Not Implemented';
  if (code !== 'HPE_HEADER_OVERFLOW') return undefined;
  return isWithinFirstLine(rawPacket) ? '414 URI Too Long' : '431 Request Header Fields Too Large';
}

/** Packets hold more than the parser took of them. */
function isWithinFirstLine(packet: Buffer | undefined): boolean {
  if (packet === undefined || !/^[A-Z]+ \//.test(packet.toString('latin1', 0, 16))) return false;
  const end = packet.indexOf('\r\n');
  return end === -1 || end > uriLimit;
}
