import { details } from './details';
import { digest } from './digest';
import { help } from './help';
import { reviewed } from './reviewed';
import { status } from './status';
import type { Verb } from './verb';
import { whoami } from './whoami';

/** Everything that can be asked. Help, parsing, the Teams command list, the README's table and their tests are made from this. */
export const verbs: readonly Verb[] = [status, digest, details, reviewed, whoami, help];
