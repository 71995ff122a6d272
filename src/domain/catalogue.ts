/** Where a cause lies, and so who can do something about it. */
type Side = 'server' | 'client' | 'network' | 'account';

/** Why backups end badly, in words for people who do not run the service. The wording is stable: same event, same sentence. */
export interface Cause {
  /** A headline without full stop: `access to files was denied`. */
  sentence: string;
  /** The usual remedy, one sentence. */
  fix: string;
  side: Side;
}

const server = {
  'server-full': {
    sentence: 'the server had no room left for the data',
    fix: 'The backup team must make room in the storage pool; nothing is to be done on the machine.',
    side: 'server',
  },
  'server-no-mount': {
    sentence: 'the server had no free drive or mount point',
    fix: 'The backup team must free a drive or allow this node more mount points.',
    side: 'server',
  },
  'server-log-full': {
    sentence: "the server's recovery log was full",
    fix: 'The backup team must free space in the recovery log at once.',
    side: 'server',
  },
  'server-busy': {
    sentence: 'all sessions of the server were in use',
    fix: 'The backup team can spread the starts or allow more sessions.',
    side: 'server',
  },
  'server-disabled': {
    sentence: 'the server was not accepting sessions',
    fix: 'The backup team must enable sessions again.',
    side: 'server',
  },
  'server-error': {
    sentence: 'the server reported an error of its own',
    fix: "The backup team finds the reason in the server's activity log.",
    side: 'server',
  },
  'start-denied': {
    sentence: 'the server refused to start the schedule',
    fix: 'The backup team checks the schedule and its association with the machine.',
    side: 'server',
  },
} as const satisfies Record<string, Cause>;

const connection = {
  'no-contact': {
    sentence: 'no contact in its window',
    fix: 'Check that the machine was on, connected and running its backup scheduler.',
    side: 'client',
  },
  'no-connection': {
    sentence: 'the machine could not reach the server',
    fix: 'Check network, firewall and the server address in the client options.',
    side: 'network',
  },
  'connection-lost': {
    sentence: 'the connection was lost during the backup',
    fix: 'Check the network between machine and server, then let the backup run again.',
    side: 'network',
  },
  'protocol-error': {
    sentence: 'machine and server did not understand each other',
    fix: 'Check that the backup client is a supported version and that nothing on the way changes the traffic.',
    side: 'network',
  },
  severed: {
    sentence: 'the connection was cut before the backup ended',
    fix: 'Check that the machine stayed on and connected all night.',
    side: 'network',
  },
  'idle-limit': {
    sentence: 'cut by the idle limit of the server',
    fix: 'Look for a step that takes long without sending data, or ask the backup team for a longer idle limit.',
    side: 'network',
  },
  'response-limit': {
    sentence: 'cut because the machine stopped answering',
    fix: 'Check whether the machine slept, was overloaded or lost its network.',
    side: 'network',
  },
  'throughput-limit': {
    sentence: 'cut by the limit for slow transfers',
    fix: 'Check the speed of network and disks, or leave out data that need not be saved.',
    side: 'network',
  },
  cancelled: {
    sentence: 'an administrator cancelled the session',
    fix: 'Ask the backup team why it was cancelled.',
    side: 'server',
  },
  interrupted: {
    sentence: 'the backup was interrupted on the machine',
    fix: 'Check whether the machine was shut down or the backup client was stopped.',
    side: 'client',
  },
} as const satisfies Record<string, Cause>;

const account = {
  'password-wrong': {
    sentence: "the machine's password was refused",
    fix: 'Set the password of the node anew and log in once on the machine.',
    side: 'account',
  },
  'password-expired': {
    sentence: "the machine's password has expired",
    fix: 'Set the password of the node anew and log in once on the machine.',
    side: 'account',
  },
  'password-missing': {
    sentence: 'the scheduler has no stored password',
    fix: 'Log in once on the machine with PASSWORDACCESS GENERATE set, so that the password is stored.',
    side: 'account',
  },
  'node-unknown': {
    sentence: 'the server does not know the machine or denies it access',
    fix: 'Check the node name in the client options, and whether the node is still registered.',
    side: 'account',
  },
} as const satisfies Record<string, Cause>;

const files = {
  'access-denied': {
    sentence: 'access to files was denied',
    fix: 'Give the account of the backup scheduler the right to read them, or check the virus scanner.',
    side: 'client',
  },
  'files-changed': {
    sentence: 'files changed while they were read',
    fix: 'Use a snapshot, exclude them, or move the backup to an hour when they rest.',
    side: 'client',
  },
  'files-in-use': {
    sentence: 'files were in use by other programs',
    fix: 'Use open file support (snapshots), or exclude them.',
    side: 'client',
  },
  'files-vanished': {
    sentence: 'files vanished before they could be sent',
    fix: 'Exclude folders with temporary files.',
    side: 'client',
  },
  'name-too-long': {
    sentence: 'names of files were too long',
    fix: 'Shorten the names or paths.',
    side: 'client',
  },
  'name-unreadable': {
    sentence: 'names of files contain unreadable characters',
    fix: 'Rename them, or run the scheduler with a UTF-8 locale.',
    side: 'client',
  },
  'read-error': {
    sentence: 'the disk reported read errors',
    fix: 'Check the disk and its file system soon: data may be at risk.',
    side: 'client',
  },
  'filesystem-not-ready': {
    sentence: 'a drive or file system was not ready',
    fix: 'Check that it is mounted and switched on at the time of the backup.',
    side: 'client',
  },
  'filesystem-unsupported': {
    sentence: 'a file system is of a kind that cannot be saved',
    fix: 'Exclude it, or take it out of the backup domain.',
    side: 'client',
  },
  'domain-missing': {
    sentence: 'a drive named for backup does not exist',
    fix: 'Mount it, or correct DOMAIN in the client options.',
    side: 'client',
  },
  'domain-empty': {
    sentence: 'no drive is chosen for backup',
    fix: 'Set DOMAIN in the client options.',
    side: 'client',
  },
  'path-no-filesystem': {
    sentence: 'a path chosen for backup is not a file system',
    fix: 'Correct the path in the client options or in the schedule.',
    side: 'client',
  },
  'objects-not-saved': {
    sentence: 'some files could not be saved',
    fix: "The client's error log on the machine names them and the reason.",
    side: 'client',
  },
  'processing-stopped': {
    sentence: 'the backup of a file system stopped early',
    fix: "The client's error log on the machine tells why.",
    side: 'client',
  },
} as const satisfies Record<string, Cause>;

const snapshots = {
  'snapshot-failed': {
    sentence: 'a snapshot could not be taken',
    fix: 'Free some space on the volume and check the snapshot service.',
    side: 'client',
  },
  'snapshot-skipped': {
    sentence: 'the backup ran without a snapshot',
    fix: 'Check the snapshot service; open files may be missing.',
    side: 'client',
  },
  'vss-failed': {
    sentence: 'the Windows shadow copy service failed',
    fix: 'Check `vssadmin list writers`, free shadow space, then restart the service or the machine.',
    side: 'client',
  },
  'vss-writer': {
    sentence: 'a Windows shadow copy writer was not in order',
    fix: 'Find it with `vssadmin list writers` and restart its service, or the machine.',
    side: 'client',
  },
} as const satisfies Record<string, Cause>;

const schedule = {
  'script-failed': {
    sentence: 'the script that runs before the backup failed',
    fix: 'Run the PRESCHEDULECMD of the client options by hand and repair it.',
    side: 'client',
  },
  'command-failed': {
    sentence: 'the command of the schedule failed',
    fix: 'Run the command by hand on the machine and repair it.',
    side: 'client',
  },
  'return-code': {
    sentence: 'a script or command ended with an error code',
    fix: 'Look up the code in the log of that script on the machine.',
    side: 'client',
  },
  'client-error': {
    sentence: 'the backup client reported errors',
    fix: "The client's error log on the machine (dsmerror.log) has the reason.",
    side: 'client',
  },
  'unexpected-error': {
    sentence: 'the backup client met an unexpected error',
    fix: 'Ask the backup team; they may have to open a case with the vendor.',
    side: 'client',
  },
  unknown: {
    sentence: 'the reason is not known',
    fix: "The client's schedule and error logs on the machine may tell; else ask the backup team.",
    side: 'client',
  },
} as const satisfies Record<string, Cause>;

const all = { ...server, ...connection, ...account, ...files, ...snapshots, ...schedule };

export type CauseKey = keyof typeof all;

/** By key, as verdicts and digests carry it. */
export const causes: Readonly<Record<string, Cause>> = all;

/** A key that this version does not have any more is read as `unknown`. */
export function causeNamed(key: string): Cause {
  return (Object.hasOwn(causes, key) ? causes[key] : undefined) ?? all.unknown;
}
