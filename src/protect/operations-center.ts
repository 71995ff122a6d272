import http from 'node:http';
import https from 'node:https';
import type { Logger } from 'pino';
import { type Failure, fail, type Result } from '../domain/failure';
import { isLoopbackHost } from '../domain/loopback';
import { type Answer, readAnswer } from './answer';
import { readBody } from './body';
import { excerpt, excerptJson } from './excerpt';
import { answerTimeout, connectTimeout, socketFault, statusFault, tooLarge, type Whom } from './faults';
import type { OperationsCenter, ReadCode } from './protect';
import { makeAgent, pinnedCertificates } from './trust';

/**
 * 100,000 nodes have some 300,000 file spaces at about 300 bytes of JSON each, the largest answer we ask for: 90 MB.
 * More than this is not an answer to one of our questions, and would not fit beside the rest in memory.
 */
const largestAnswer = 256 * 1024 * 1024;
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
  const result = refuse(center, base, whom) ?? (await ask(center, base, command, whom, log));
  return result.ok ? result : { ...result, reason: withoutSecrets(result.reason, center) };
}

async function ask(
  center: OperationsCenter,
  base: URL,
  command: string,
  whom: Whom,
  log: Logger | undefined,
): Promise<Result<Answer, ReadCode>> {
  const reply = await post(center, base, command, whom);
  if (!('status' in reply)) return reply;
  log?.debug(
    { address: whom.address, route: center.route, command, status: reply.status, length: reply.body.length },
    'asked an Operations Center',
  );

  if (!isGood(reply.status)) {
    return statusFault(whom, reply.status, complaint(reply), reply.location);
  }
  return readReply(reply, whom);
}

/** Proxies for debugging echo what they were sent, and sentences quote what they answer. */
function withoutSecrets(reason: string, center: OperationsCenter): string {
  const secrets = [credentials(center), JSON.stringify(center.password).slice(1, -1), center.password];
  return secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '***'), reason);
}

function credentials(center: OperationsCenter): string {
  return Buffer.from(`${center.user}:${center.password}`, 'utf8').toString('base64');
}

/** What would be wrong to send at all. */
function refuse(center: OperationsCenter, base: URL, whom: Whom): Result<Answer, ReadCode> | undefined {
  // Without TLS the password would travel in clear: allowed only where it does not leave the machine (the sandbox).
  if (base.protocol === 'http:' && !isLoopbackHost(base.hostname)) {
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

type Posted = Reply | Failure<ReadCode>;

/** One request and its reply, within the time-outs. Socket and agent are closed when it returns. */
function post(center: OperationsCenter, base: URL, command: string, whom: Whom): Promise<Posted> {
  return new Promise((resolve) => {
    const agent = makeAgent(center);
    const body = Buffer.from(command, 'utf8');
    const clear = base.protocol === 'http:';
    const request = (clear ? http : https).request({
      agent,
      method: 'POST',
      // Node wants IPv6 addresses without their brackets.
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port === '' ? undefined : base.port,
      path: pathOf(base, center.route),
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${credentials(center)}`,
        'Content-Length': body.length,
        'Content-Type': 'text/plain',
        'OC-API-Version': '1.0',
      },
    });
    let connected = false;

    function settle(outcome: Posted): void {
      clearTimeout(connectTimer);
      clearTimeout(totalTimer);
      resolve(outcome);
      request.destroy();
      agent.destroy();
    }

    const connectMs = Math.min(longestConnect, center.timeoutMs);
    const connectTimer = setTimeout(() => settle(connectTimeout(whom, connectMs)), connectMs);
    const totalTimer = setTimeout(() => settle(answerTimeout(whom, center.timeoutMs)), center.timeoutMs);

    request.on('socket', (socket) => {
      socket.once(clear ? 'connect' : 'secureConnect', () => {
        connected = true;
        clearTimeout(connectTimer);
      });
    });
    // Once settled, hanging up may raise another error here: the promise keeps the first outcome.
    request.on('error', (error) => settle(socketFault(whom, error, connected ? 'asking' : 'connecting')));
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      const good = isGood(status);
      const announced = Number(response.headers['content-length'] ?? 0);
      if (good && announced > largestAnswer) return settle(tooLarge(whom, largestAnswer));
      void readBody(response, good ? largestAnswer : largestComplaint).then((read) => {
        if ('error' in read) return settle(socketFault(whom, read.error, 'reading'));
        if (good && !read.whole) return settle(tooLarge(whom, largestAnswer));
        const { 'content-type': type = '', location } = response.headers;
        settle({ status, type, location, body: read.text });
      });
    });
    request.end(body);
  });
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
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
  const isCut = text.startsWith('[[') && !text.endsWith(']]');
  if (isCut) return ` (${label}): it breaks off after ${text.length} characters`;
  return ` (${label}): ${excerptJson(text, 80)}`;
}

/** A short plain text beside an error status; pages are of no use in a sentence. */
function complaint(reply: Reply): string {
  const text = reply.body.trim();
  if (text === '' || /html/i.test(reply.type) || text.startsWith('<')) return '';
  return excerpt(text.replace(/\s+/g, ' '), 200);
}
