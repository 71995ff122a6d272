import http from 'node:http';
import https from 'node:https';
import type { Logger } from 'pino';
import { fail, type Result } from '../domain/failure';
import { type Answer, readAnswer } from './answer';
import { socketFault, statusFault, type Whom } from './faults';
import type { OperationsCenter, ReadCode } from './protect';
import { isLoopback, makeAgent, pinnedCertificates } from './trust';

/**
 * 100,000 nodes have some 300,000 file spaces at about 300 bytes of JSON each, the largest answer we ask for: 90 MB.
 * More than this is not an answer to one of our questions, and would not fit beside the rest in memory.
 */
export const largestAnswer = 256 * 1024 * 1024;
/** Of an answer that is an error only its beginning is of use. */
const largestComplaint = 64 * 1024;
/** A host that drops packets is found out after this; an answer may take the whole time-out. */
const longestConnect = 10_000;

/** Names of servers, as the product allows them. */
const serverName = /^[A-Z0-9_.&+-]{1,64}$/i;

interface Reply {
  status: number;
  type: string;
  location: string | undefined;
  body: string;
}

/**
 * Sends one administrative command to a server through the REST interface of its Operations Center and reads the answer.
 * Only reading commands belong here: this path never confirms anything.
 * @param command the text of the command, our own and never anybody's input
 * @returns the rows, or why there are none, as a sentence with the address and without the password
 */
export async function issueCommand(
  center: OperationsCenter,
  command: string,
  log?: Logger,
): Promise<Result<Answer, ReadCode>> {
  const base = new URL(center.url);
  const whom: Whom = {
    address: base.host,
    server: center.route === undefined ? 'the hub server' : `server ${center.route}`,
    user: center.user,
  };
  const refusal = refuse(center, base, whom);
  if (refusal !== undefined) return refusal;

  const reply = await post(center, base, command, whom);
  if (!('status' in reply)) return reply;
  log?.debug(
    { address: whom.address, route: center.route, command, status: reply.status, length: reply.body.length },
    'asked an Operations Center',
  );

  if (reply.status < 200 || reply.status > 299) {
    return statusFault(whom, reply.status, complaint(reply), reply.location);
  }
  return readReply(reply, whom);
}

/** What would be wrong to send at all. */
function refuse(center: OperationsCenter, base: URL, whom: Whom): Result<Answer, ReadCode> | undefined {
  if (base.protocol === 'http:' && !isLoopback(base.hostname)) {
    return fail(
      'SERVER_TLS',
      `The address of ${whom.address} begins with http: the password would travel in clear. Use https.`,
    );
  }
  if (center.route !== undefined && !serverName.test(center.route)) {
    return fail('SERVER_REJECTED', `${JSON.stringify(center.route)} is not the name of a server.`);
  }
  if (center.ca === undefined || base.protocol === 'http:') return undefined;
  try {
    pinnedCertificates(center.ca);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail('SERVER_TLS', `The pinned certificate for ${whom.address} cannot be read: ${why}.`);
  }
  return undefined;
}

function post(
  center: OperationsCenter,
  base: URL,
  command: string,
  whom: Whom,
): Promise<Reply | Extract<Result<Answer, ReadCode>, { ok: false }>> {
  return new Promise((resolve) => {
    const agent = makeAgent(center);
    const body = Buffer.from(command, 'utf8');
    const request = (base.protocol === 'http:' ? http : https).request({
      agent,
      method: 'POST',
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port === '' ? undefined : base.port,
      path: pathOf(base, center.route),
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${Buffer.from(`${center.user}:${center.password}`, 'utf8').toString('base64')}`,
        'Content-Length': body.length,
        'Content-Type': 'text/plain',
        'OC-API-Version': '1.0',
      },
    });

    let settled = false;
    function settle(outcome: Parameters<typeof resolve>[0]): void {
      if (settled) return;
      settled = true;
      clearTimeout(connectTimer);
      clearTimeout(totalTimer);
      resolve(outcome);
      request.destroy();
      agent.destroy();
    }

    const totalTimer = setTimeout(() => {
      settle(
        fail(
          'SERVER_TIMEOUT',
          `The Operations Center at ${whom.address} did not answer for ${whom.server} within ${seconds(center.timeoutMs)}.`,
        ),
      );
    }, center.timeoutMs);
    const connectMs = Math.min(longestConnect, center.timeoutMs);
    const connectTimer = setTimeout(() => {
      settle(
        fail(
          'SERVER_UNREACHABLE',
          `No connection with the Operations Center at ${whom.address} within ${seconds(connectMs)}: the host does not answer.`,
        ),
      );
    }, connectMs);

    request.on('socket', (socket) => {
      socket.once(base.protocol === 'http:' ? 'connect' : 'secureConnect', () => clearTimeout(connectTimer));
    });
    // A second error may follow once we have hung up: the listener stays and settle ignores it.
    request.on('error', (error) => settle(socketFault(whom, error, 'asking')));
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      const limit = status >= 200 && status < 300 ? largestAnswer : largestComplaint;
      const chunks: Buffer[] = [];
      let length = 0;
      function finish(): void {
        settle({
          status,
          type: response.headers['content-type'] ?? '',
          location: response.headers.location,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      }
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= limit) chunks.push(chunk);
        else if (limit === largestComplaint) finish();
        else
          settle(
            fail(
              'OUTPUT_FORMAT',
              `The answer of ${whom.server} through ${whom.address} is larger than ${largestAnswer / 1024 / 1024} MB.`,
            ),
          );
      });
      response.on('error', (error) => settle(socketFault(whom, error, 'reading')));
      response.on('end', finish);
    });
    request.end(body);
  });
}

function pathOf(base: URL, route: string | undefined): string {
  const root = `${base.pathname.replace(/\/+$/, '')}/cli/issueCommand`;
  return route === undefined ? root : `${root}/${encodeURIComponent(route)}`;
}

function readReply(reply: Reply, whom: Whom): Result<Answer, ReadCode> {
  const text = reply.body.trim();
  if (/html/i.test(reply.type) || /^<(?:!doctype|html)/i.test(text)) {
    return fail(
      'SERVER_API_OFF',
      `${whom.address} answers with a web page${pageTitle(text)} in place of data, perhaps a log-in page: check that the url ends in /oc/api and that the administrative REST interface is switched on.`,
    );
  }
  // The label is not held against an answer that can be read: nobody has proven which one the product writes.
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return fail(
      'OUTPUT_FORMAT',
      `The answer of ${whom.server} through ${whom.address} is not JSON${describe(reply, text)}.`,
    );
  }
  const answer = readAnswer(parsed);
  return answer.ok ? answer : { ...answer, reason: `${whom.server} through ${whom.address}: ${answer.reason}` };
}

function pageTitle(html: string): string {
  const title = /<title[^>]*>([^<]{1,80})/i.exec(html)?.[1]?.trim();
  return title === undefined || title === '' ? '' : ` (“${title}”)`;
}

function describe(reply: Reply, text: string): string {
  if (text === '') return ': it is empty';
  const label = reply.type === '' ? 'without a content type' : reply.type;
  // Rows that begin well and end nowhere: a proxy or the server gave up on the way.
  if (text.startsWith('[[') && !text.endsWith(']]'))
    return ` (${label}): it breaks off after ${text.length} characters`;
  return ` (${label}): ${JSON.stringify(text.slice(0, 80))}`;
}

/** A short plain text beside an error status; pages are of no use in a sentence. */
function complaint(reply: Reply): string {
  const text = reply.body.trim();
  if (text === '' || /html/i.test(reply.type) || text.startsWith('<')) return '';
  return text.replace(/\s+/g, ' ').slice(0, 200);
}

function seconds(ms: number): string {
  return ms === 1000 ? '1 second' : `${ms / 1000} seconds`;
}
