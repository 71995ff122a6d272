/**
 * Numbers of the messages that explain why a backup failed, was cut or saved less than asked. Only these are read from the
 * activity log: it holds millions of others. Numbers, not texts: texts may be translated, numbers are not.
 */

/** Of the server (ANRnnnn). */
export const serverMessages = [
  424, // session refused: wrong password
  425, // password expired
  440, // protocol error
  480, // connection with the client severed
  481, // the client did not answer within COMMTIMEOUT
  482, // idle for longer than IDLETIMEOUT
  488, // slower than THROUGHPUTDATATHRESHOLD
  522, // no space in the storage pool
  530, // transaction failed: internal error
  2568, // request to start a schedule denied
  2578, // start-up window missed
  2579, // schedule failed, with return code
  3440, // client operation not completed, with completion code
] as const;

/** Of the clients (ANSnnnn at the client, ANEnnnn in the server's log). */
export const clientMessages = [
  // connection and session
  1017, 1029, 1369, 1809, 1811, 2820,
  // objects that were not saved; 4959 counts them
  1228, 1802, 1999, 4005, 4007, 4018, 4021, 4023, 4037, 4042, 4047, 4081, 4959, 4987,
  // domain and options
  1063, 1071, 1149,
  // room and limits at the server
  1301, 1311, 1312, 1316, 1329, 1351,
  // log-on
  1051, 1352, 1353, 1355, 2050,
  // schedule and its commands
  1512, 1902, 1909,
  // snapshots and VSS
  1327, 1377, 1950, 5250, 5251, 5258, 5261, 5268, 5271, 5273, 5274,
  // diagnostic text
  9999,
] as const;
