/** What became of a due backup. The order is from worst to best, as a reader would rank them. */
export const outcomes = ['failed', 'severed', 'missed', 'unknown', 'running', 'notes', 'ok', 'excluded'] as const;
export type Outcome = (typeof outcomes)[number];
