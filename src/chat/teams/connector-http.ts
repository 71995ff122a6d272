import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { beforeSending } from '../../domain/delivery';

type ConnectorOptions = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]>;
type HttpClient = NonNullable<ConnectorOptions['httpClient']>;

/** How far a request came that was not answered well. */
export type Reached =
  /** No token was issued: nothing was sent. */
  | 'login'
  /** No connection was made: nothing was sent. */
  | 'connect'
  /** Something may have been sent; no answer came. */
  | 'sent'
  /** An answer came, and it was a refusal. */
  | 'answered';

/** What the connector service (Bot Framework REST) answered, or why it did not. */
export class ConnectorError extends Error {
  override name = 'ConnectorError';
  readonly reached: Reached;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The service's own word: `BotNotInConversationRoster`. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(reached: Reached, status: number, code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.reached = reached;
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The HTTP client given to the SDK: one attempt a request, `timeoutMs` for all of it. The SDK's own pipeline tries again
 * up to three times and about 30 s on errors of its own kind; a ConnectorError is not of that kind and passes through.
 */
export function connectorHttp(timeoutMs: number): HttpClient {
  return {
    async sendRequest(request) {
      const response = await attempt(request.url, {
        method: request.method,
        headers: request.headers.rawHeaders(),
        // A repeated redirect could carry the token elsewhere.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        ...(typeof request.body === 'string' && { body: request.body }),
      });
      const headers = request.headers.clone();
      for (const header of headers.headersArray()) headers.remove(header.name);
      response.headers.forEach((value, name) => {
        headers.set(name, value);
      });
      return { request, status: response.status, headers, bodyAsText: response.text };
    },
  };
}

async function attempt(url: string, init: RequestInit): Promise<{ status: number; headers: Headers; text: string }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, init);
    text = await response.text();
  } catch (cause) {
    const code = causeCode(cause);
    throw new ConnectorError(beforeSending.has(code) ? 'connect' : 'sent', 0, code, String(cause));
  }
  if (response.ok) return { status: response.status, headers: response.headers, text };
  const { code, message } = serviceError(text);
  const wait = retryAfterMs(response.headers.get('retry-after'));
  throw new ConnectorError('answered', response.status, code, message, wait);
}

/** The system's word for it: `ECONNREFUSED`. `fetch` hides it in the cause. */
function causeCode(error: unknown): string {
  if (!isRecord(error)) return 'UNKNOWN';
  const { cause } = error;
  if (isRecord(cause) && typeof cause['code'] === 'string') return cause['code'];
  return typeof error['name'] === 'string' ? error['name'] : 'UNKNOWN';
}

/** `{"error":{"code":…,"message":…}}`, sometimes with the code at the top. */
function serviceError(text: string): { code: string; message: string } {
  try {
    const body: unknown = JSON.parse(text);
    const inner: unknown = isRecord(body) && isRecord(body['error']) ? body['error'] : body;
    if (isRecord(inner)) return { code: word(inner['code']), message: word(inner['message']) };
  } catch {
    // A proxy's HTML page: its words say nothing about the bot.
  }
  return { code: '', message: '' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : '';
}

/** Seconds, or an HTTP date: the latter only with the service's clock, so it counts as "a while". */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3_600) * 1_000 : 30_000;
}
