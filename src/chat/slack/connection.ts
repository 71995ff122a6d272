import { beforeSending } from '../../domain/delivery';

/** A request that got no whole answer. `sent`: it may have been acted upon. */
export class BrokenConnection extends Error {
  readonly sent: boolean;

  constructor(cause: unknown) {
    const codes = errorCodes(cause);
    super(codes[0] ?? (cause instanceof Error ? cause.message : String(cause)), { cause });
    this.sent = !codes.some((code) => beforeSending.has(code));
  }
}

/**
 * fetch for the SDK, which reads the answer after it has stopped watching for errors: here the answer is read whole first, so
 * that every way a connection can break ends in one kind of error.
 */
export async function wholeFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, init);
    const body = await response.arrayBuffer();
    const { status, statusText, headers } = response;
    return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
  } catch (error) {
    throw new BrokenConnection(error);
  }
}

/** fetch hides the reason in `cause`; with several addresses there is one reason for each. */
function errorCodes(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const each = 'errors' in error && Array.isArray(error.errors) ? error.errors.flatMap(errorCodes) : [];
  return [...own, ...each, ...('cause' in error ? errorCodes(error.cause) : [])];
}
