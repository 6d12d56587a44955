/** One HTTP request and its response, with the parts of the URL that every room looks at. */
import { type IncomingMessage, ServerResponse } from 'node:http';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: Response;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly method: string;
  readonly userAgent: string;
}

/**
 * A response that tells its code as the head is written: before the client can see the answer and look at what was
 * counted.
 */
export class Response extends ServerResponse {
  onHead: ((code: number) => void) | undefined;

  override writeHead(code: number, ...rest: unknown[]): this {
    this.onHead?.(code);
    return (super.writeHead as (code: number, ...rest: unknown[]) => this).call(this, code, ...rest);
  }
}

export function openExchange(request: IncomingMessage, response: Response): Exchange {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return {
    request,
    response,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    method: request.method ?? 'GET',
    userAgent: request.headers['user-agent'] ?? '',
  };
}
