import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { SandboxClock } from '../clock';
import type { Switches } from '../protect/switches';
import { seeAs } from '../slack/people';
import type { SlackSandbox } from '../slack/slack-sandbox';
import { type Channel, findEphemeral, openDirect, removeEphemeral, type User } from '../slack/workspace';
import { ownPageOnly, sendPage } from './controls';
import { choiceField } from './draw-blocks';
import { drawChannelPage } from './layout';
import { drawLogPage, drawTeamsPage } from './side-pages';
import { listPeople, readNav, readView } from './view';

export interface PageOptions {
  slack: SlackSandbox;
  clock: Pick<SandboxClock, 'now'>;
  zone: string;
  /** Absent when the Storage Protect servers are real ones. */
  switches: Switches | undefined;
}

const form = z.object({
  as: z.string(),
  channel: z.string(),
  thread: z.string().optional(),
  text: z.string().max(8000).optional(),
  ts: z.string().optional(),
  press: z.string().optional(),
});
const pressed = z.union([z.tuple([z.string(), z.string()]), z.tuple([z.string(), z.string(), z.string()])]);

type Form = z.infer<typeof form>;
type Actor = { user: User; channel: Channel };

/** The page of the workspace, to be mounted at `/sandbox`. All of it works without script; the script only saves reloads. */
export function pageRouter(options: PageOptions): Router {
  const { slack, clock, zone, switches } = options;
  const { workspace, people } = slack;
  const router = express.Router();

  async function actingUser(request: Request): Promise<User | undefined> {
    const everyone = await listPeople(workspace);
    return everyone.find((user) => user.id === request.query['as']) ?? everyone[0];
  }

  async function showChannel(request: Request, response: Response): Promise<void> {
    const user = await actingUser(request);
    const { channel: id = '', thread } = request.params as { channel?: string; thread?: string };
    const who = user && (await seeAs(workspace, user.id, id));
    if (!user || !who) {
      // Whoever became somebody else may not see this channel: show the first that they do.
      const first = user && (await readNav(workspace, user))[0];
      if (first) response.redirect(303, `/sandbox/c/${first.channel.id}?as=${user.id}`);
      else response.status(404).send('No such conversation.');
      return;
    }
    const { before } = request.query;
    const view = await readView(workspace, zone, who, {
      thread,
      before: typeof before === 'string' ? before : undefined,
    });
    const around = {
      now: clock.now().setZone(zone),
      switches: await switches?.state(),
      justMoved: request.query['morning'] === '1',
    };
    sendPage(response, drawChannelPage(view, around));
  }

  router.get('/', async (request, response) => {
    const user = await actingUser(request);
    const nav = user ? await readNav(workspace, user) : [];
    // Tess opens her own department's channel; the service's own channel is for those who run it.
    const first = nav.find(({ member, channel }) => member && channel.kind !== 'im') ?? nav[0];
    const home = nav.find(({ channel }) => user?.id === 'U0TESS' && channel.id === 'C0CHEM') ?? first;
    if (home) response.redirect(303, `/sandbox/c/${home.channel.id}?as=${user?.id ?? ''}`);
    else response.status(404).send('There is nothing to see.');
  });
  router.get('/c/:channel', showChannel);
  router.get('/c/:channel/t/:thread', showChannel);
  router.get('/direct', async (request, response) => {
    const user = await actingUser(request);
    const channel = user && (await openDirect(workspace, user));
    response.redirect(303, channel ? `/sandbox/c/${channel.id}?as=${user.id}` : '/sandbox');
  });
  router.get('/log', async (request, response) => {
    const user = await actingUser(request);
    sendPage(response, drawLogPage(await slack.faults.list(), user?.id ?? '', zone));
  });
  router.get('/teams', async (request, response) => {
    sendPage(response, drawTeamsPage((await actingUser(request))?.id ?? ''));
  });

  /** A form that a person sent from the page: checked, done, and back to where they were. */
  function post(path: string, act: (actor: Actor, fields: Form, request: Request) => Promise<unknown>): void {
    router.post(
      path,
      ownPageOnly,
      express.urlencoded({ extended: false, limit: '64kb' }),
      async (request, response) => {
        const parsed = form.safeParse(request.body);
        const actor = parsed.success ? await seeAs(workspace, parsed.data.as, parsed.data.channel) : undefined;
        if (!parsed.success || !actor) {
          response.status(400).send('This form does not fit the workspace any more. Go back and reload.');
          return;
        }
        await act(actor, parsed.data, request);
        const thread = parsed.data.thread ? `/t/${parsed.data.thread}` : '';
        response.redirect(303, `/sandbox/c/${actor.channel.id}${thread}?as=${actor.user.id}#latest`);
      },
    );
  }

  post('/say', ({ user, channel }, fields) => people.say(user, channel, fields.text ?? '', fields.thread));
  post('/press', async ({ user, channel }, fields, request) => {
    const element = pressed.safeParse(parseJson(fields.press ?? ''));
    if (!element.success) return;
    const [blockId, actionId, option] = element.data;
    const body = request.body as Record<string, unknown>;
    const menu = body[choiceField(blockId, actionId)];
    const choice = option ?? (typeof menu === 'string' ? menu : undefined);
    await people.press(user, channel, {
      ts: fields.ts ?? '',
      blockId,
      actionId,
      ...(choice === undefined ? {} : { choice }),
    });
  });
  post('/dismiss', async ({ user, channel }, fields) => {
    const own = await findEphemeral(workspace, channel.id, fields.ts ?? '');
    if (own?.toUser === user.id) await removeEphemeral(workspace, channel.id, own.ts);
  });
  post('/join', ({ user, channel }) => people.join(user, channel));
  post('/invite-bot', ({ user, channel }) => people.inviteBot(user, channel));
  post('/remove-bot', ({ user, channel }) => people.removeBot(user, channel));
  return router;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
