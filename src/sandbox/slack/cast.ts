/** Who and what exists in the local workspace at the first start. Ids are the ones that the sample tenants bind. */

interface SeedUser {
  id: string;
  name: string;
  title: string;
  guest?: true;
}

export const castUsers: readonly SeedUser[] = [
  { id: 'U0TESS', name: 'Tess Moreau', title: 'Contact, Chemistry' },
  { id: 'U0AMARA', name: 'Amara Diallo', title: 'Data owner, Chemistry' },
  { id: 'U0OSKAR', name: 'Oskar Brandt', title: 'Operator' },
  { id: 'U0MINA', name: 'Mina Haddad', title: 'Service manager' },
  { id: 'U0JO', name: 'Jo Lindqvist', title: 'Contact, Physics' },
  { id: 'U0KIM', name: 'Kim Osei', title: 'Contact, Radiology' },
  { id: 'U0BEN', name: 'Ben Castellano', title: 'Contact, Finance' },
  { id: 'U0PETRA', name: 'Petra Novak', title: 'Operator' },
  { id: 'U0IDA', name: 'Ida Berg', title: 'Contact, Computing Centre' },
  { id: 'U0NOOR', name: 'Noor Rahimi', title: 'Lead, Science' },
  { id: 'U0GUS', name: 'Gus Webb', title: 'Guest', guest: true },
];

interface SeedChannel {
  id: string;
  name: string;
  topic: string;
  /** User ids besides the operators and the manager, who are everywhere. */
  members: readonly string[];
  /** False where the bot still waits to be invited. */
  bot: boolean;
}

const everybody = castUsers.filter((user) => !user.guest).map((user) => user.id);

export const castChannels: readonly SeedChannel[] = [
  { id: 'C0SERVICE', name: 'backup-service', topic: 'How the service did last night', members: [], bot: true },
  { id: 'C0UNI', name: 'uni-backup', topic: 'All departments at a glance', members: ['U0NOOR'], bot: true },
  { id: 'C0SCI', name: 'sci-backup', topic: 'Faculty of Science', members: ['U0NOOR', 'U0TESS', 'U0JO'], bot: true },
  {
    id: 'C0CHEM',
    name: 'chem-backup',
    topic: 'Chemistry: last night, every morning',
    members: ['U0TESS', 'U0AMARA', 'U0NOOR', 'U0GUS'],
    bot: true,
  },
  { id: 'C0PHYS', name: 'phys-backup', topic: 'Physics', members: ['U0JO', 'U0NOOR'], bot: true },
  { id: 'C0GEO', name: 'geo-backup', topic: 'Geosciences', members: ['U0NOOR'], bot: true },
  { id: 'C0MED', name: 'med-backup', topic: 'Faculty of Medicine', members: ['U0KIM'], bot: true },
  { id: 'C0CLINIC', name: 'clinic-backup', topic: 'University Clinic', members: ['U0KIM'], bot: true },
  { id: 'C0RADIO', name: 'radio-backup', topic: 'Radiology', members: ['U0KIM'], bot: true },
  { id: 'C0ADM', name: 'adm-backup', topic: 'Administration', members: ['U0BEN', 'U0IDA'], bot: true },
  { id: 'C0FIN', name: 'fin-backup', topic: 'Finance', members: ['U0BEN'], bot: true },
  { id: 'C0LIB', name: 'lib-backup', topic: 'Library', members: ['U0IDA'], bot: true },
  { id: 'C0IT', name: 'it-backup', topic: 'Computing Centre', members: ['U0IDA'], bot: true },
  {
    id: 'C0RANDOM',
    name: 'random',
    topic: 'Everything else',
    members: everybody,
    bot: false,
  },
];

/** Operators and the manager sit in every channel. */
export const everywhere: readonly string[] = ['U0OSKAR', 'U0PETRA', 'U0MINA'];
