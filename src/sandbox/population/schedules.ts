import { day, hour, isSkipped, minute, type Night, noonOf, passesTwice, type WallMs, wallMs } from './wall';

export const zone = 'Europe/Berlin';
export const serverNames = ['SP1', 'SP2'] as const;
export type ServerName = (typeof serverNames)[number];

/** A client schedule with the values that CLIENT_SCHEDULES shows. */
export interface Schedule {
  server: ServerName;
  domain: string;
  name: string;
  description: string;
  action: 'INCREMENTAL' | 'COMMAND';
  objects: string | null;
  startDate: string;
  startTime: string;
  /** Length of the start-up window. */
  duration: number;
  durationUnits: 'MINUTES' | 'HOURS';
  style: 'CLASSIC' | 'ENHANCED';
  /** CLASSIC only. */
  period: number | null;
  periodUnits: 'HOURS' | 'DAYS' | 'WEEKS' | null;
  dayOfWeek: string;
  /** ENHANCED only. */
  weekOfMonth: string | null;
  changed: string;
}

type Repeat = Pick<Schedule, 'style' | 'period' | 'periodUnits' | 'dayOfWeek' | 'weekOfMonth'>;
const classic = { style: 'CLASSIC', weekOfMonth: null } as const;
const daily: Repeat = { ...classic, period: 1, periodUnits: 'DAYS', dayOfWeek: 'ANY' };
const otherDays: Repeat = { ...classic, period: 2, periodUnits: 'DAYS', dayOfWeek: 'ANY' };
const workdays: Repeat = { ...classic, period: 1, periodUnits: 'DAYS', dayOfWeek: 'WEEKDAY' };
const fridays: Repeat = { ...classic, period: 1, periodUnits: 'WEEKS', dayOfWeek: 'FRIDAY' };
const hourly: Repeat = { ...classic, period: 1, periodUnits: 'HOURS', dayOfWeek: 'ANY' };
const firstSundays: Repeat = {
  style: 'ENHANCED',
  period: null,
  periodUnits: null,
  dayOfWeek: 'SUNDAY',
  weekOfMonth: 'FIRST',
};

function schedule(
  server: ServerName,
  domain: string,
  name: string,
  startTime: string,
  window: `${number} ${'MINUTES' | 'HOURS'}`,
  repeat: Repeat,
  description: string,
  more: Partial<Schedule> = {},
): Schedule {
  const [duration, units] = window.split(' ');
  return {
    server,
    domain,
    name,
    description,
    action: 'INCREMENTAL',
    objects: null,
    startDate: repeat === fridays ? '2024-02-02' : '2024-02-01',
    startTime: `${startTime}:00`,
    duration: Number(duration),
    durationUnits: units === 'MINUTES' ? 'MINUTES' : 'HOURS',
    ...repeat,
    changed: '2024-01-22 10:14:09',
    ...more,
  };
}

/** A changed schedule loses its earlier event records: SRV_0400 since 12 November, GEO_2200 since the morning of the first start. */
export const schedules: readonly Schedule[] = [
  schedule('SP1', 'DESKTOP', 'DESK_2130', '21:30', '2 HOURS', daily, 'desktops, early slot'),
  schedule('SP1', 'DESKTOP', 'DESK_2230', '22:30', '2 HOURS', daily, 'notebooks, late slot'),
  schedule('SP1', 'DESKTOP', 'WEEKLY_FRI', '20:00', '4 HOURS', fridays, 'machines that are on once a week'),
  schedule('SP1', 'SERVER', 'SRV_0100', '01:00', '3 HOURS', daily, 'file and web servers'),
  schedule('SP1', 'SERVER', 'SRV_0230', '02:30', '2 HOURS', daily, 'application servers'),
  schedule('SP1', 'SERVER', 'SRV_MONTHLY', '03:00', '3 HOURS', firstSundays, 'full check once a month'),
  schedule('SP1', 'INSTRUMENT', 'INST_2200', '22:00', '2 HOURS', daily, 'control computers of instruments'),
  schedule('SP1', 'DATABASE', 'DB_FULL_2300', '23:00', '1 HOURS', daily, 'databases, full', {
    action: 'COMMAND',
    objects: '/opt/backup/db_full.sh',
  }),
  schedule('SP1', 'DATABASE', 'DB_LOG_HOURLY', '00:00', '30 MINUTES', hourly, 'databases, logs', {
    action: 'COMMAND',
    objects: '/opt/backup/db_log.sh',
  }),
  schedule('SP1', 'IMAGING', 'IMG_0200', '02:00', '2 HOURS', daily, 'imaging systems'),
  schedule('SP1', 'LIBRARY', 'LIB_2045', '20:45', '2 HOURS', daily, 'library, after closing'),
  schedule('SP2', 'DESKTOP', 'DESK_2130', '21:30', '2 HOURS', daily, 'desktops'),
  schedule('SP2', 'SERVER', 'SRV_0100', '01:00', '3 HOURS', daily, 'file and web servers'),
  schedule('SP2', 'SERVER', 'SRV_0400', '04:00', '1 HOURS', daily, 'late slot', { changed: '2026-11-12 09:20:31' }),
  schedule('SP2', 'SERVER', 'SRV_2DAYS', '00:30', '3 HOURS', otherDays, 'large archives, every other night'),
  schedule('SP2', 'CLINIC', 'CLIN_2000', '20:00', '3 HOURS', daily, 'wards and offices'),
  schedule('SP2', 'GEO', 'GEO_2100', '21:00', '2 HOURS', daily, 'until 17 November'),
  schedule('SP2', 'GEO', 'GEO_2200', '22:00', '2 HOURS', daily, 'from 18 November', { changed: '2026-11-19 06:20:44' }),
  schedule('SP2', 'OFFICE', 'ADM_2115', '21:15', '2 HOURS', workdays, 'offices, working days'),
  schedule('SP2', 'MAIL', 'MAIL_0430', '04:30', '1 HOURS', daily, 'mail servers'),
];

export function windowOf(schedule: Schedule): number {
  return schedule.duration * (schedule.durationUnits === 'HOURS' ? hour : minute);
}

const weekdays = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

function fitsDay(schedule: Schedule, at: WallMs): boolean {
  const date = new Date(at);
  const weekday = date.getUTCDay();
  if (schedule.style === 'ENHANCED') return weekdays[weekday] === schedule.dayOfWeek && date.getUTCDate() <= 7;
  if (schedule.dayOfWeek === 'WEEKDAY') return weekday >= 1 && weekday <= 5;
  if (schedule.dayOfWeek !== 'ANY' && weekdays[weekday] !== schedule.dayOfWeek) return false;
  if (schedule.periodUnits !== 'DAYS') return true;
  const days = Math.floor((at - wallMs(schedule.startDate)) / day);
  return days % (schedule.period ?? 1) === 0;
}

/** The starts of one night in order. In the night that has 25 hours an hourly start is there twice. */
export function startsIn(schedule: Schedule, night: Night): WallMs[] {
  const from = noonOf(night);
  if (schedule.periodUnits === 'HOURS') {
    const hours = Array.from({ length: 24 }, (_, index) => from + index * hour);
    return hours.flatMap((at) => (isSkipped(at, zone) ? [] : passesTwice(at, zone) ? [at, at] : [at]));
  }
  const time = wallMs(`1970-01-01 ${schedule.startTime}`);
  const at = from - 12 * hour + time + (time < 12 * hour ? day : 0);
  return fitsDay(schedule, at) ? [at] : [];
}
