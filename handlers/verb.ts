import type { ZodType } from 'zod';
import type { Answer, Call, Standing } from '../src/chat/call';
import type { Deps } from '../src/deps';
import type { Command } from '../src/domain/command';
import { fail, type Result } from '../src/domain/failure';
import type { Person, Tenant } from '../src/store/rows';

/** Who asks and what that lets them see. Made by dispatch before a verb runs. */
export interface Scope {
  person: Person | null;
  standing: Standing;
  tenants: Tenant[];
  /** Ids of the tenants that may be seen from here by this person. */
  visible: ReadonlySet<number>;
  /** Those of them that the person has by a role of their own, wherever it is asked. */
  held: ReadonlySet<number>;
  /** Ids of the tenants that the conversation is bound to. */
  boundTo: readonly number[];
}

export interface Ask {
  call: Call;
  scope: Scope;
  deps: Deps;
  /** All verbs there are, for help. */
  verbs: readonly Verb[];
}

/** What a person can type. Help, parsing on both platforms, the Teams command list and the README's table come from these fields. */
export interface Verb {
  name: string;
  aliases: string[];
  summary: string;
  /** Arguments as shown in help: `<tenant> [night]`. */
  usage: string;
  example: string;
  /** Keys that are read as `key:value`. */
  options: string[];
  run(command: Command, ask: Ask): Promise<Result<Answer>>;
}

interface VerbSpec<A> extends Omit<Verb, 'run'> {
  /** Names of the words in order; the last may be missing if the schema allows it. */
  words: string[];
  args: ZodType<A>;
  answer(args: A, ask: Ask): Promise<Result<Answer>>;
}

/** Turns a declaration into a verb: words and options are named, checked by the schema and handed over typed. */
export function defineVerb<A>(spec: VerbSpec<A>): Verb {
  const { words, args, answer, ...verb } = spec;
  return {
    ...verb,
    async run(command, ask) {
      const extra = command.words.slice(words.length);
      if (extra.length > 0)
        return fail('BAD_ARGUMENT', `There is one word too many: \`${extra.join(' ')}\`. ${howTo(verb)}`);
      const named: Record<string, string> = { ...command.options };
      for (const [index, word] of command.words.entries()) named[words[index] ?? ''] = word;
      const parsed = args.safeParse(named);
      if (parsed.success) return answer(parsed.data, ask);
      const problems = parsed.error.issues.map((issue) => {
        const name = String(issue.path[0] ?? 'argument');
        const found = named[name];
        return found === undefined ? `${name} is missing` : `${name} is \`${found}\`: ${issue.message}`;
      });
      return fail('BAD_ARGUMENT', `${problems.join('; ')}. ${howTo(verb)}`);
    },
  };
}

export function howTo(verb: Pick<Verb, 'name' | 'usage' | 'example'>): string {
  return `Usage: \`/backup ${[verb.name, verb.usage].filter(Boolean).join(' ')}\`, for example \`/backup ${verb.example}\`.`;
}
