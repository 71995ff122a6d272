import { fail, ok } from '../../src/domain/failure';
import type {
  EventRow,
  FilespaceRow,
  MessageRow,
  NodeRow,
  Protect,
  ReadCode,
  Refusal,
  RunRow,
  ScheduleRow,
} from '../../src/protect/protect';

/** A server with the rows that a test gives it. */
export interface ScriptedServer {
  port: Protect;
  nodes: NodeRow[];
  schedules: ScheduleRow[];
  associations: { domain: string; schedule: string; node: string }[];
  filespaces: FilespaceRow[];
  events: EventRow[];
  messages: MessageRow[];
  runs: RunRow[];
  refused: Refusal[];
  /** Set: every question fails with it. */
  down: { code: ReadCode; reason: string } | null;
  /** Questions asked, in order: `events 2026-11-17..2026-11-18`. */
  asked: string[];
  retentionDays: number;
  /** Registers machines with a daily schedule of domain D at that time of day. */
  backsUp(schedule: string, startTime: string, nodes: readonly string[], more?: Partial<ScheduleRow>): void;
  /** What came of a start, in wall time of the server. A later word on the same start replaces the earlier. */
  tells(node: string, scheduledStart: string, status: string, more?: Partial<EventRow>): void;
}

const registered = '2024-03-01 09:00:00';

export function node(name: string, more: Partial<NodeRow> = {}): NodeRow {
  return {
    node: name,
    domain: 'D',
    registered,
    platform: 'Linux',
    clientVersion: '8.1.20',
    lastAccess: null,
    locked: false,
    decommissioned: false,
    contact: null,
    email: null,
    ...more,
  };
}

export function scriptedServer(name: string): ScriptedServer {
  const answered = <T>(rows: T[]) => ok({ rows, refused: [] as Refusal[] });
  const inSpan = (wall: string, from: string, to: string) => wall >= from && wall < to;
  async function ask<T>(question: string, answer: () => T) {
    server.asked.push(question);
    return server.down ? fail(server.down.code, server.down.reason) : answer();
  }
  const server: ScriptedServer = {
    nodes: [],
    schedules: [],
    associations: [],
    filespaces: [],
    events: [],
    messages: [],
    runs: [],
    refused: [],
    down: null,
    asked: [],
    retentionDays: 10,
    backsUp(schedule, startTime, nodes, more = {}) {
      server.schedules.push({
        domain: 'D',
        schedule,
        description: null,
        action: 'INCREMENTAL',
        startDate: '2024-02-01',
        startTime: `${startTime}:00`,
        duration: 1,
        durationUnits: 'HOURS',
        period: 1,
        periodUnits: 'DAYS',
        dayOfWeek: 'ANY',
        expiration: null,
        style: 'CLASSIC',
        month: null,
        dayOfMonth: null,
        weekOfMonth: null,
        changed: '2024-01-22 10:14:09',
        ...more,
      });
      for (const each of nodes) {
        if (!server.nodes.some((row) => row.node === each)) server.nodes.push(node(each));
        server.associations.push({ domain: 'D', schedule, node: each });
      }
    },
    tells(node, scheduledStart, status, more = {}) {
      const schedule = server.associations.find((each) => each.node === node)?.schedule ?? '';
      const ran = !['Future', 'Pending', 'Missed', 'Uncertain'].includes(status);
      const row: EventRow = {
        node,
        domain: 'D',
        schedule,
        scheduledStart,
        actualStart: ran ? `${scheduledStart.slice(0, 17)}07` : null,
        completed: ran && status !== 'Started' && status !== 'In Progress' ? `${scheduledStart.slice(0, 17)}58` : null,
        status,
        result: status === 'Completed' ? 0 : status === 'Failed' ? 12 : null,
        reason: null,
        ...more,
      };
      server.events = server.events.filter(
        (each) => each.node !== node || each.schedule !== row.schedule || each.scheduledStart !== scheduledStart,
      );
      server.events.push(row);
    },
    port: {
      status: () => ask('status', () => ok({ name, version: '8.1.20', eventRetentionDays: server.retentionDays })),
      nodes: () => ask('nodes', () => answered(server.nodes)),
      filespaces: () => ask('filespaces', () => answered(server.filespaces)),
      associations: () => ask('associations', () => answered(server.associations)),
      schedules: () => ask('schedules', () => answered(server.schedules)),
      events: (from, to) =>
        ask(`events ${from}..${to}`, () => {
          const end = new Date(Date.parse(`${to}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
          return ok({
            rows: server.events.filter((row) => inSpan(row.scheduledStart, `${from} 12:00:00`, `${end} 12:00:00`)),
            refused: server.refused,
          });
        }),
      runs: (from, to) => ask('runs', () => answered(server.runs.filter((row) => inSpan(row.startTime, from, to)))),
      messages: (from, to) =>
        ask('messages', () => answered(server.messages.filter((row) => inSpan(row.at, from, to)))),
    },
  };
  return server;
}
