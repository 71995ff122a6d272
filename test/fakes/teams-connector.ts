import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the bot asked of the connector. */
export interface ConnectorRequest {
  method: string;
  /** Decoded path after `/v3`: `/conversations/19:chem@thread.tacv2/activities`. */
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

/** How the next request that fits goes wrong. */
export interface Fault {
  /** Fits requests whose decoded path contains this. Default all. */
  path?: string;
  status?: number;
  code?: string;
  retryAfter?: string;
  /** Takes the request and breaks the connection without an answer. */
  drop?: boolean;
  /** Takes the request and never answers. */
  hang?: boolean;
}

export interface Member {
  id: string;
  aadObjectId?: string;
  name?: string;
  tenantId?: string;
  userRole?: string;
  userPrincipalName?: string;
}

export interface TeamsConnector {
  serviceUrl: string;
  requests: ConnectorRequest[];
  /** Posts and edits only. */
  messages(): ConnectorRequest[];
  fail(fault: Fault): void;
  addMember(conversation: string, member: Member): void;
  addTeam(team: string, channels: { id: string; name?: string }[]): void;
  /** Refuses to open personal chats, as for people who have not installed the app. */
  noPersonalChats: boolean;
  close(): Promise<void>;
}

/** The Bot Framework connector of Teams as far as the bot uses it: conversations, activities, members, channels of a team. */
export async function startTeamsConnector(): Promise<TeamsConnector> {
  const requests: ConnectorRequest[] = [];
  const faults: Fault[] = [];
  const members = new Map<string, Member>();
  const teams = new Map<string, { id: string; name?: string }[]>();
  let ids = 1_700_000_000_000;

  const server = createServer((request, response) => {
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const path = decodeURIComponent((request.url ?? '').replace(/^\/v3/, ''));
    const method = request.method ?? '';
    requests.push({ method, path, authorization: request.headers.authorization, body: text ? JSON.parse(text) : {} });

    const at = faults.findIndex((fault) => path.includes(fault.path ?? ''));
    const fault = at < 0 ? undefined : faults.splice(at, 1)[0];
    if (fault?.drop) {
      request.socket.destroy();
      return;
    }
    if (fault?.hang) return;
    if (fault) {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      return send(response, fault.status ?? 500, {
        error: { code: fault.code ?? 'ServiceError', message: 'as the test wished' },
      });
    }

    const member = /^\/conversations\/([^/]+)\/members\/([^/]+)$/.exec(path);
    if (method === 'GET' && member) {
      const found = members.get(`${member[1]} ${member[2]}`);
      if (found) return send(response, 200, found);
      return send(response, 404, { error: { code: 'MemberNotFoundInConversation', message: 'no such member' } });
    }
    const channels = /^\/teams\/([^/]+)\/conversations$/.exec(path);
    if (method === 'GET' && channels) return send(response, 200, { conversations: teams.get(channels[1] ?? '') ?? [] });
    if (method === 'POST' && path === '/conversations') {
      if (connector.noPersonalChats)
        return send(response, 403, { error: { code: 'BotNotInConversationRoster', message: 'not installed' } });
      return send(response, 201, { id: `a:private-${++ids}` });
    }
    if (method === 'POST' && /^\/conversations\/[^/]+\/activities(\/[^/]+)?$/.test(path))
      return send(response, 201, { id: String(++ids) });
    const edited = /^\/conversations\/[^/]+\/activities\/([^/]+)$/.exec(path);
    if (method === 'PUT' && edited) return send(response, 200, { id: edited[1] });
    return send(response, 405, { error: { code: 'BadArgument', message: `${method} ${path}` } });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connector: TeamsConnector = {
    serviceUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    messages: () => requests.filter(({ method, path }) => method !== 'GET' && path.includes('/activities')),
    fail: (fault) => void faults.push(fault),
    addMember: (conversation, member) => void members.set(`${conversation} ${member.id}`, member),
    addTeam: (team, list) => void teams.set(team, list),
    noPersonalChats: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return connector;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
