/** What a night brings. `usual` follows the stories; `unreadable` cuts SP2 off in the early morning. */
export const scenarios = ['usual', 'green', 'red', 'mass', 'unreadable'] as const;
export type Scenario = (typeof scenarios)[number];
