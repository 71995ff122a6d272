import { type Failure, fail } from '../domain/failure';
import { issueCommand } from './operations-center';
import type { OperationsCenter, ReadCode } from './protect';
import { readRows, serverRow } from './rows';
import { serversStatement, statusStatement } from './statements';

/**
 * A 500 stands for bad syntax, a missing privilege or an unknown server name. A few harmless questions tell them apart as far as
 * that can be: which servers the hub knows, and whether this server answers at all.
 * @returns the same code, with a sentence that says more where more could be found out
 */
export async function explainRejection(
  center: OperationsCenter,
  rejection: Failure<ReadCode>,
): Promise<Failure<ReadCode>> {
  const status = await issueCommand(center, statusStatement.text);
  if (status.ok) {
    return fail(
      'SERVER_REJECTED',
      `It answers other questions but rejected this one (500): ${center.user} may lack a privilege, or its level does not know a table or column.`,
    );
  }
  if (center.route === undefined) return rejection;

  const { route, ...hub } = center;
  // The hub does not list itself among its servers.
  const own = await namesOf(hub, statusStatement.text);
  const others = await namesOf(hub, serversStatement.text);
  if (own === undefined || others === undefined) return rejection;
  const known = [...own, ...others];
  if (known.some((name) => name.toUpperCase() === route.toUpperCase())) return rejection;
  return fail(
    'SERVER_REJECTED',
    `The hub at ${new URL(center.url).host} knows no server ${route} (500); it knows ${known.join(', ')}.`,
  );
}

async function namesOf(hub: OperationsCenter, command: string): Promise<string[] | undefined> {
  const answer = await issueCommand(hub, command);
  return answer.ok ? readRows('servers', serverRow, answer.value.items).rows : undefined;
}
