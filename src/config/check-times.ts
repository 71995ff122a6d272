import { defaultSettings } from '../domain/settings';
import type { Draft, DraftSettings, DraftTenant } from './draft';
import type { Path, Report } from './problem';

interface Times {
  window: { from: string; to: string };
  digest: string;
  closing: string;
}

/** The times of a day fit each other, inherited ones included. A contradiction is reported where it is made, not at every heir. */
export function checkTimes(draft: Draft, report: Report): void {
  const above = checkOwn(draft.settings, defaultSettings, ['settings'], report);
  checkTree(draft.tenants, above, ['tenants'], report);
}

function checkTree(tenants: readonly DraftTenant[], above: Times, at: Path, report: Report): void {
  tenants.forEach((tenant, index) => {
    const times = checkOwn(tenant.settings, above, [...at, index, 'settings'], report);
    checkTree(tenant.children, times, [...at, index, 'children'], report);
  });
}

/** Returns the times in force below. */
function checkOwn(own: DraftSettings, above: Times, at: Path, report: Report): Times {
  const times: Times = {
    window: own.window ?? above.window,
    digest: own.digest ?? above.digest,
    closing: own.closing ?? above.closing,
  };
  const { window, digest, closing } = times;
  if (own.window !== undefined) {
    if (window.from === window.to) {
      report([...at, 'window'], `a window that begins and ends at ${window.from}`, 'two different times');
    } else if (sinceNoon(window.from) >= untilNoon(window.to)) {
      // A night reaches from noon to noon.
      report(
        [...at, 'window'],
        `${window.from} to ${window.to}, across noon`,
        'a window that lies between noon and the next noon',
      );
    }
  }
  // A closing before its digest would be the next evening's: nothing could be said in between.
  if ((own.digest !== undefined || own.closing !== undefined) && closing <= digest) {
    const key = own.closing === undefined ? 'digest' : 'closing';
    report([...at, key], `digest ${digest} and closing ${closing}`, 'a closing later in the day than the digest');
  }
  own.editions?.forEach((edition, index) => {
    if (edition === undefined) return;
    if (edition <= digest || edition >= closing) {
      report([...at, 'editions', index], edition, `a time between the digest (${digest}) and the closing (${closing})`);
    } else if (own.editions?.indexOf(edition) !== index) {
      report([...at, 'editions', index], `${edition} for the second time`, 'each edition once');
    }
  });
  return times;
}

/** True if a digest at that time would come before its night has ended, were all servers in the tenant's zone. */
export function digestInWindow({ window, digest }: Times): boolean {
  return sinceNoon(digest) >= sinceNoon(window.from) && sinceNoon(digest) < untilNoon(window.to);
}

/** Minutes since the noon before: 0 for 12:00, 1439 for 11:59. */
function sinceNoon(time: string): number {
  return (minutes(time) + 720) % 1440;
}

/** The same for an end, where 12:00 is the next noon. */
function untilNoon(time: string): number {
  return sinceNoon(time) === 0 ? 1440 : sinceNoon(time);
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
