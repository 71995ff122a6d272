import { timingSafeEqual } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { type Arguments, text } from './arguments';
import type { Rate, Take } from './buckets';
import { chatMethods } from './chat-methods';
import { conversationMethods } from './conversation-methods';
import type { Faults } from './faults';
import { fileMethods } from './file-methods';
import { bot, botToken } from './ids';
import type { Manifest } from './manifest';
import { type ApiAnswer, type Method, refuse } from './method';
import { userMethods } from './user-methods';
import { type Channel, findChannel, findUser, isMember, openDirect, type Workspace } from './workspace';

const methods: Record<string, Method> = { ...chatMethods, ...conversationMethods, ...userMethods, ...fileMethods };

/** "Short bursts are allowed", about one message a second and channel (docs.slack.dev/apis/web-api/rate-limits). */
const postsPerChannel: Rate = { burst: 5, perMinute: 60 };

interface WebApiParts {
  workspace: Workspace;
  manifest: Manifest;
  faults: Faults;
  take: Take;
}

/**
 * The Slack Web API: `POST /<method>` (and GET, as in Slack) with form fields or JSON. Refusals are HTTP 200 with `ok: false`, but
 * for 429. Everything refused is listed in the faults.
 */
export function webApi(parts: WebApiParts): Router {
  const router = express.Router();
  router.use(express.json({ limit: '2mb' }), express.urlencoded({ extended: false, limit: '2mb' }));
  router.all('/:method', async (request, response) => {
    const name = request.params.method;
    const args: Arguments = { ...request.query, ...(request.body as Arguments | undefined) };
    const answer = await answerCall(parts, name, args, request, response);
    if (!answer.ok) await parts.faults.add('api', name, answer.error, detailOf(answer, args));
    response.set('x-oauth-scopes', [...parts.manifest.scopes].join(','));
    response.json(answer);
  });
  return router;
}

async function answerCall(
  parts: WebApiParts,
  name: string,
  args: Arguments,
  request: Request,
  response: Response,
): Promise<ApiAnswer> {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) return refuse('unknown_method', { req_method: name });
  const refusal = checkToken(request, args);
  if (refusal) return refusal;

  const named = method.channel ? await seenChannel(parts.workspace, text(args, 'channel')) : undefined;
  const needed = method.scopes(args, named);
  response.set('x-accepted-oauth-scopes', needed.join(','));
  if (!needed.every((scope) => parts.manifest.scopes.has(scope)))
    return refuse('missing_scope', { needed: needed.join(','), provided: [...parts.manifest.scopes].join(',') });
  if (method.channel && !named) return refuse('channel_not_found');

  const wait = takeTurn(parts.take, name, method, named);
  if (wait > 0) {
    response.status(429).set('Retry-After', String(wait));
    return refuse('ratelimited');
  }
  const base = `${request.protocol}://${request.get('host') ?? 'localhost'}${request.baseUrl.replace(/\/api$/, '')}`;
  // Methods without a channel never look at it.
  return method.run(args, { ...parts, base }, named ?? nowhere);
}

const nowhere: Channel = { id: '', name: '', kind: 'public', topic: '', archived: false, imUser: null };

function checkToken(request: Request, args: Arguments): ApiAnswer | null {
  const header = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1];
  const given = Buffer.from(header ?? text(args, 'token'));
  if (given.length === 0) return refuse('not_authed');
  const right = Buffer.from(botToken);
  return given.length === right.length && timingSafeEqual(given, right) ? null : refuse('invalid_auth');
}

/** A conversation that the bot knows exists. A user id stands for the direct message with that person, as in Slack. */
async function seenChannel(w: Workspace, id: string): Promise<Channel | undefined> {
  if (id.startsWith('U')) {
    const user = await findUser(w, id);
    return user && !user.isBot ? openDirect(w, user) : undefined;
  }
  const channel = await findChannel(w, id);
  if (!channel || channel.kind === 'public') return channel;
  return (await isMember(w, id, bot.user)) ? channel : undefined;
}

function takeTurn(take: Take, name: string, method: Method, channel: Channel | undefined): number {
  if (method.perMinute === 'per channel') return take(`${name} ${channel?.id ?? ''}`, postsPerChannel);
  return take(name, { burst: method.perMinute, perMinute: method.perMinute });
}

/** What a developer needs to find the mistake: the complaint and the call, the token left out. */
function detailOf(answer: ApiAnswer, args: Arguments): string {
  const { ok: _ok, error: _error, response_metadata: _said, ...complaint } = answer;
  const { token: _token, ...rest } = args;
  const call = JSON.stringify(rest);
  return Object.keys(complaint).length > 0 ? `${JSON.stringify(complaint)}\n${call}` : call;
}
