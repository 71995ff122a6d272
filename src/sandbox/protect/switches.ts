/** What a simulated server does to a request. */
export const modes = ['up', 'down', 'slow', 'half', 'login', 'forbidden', 'off', 'garbage'] as const;
export type Mode = (typeof modes)[number];

/** What a night brings; `usual` follows the stories. */
export const scenarios = ['usual', 'green', 'red', 'mass', 'unreadable'] as const;
export type Scenario = (typeof scenarios)[number];

export interface ServerSwitch {
  server: string;
  mode: Mode;
  /** For `slow`: seconds before the answer. */
  seconds: number;
}

export interface SwitchState {
  servers: ServerSwitch[];
  /** The night that the next choice of a scenario applies to, ISO date of its evening, and what is chosen for it. */
  next: { night: string; scenario: Scenario };
}

export interface Switches {
  state(): Promise<SwitchState>;
  set(server: string, mode: Mode, seconds?: number): Promise<void>;
  /** Chooses what the next night brings; until it begins the choice can be changed. */
  chooseNight(scenario: Scenario): Promise<void>;
}
