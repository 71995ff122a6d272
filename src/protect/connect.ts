import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Failure, fail, ok, type Result } from '../domain/failure';
import type { Answer } from './answer';
import { issueCommand } from './operations-center';
import type { OperationsCenter, Protect, Read, ReadCode, Rows } from './protect';
import { explainRejection } from './rejection';
import * as rows from './rows';
import * as statements from './statements';

/** 100,000 rows take half a second: between slices others get their turn, above all whoever waits for an answer in chat. */
const slice = 5_000;

/**
 * A reading connection to one Storage Protect server through an Operations Center. Opens nothing until it is asked.
 * @param name how people call the server; it begins the sentence of every failure
 */
export function connectProtect(center: OperationsCenter, name: string, log: Logger): Protect {
  const serverLog = log.child({ server: name });

  async function items(statement: statements.Statement): Promise<Result<unknown[], ReadCode>> {
    const first = await ask(statement);
    // Under contention the server may say "no match" although there are rows (IBM, SELECT command): none is believed the second time.
    const answer = first.ok && first.value.items.length === 0 ? await ask(statement) : first;
    if (!answer.ok) return answer;
    const { columns, items: found, messages } = answer.value;
    if (messages.length > 0)
      serverLog.warn({ query: statement.query, messages }, 'a server sent remarks beside its rows');
    const missing = statement.columns.filter((column) => !columns.includes(column));
    if (found.length > 0 && missing.length > 0) {
      return tell(fail('OUTPUT_FORMAT', `The answer to "${statement.query}" lacks ${missing.join(', ')}.`));
    }
    return ok(found);
  }

  async function ask(statement: statements.Statement): Promise<Result<Answer, ReadCode>> {
    const answer = await issueCommand(center, statement.text, serverLog);
    if (answer.ok) return answer;
    return tell(answer.code === 'SERVER_REJECTED' ? await explainRejection(center, answer) : answer);
  }

  function tell(failure: Failure<ReadCode>): Failure<ReadCode> {
    return { ...failure, reason: `${name} was not read. ${failure.reason}` };
  }

  async function read<T>(statement: statements.Statement, schema: rows.RowSchema<T>): Read<Rows<T>> {
    const found = await items(statement);
    if (!found.ok) return found;
    const result: Rows<T> = { rows: [], refused: [] };
    for (let start = 0; start < found.value.length; start += slice) {
      const part = rows.readRows(statement.query, schema, found.value.slice(start, start + slice));
      for (const row of part.rows) result.rows.push(row);
      for (const refusal of part.refused) result.refused.push(refusal);
      await setImmediate();
    }
    const first = result.refused[0];
    if (first !== undefined) {
      serverLog.warn(
        { query: statement.query, read: result.rows.length, refused: result.refused.length, first },
        'rows of a server did not fit',
      );
    }
    return ok(result);
  }

  /** For tables that say what exists: if not one row fits, an empty table would be a lie. */
  async function readAll<T>(statement: statements.Statement, schema: rows.RowSchema<T>): Read<Rows<T>> {
    const result = await read(statement, schema);
    if (!result.ok) return result;
    const first = result.value.refused[0];
    if (first === undefined || result.value.rows.length > 0) return result;
    const count = result.value.refused.length;
    return tell(
      fail('OUTPUT_FORMAT', `None of the ${count} rows of "${statement.query}" fits. The first: ${first.reason}.`),
    );
  }

  return {
    async status() {
      const result = await readAll(statements.statusStatement, rows.statusRow);
      if (!result.ok) return result;
      const row = result.value.rows[0];
      return row === undefined ? tell(fail('OUTPUT_FORMAT', 'It answered without its status.')) : ok(row);
    },
    nodes: () => readAll(statements.nodesStatement, rows.nodeRow),
    filespaces: () => readAll(statements.filespacesStatement, rows.filespaceRow),
    associations: () => readAll(statements.associationsStatement, rows.associationRow),
    schedules: () => readAll(statements.schedulesStatement, rows.scheduleRow),
    events: (fromNight, toNight) => readAll(statements.eventsStatement(fromNight, toNight), rows.eventRow),
    runs: (from, to) => read(statements.runsStatement(from, to), rows.runRow),
    messages: (from, to) => read(statements.messagesStatement(from, to), rows.messageRow),
  };
}
