import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { count, structure, text } from './arguments';
import { bot } from './ids';
import { type Method, refuse } from './method';
import { addMessage, findMessage, isMember, type SharedFile, type Workspace } from './workspace';

const wanted = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);
const maxFile = 10_000_000;

/** Takes the bytes for an upload that was announced; false when it was not, or when the length differs. */
export async function receiveUpload(w: Workspace, id: string, content: Buffer): Promise<boolean> {
  const stored = await w.pool.query(
    'UPDATE sandbox.files SET content = $2 WHERE id = $1 AND NOT shared AND length = $3',
    [id, content, content.length],
  );
  return stored.rowCount === 1;
}

export async function readFile(w: Workspace, id: string): Promise<{ name: string; content: Buffer } | undefined> {
  const found = await w.pool.query<{ name: string; content: Buffer }>(
    'SELECT name, content FROM sandbox.files WHERE id = $1 AND shared',
    [id],
  );
  return found.rows[0];
}

export const fileMethods: Record<string, Method> = {
  'files.getUploadURLExternal': {
    perMinute: 100,
    scopes: () => ['files:write'],
    channel: false,
    async run(args, { workspace, base }) {
      const name = text(args, 'filename');
      const length = count(args, 'length', 0, Number.MAX_SAFE_INTEGER);
      if (name === '' || length === 0) return refuse('invalid_arguments');
      if (length > maxFile) return refuse('file_upload_size_restricted');
      const id = `F0${randomBytes(6).toString('hex').toUpperCase()}`;
      await workspace.pool.query('INSERT INTO sandbox.files (id, name, title, length) VALUES ($1, $2, $2, $3)', [
        id,
        name,
        length,
      ]);
      return { ok: true, upload_url: `${base}/upload/${id}`, file_id: id };
    },
  },
  'files.completeUploadExternal': {
    perMinute: 100,
    scopes: () => ['files:write'],
    channel: false,
    async run(args, { workspace }) {
      const parsed = wanted.safeParse(structure(args, 'files'));
      if (!parsed.success) return refuse('invalid_arguments');
      const channel = text(args, 'channel_id');
      const thread = text(args, 'thread_ts') || null;
      if (channel !== '' && !(await isMember(workspace, channel, bot.user))) return refuse('channel_not_found');
      if (thread && !(await findMessage(workspace, channel, thread))) return refuse('thread_not_found');
      const files: SharedFile[] = [];
      for (const { id, title } of parsed.data) {
        const shared = await workspace.pool.query<SharedFile>(
          `UPDATE sandbox.files SET shared = true, title = coalesce($2, title) WHERE id = $1 AND content IS NOT NULL
           RETURNING id, name, title, length AS size`,
          [id, title ?? null],
        );
        if (!shared.rows[0]) return refuse('file_not_found');
        files.push(shared.rows[0]);
      }
      if (channel !== '')
        await addMessage(workspace, {
          channel,
          user: bot.user,
          text: text(args, 'initial_comment'),
          files,
          threadTs: thread,
        });
      return { ok: true, files };
    },
  },
};
